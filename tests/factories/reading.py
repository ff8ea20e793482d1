"""Documents that have been read, without a pipeline: pages of given lines, each word with a place."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

from django.utils import timezone

from accounts.models import Organization, Team
from documents.models import Batch, Document, Page, Run, SourceFile
from idp_project.core.geometry import BoundingBox
from idp_project.core.page_text import PageText, TextSource
from idp_project.core.tenancy import organization_scope


def page_text(text: str) -> PageText:
    """Lines of words of equal width, one under the other."""
    lines = []
    rows = text.split("\n")
    for row, line in enumerate(rows):
        words = line.split()
        top = 0.05 + 0.9 * row / max(1, len(rows))
        placed = [
            (word, BoundingBox(0.05 + 0.9 * n / len(words), top, 0.05 + 0.9 * (n + 0.9) / len(words), top + 0.01), 0.99)
            for n, word in enumerate(words)
        ]
        lines.append([(word, box.to_polygon(), confidence) for word, box, confidence in placed])
    return PageText.from_lines(lines, source=TextSource.TEXT_LAYER, engine="test", engine_version="1")


def read_document(
    organization: Organization,
    team: Team,
    pages: Sequence[str],
    *,
    name: str = "letter.pdf",
    batch: Batch | None = None,
) -> Document:
    """Committed, with its pages' texts; in a batch of its own unless one is given."""
    own = {"organization": organization}
    with organization_scope(organization.id):
        batch = batch or Batch.objects.create(**own, team=team, name="Monday")
        file = SourceFile.objects.create(
            **own, batch=batch, name=name, storage_name=uuid4().hex, size_bytes=1, sha256="ab" * 32
        )
        document = Document.objects.create(
            **own, batch=batch, team=team, source_file=file, page_count=len(pages), status="completed"
        )
        Run.objects.create(**own, document=document, next_check_at=timezone.now(), finished_at=timezone.now())
        for number, text in enumerate(pages, start=1):
            Page.objects.create(
                **own,
                document=document,
                number=number,
                width_points=595,
                height_points=842,
                text=page_text(text).to_dict(),
            )
    return document
