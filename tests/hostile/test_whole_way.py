"""B1, B2 through the whole product: bad files are uploaded in parts and by a form and go through every step, until each has
one outcome and, where it was refused, a reason that a person understands."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from documents.models import Batch, Document, StepRun
from idp_project.core.files.errors import SandboxCode
from idp_project.core.tenancy import organization_scope
from tests.factories.pipeline import Outcome
from tests.hostile.message_bombs import ODD_MESSAGES
from tests.hostile.pdf_bombs import PDF_BOMBS
from tests.hostile.picture_bombs import PICTURE_BOMBS
from tests.integration.documents.test_uploads import send, submit
from tests.integration.extraction.test_bad_input import check_reason

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(3000),
    pytest.mark.django_db(transaction=True, databases=["default", "pdb"]),
]
BAD_FILES = {**PICTURE_BOMBS, **PDF_BOMBS, **ODD_MESSAGES}
MOST_BYTES, MOST_PAGES = 3_000_000, 10
# What the sandbox works on until it is stopped: test_sandbox_bombs has it; here it would only take minutes.
LONG = {
    *("5,000 trailers", "box of its own", "tiles of nothing", "tile of itself", "mesh of 500,000", "100,000 notes"),
    *("1,000,000 operators", "1,000,000 states kept", "one letter, 10,000,000 times", "letters mean 4 billion"),
    *("100,000 pictures inline", "picture inline without end", "jpeg of 1,000 scans, 4,000 squared"),
}
CODES = {"", *SandboxCode, "empty_document"}


def by_form(browser, team, files: dict[str, bytes]):
    data = [SimpleUploadedFile(name, content) for name, content in files.items()]
    return browser.post(reverse("api-batches"), {"team_id": str(team.id), "files": data})


def in_parts(browser, team, files: dict[str, bytes]):
    return submit(browser, team, *(send(browser, content, name) for name, content in files.items()))


def check_outcome(document: Document) -> None:
    assert document.status in ("completed", "in_review", "failed"), (document.source_file.name, document.status)
    assert document.error_code in CODES, (document.source_file.name, document.error_code)
    if document.status == "failed":
        check_reason(document)


@pytest.mark.parametrize("way", [in_parts, by_form])
def test_bad_files_end_once_with_a_reason(cast, drain, settings, record_property, way):
    settings.MAX_PAGES = MOST_PAGES
    cast.publish("invoice")
    names = sorted(BAD_FILES.keys() - LONG)[way is by_form :: 2]
    made = {name: BAD_FILES[name]() for name in names}
    answer = way(cast.browser(cast.owner), cast.team, {n: data for n, data in made.items() if len(data) <= MOST_BYTES})
    assert answer.status_code == 201, answer.content
    drain()
    with organization_scope(cast.organization.id):
        batch = Batch.objects.get(id=answer.json()["id"])
        stopped = StepRun.objects.exclude(crash_count=0).values_list("run__document__source_file__name", "step")
        assert list(stopped) == []
        codes = set(StepRun.objects.values_list("error_code", flat=True).distinct())
    assert codes <= CODES
    documents = Outcome(batch).documents()
    for document in documents:
        check_outcome(document)
    refused = sum(document.status == "failed" for document in documents)
    record_property(
        "figures",
        f"B1, B2 {way.__name__}: {len(documents)} bad files through every step: {refused} refused by name, the others read; "
        "0 steps crashed, 0 unknown errors",
    )
