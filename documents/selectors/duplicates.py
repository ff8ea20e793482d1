"""Which documents are the same as one that was there before, as far as the asker may see that one."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import F, QuerySet

from accounts.access import Access
from documents.domain.duplicates import Duplicate, DuplicateKind
from documents.domain.statuses import DocumentStatus
from documents.models import Document
from documents.policies import documents_visible_to
from documents.selectors.doors import batch_get_for

_BYTES, _CONTENT = "source_file__sha256", "content_hash"


def batch_duplicates_for(access: Access, batch_id: UUID) -> dict[UUID, Duplicate]:
    """Of a batch's documents those that are the same as an earlier one, by id."""
    batch = batch_get_for(access, batch_id)
    return duplicates_among(access, Document.objects.filter(batch=batch).select_related("source_file"))


def duplicates_among(access: Access, documents: Iterable[Document]) -> dict[UUID, Duplicate]:
    """Document → the first visible one that is the same, if it came earlier; the same bytes come before the same content.

    The caller has opened the documents' doors; they come with their source files.
    """
    found: dict[UUID, Duplicate] = {}
    rows = list(documents)
    visible = documents_visible_to(access).exclude(status=DocumentStatus.DELETED)
    contents = {row.id: row.content_hash for row in rows if row.content_hash}
    found |= _matches(visible, rows, contents, _CONTENT, DuplicateKind.SAME_CONTENT)
    digests = {row.id: row.source_file.sha256 for row in rows if row.source_file.size_bytes and row.source_file.sha256}
    return found | _matches(visible, rows, digests, _BYTES, DuplicateKind.SAME_BYTES)


def _matches(
    visible: QuerySet[Document], rows: list[Document], keys: dict[UUID, str], field: str, kind: DuplicateKind
) -> dict[UUID, Duplicate]:
    """`keys`: document → what must be the same in `field`. One row of the database a key: its first document."""
    same = visible.filter(**{f"{field}__in": sorted(set(keys.values()))}).annotate(key=F(field))
    firsts = {
        first.key: first
        for first in same.select_related("source_file").order_by(field, "created_at", "id").distinct(field)
    }
    found = {}
    for row in rows:
        first = firsts.get(keys.get(row.id, ""))
        if first is not None and (first.created_at, first.id) < (row.created_at, row.id):
            found[row.id] = Duplicate(kind, first.id, first.source_file.name, first.created_at)
    return found
