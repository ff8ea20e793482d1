"""Files that cannot be read: each is refused or fails with a named, human reason, and nothing else suffers."""

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from documents.models import SchemaVersion, SubDocument
from documents.services.running.retry import document_retry
from idp_project.core.errors import Conflict
from idp_project.core.tenancy import organization_scope
from tests.factories import files
from tests.factories.pipeline import Outcome, one_job, submit

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
GOOD = "invoice-0014-digital.pdf"


def retry(cast, document):
    with organization_scope(cast.organization.id):
        document_retry(cast.access(cast.owner), document.id)


REFUSED_AT_THE_DOOR = {
    "notes.pdf": (files.not_a_document, "not_a_document"),
    "empty.pdf": (files.empty, "empty_file"),
    "invoice.png": (files.wrongly_named, "type_mismatch"),
    "truncated.pdf": (files.truncated, "truncated"),
}
FAILED_WHEN_READ = {
    "tree.pdf": (files.without_page_tree, {"damaged", "empty_document"}),
    "encrypted.pdf": (files.encrypted, {"encrypted"}),
}


def check_reason(document):
    """Says what is wrong and what to do, in a sentence, without a stack or a path."""
    message = document.error_message
    assert 20 < len(message) < 300 and message.endswith(".") and message[0].isupper()
    assert "Traceback" not in message and "/tmp" not in message and "rror stopped" not in message


def test_bad_files_beside_a_good_one_in_one_batch(cast, drain):
    cast.publish("invoice")
    bad = [make() for make, _ in (*REFUSED_AT_THE_DOOR.values(), *FAILED_WHEN_READ.values())]
    outcome = Outcome(submit(cast, *bad[:4], files.sample(), *bad[4:]))
    at_once = outcome.statuses()
    assert {name for name, status in at_once.items() if status == "failed"} == set(REFUSED_AT_THE_DOOR)
    drain()
    failed = dict.fromkeys((*REFUSED_AT_THE_DOOR, *FAILED_WHEN_READ), "failed")
    assert outcome.statuses() == {GOOD: "completed"} | failed
    for document in outcome.documents():
        name, steps = document.source_file.name, outcome.steps(document.id)
        assert document.run.finished_at and document.finished_at
        if name == GOOD:
            assert document.error_code == ""
            continue
        check_reason(document)
        if name in REFUSED_AT_THE_DOOR:
            assert document.error_code == REFUSED_AT_THE_DOOR[name][1]
            assert steps["upload"].status == "failed" and steps["upload"].reason == document.error
            assert {run.status for step, run in steps.items() if step != "upload"} == {"skipped"}
            with pytest.raises(Conflict, match="upload a corrected one"):
                retry(cast, document)
        else:
            assert document.error_code in FAILED_WHEN_READ[name][1]
            assert (steps["upload"].status, steps["page_split"].status) == ("succeeded", "failed")
            assert steps["subdocument_detection"].reason.text == "Not reached: page split failed."
        assert not {run.status for run in steps.values()} & {"pending", "running", "waiting"}
        assert default_storage.exists(document.source_file.storage_name), "what was sent is kept"
    rows = {row["file_name"]: row["error"] for row in outcome.state()["documents"]}
    assert rows["encrypted.pdf"]["code"] == "encrypted" and "password" in rows["encrypted.pdf"]["message"]


def test_damaged_file_is_repaired_marked_and_reviewed(cast, drain):
    cast.publish("invoice")
    outcome = Outcome(submit(cast, files.without_trailer()))
    drain()
    document, sub_document = outcome.document(), outcome.sub_document()
    assert (document.status, document.metadata["is_repaired"], document.page_count) == ("in_review", True, 1)
    assert any("rebuilt for reading" in reason.text for reason in sub_document.reasons)
    with organization_scope(cast.organization.id):
        values = {value.name: value.value for value in sub_document.field_values.all()}
    assert values["invoice_number"] == files.true_values()["invoice_number"], "all of it was read"
    shown = cast.browser(cast.owner).get(reverse("documents:document_detail", args=[document.id])).content.decode()
    assert "Repaired: the file is damaged" in shown


@pytest.mark.parametrize("over", [pytest.param(-1, marks=pytest.mark.slow), 0, 1])
def test_the_limit_of_bytes(cast, drain, settings, over):
    cast.publish("invoice")
    size = len(files.content_of(files.sample()))
    settings.MAX_FILE_BYTES = size - over
    outcome = Outcome(submit(cast, files.sample()))
    drain()
    document = outcome.document()
    if over == 1:
        assert (document.status, document.error_code) == ("failed", "too_many_bytes")
        check_reason(document)
        assert document.source_file.storage_name == "", "nothing of it is kept"
    else:
        assert (document.status, document.error_code) == ("completed", "")


@pytest.mark.parametrize(
    ("page_count", "code"), [pytest.param(1, "", marks=pytest.mark.slow), (2, ""), (3, "too_many_pages")]
)
def test_the_limit_of_pages(cast, drain, settings, page_count, code):
    cast.publish("invoice")
    settings.MAX_PAGES = 2
    outcome = Outcome(submit(cast, files.pdf("pages.pdf", *[(200, 200)] * page_count)))
    drain()
    document = outcome.document()
    assert document.error_code == code
    if code:
        check_reason(document)
        assert document.status == "failed" and outcome.pages(document) == []


@pytest.mark.parametrize("over", [pytest.param(-1, marks=pytest.mark.slow), 0, 1])
def test_the_limit_of_pixels_is_met_before_decoding(cast, drain, settings, over):
    """One pixel more than allowed is refused although the pixels of that page cannot even be decoded."""
    cast.publish("invoice")
    settings.MAX_PAGE_PIXELS = 827 * 400 - over
    pages = files.tiff(broken_page=1 if over == 1 else None)
    outcome = Outcome(submit(cast, pages, files.pdf("small.pdf", (200, 200))))
    drain()
    document = outcome.document("stack.tiff")
    if over == 1:
        assert (document.status, document.error_code) == ("failed", "too_many_pixels")
        check_reason(document)
    else:
        assert (document.error_code, document.page_count) == ("", 3)
    assert outcome.document("small.pdf").error_code == ""


def test_broken_page_leaves_siblings_alone_and_retry_reads_it(cast, drain):
    cast.publish("receipt")
    outcome = Outcome(submit(cast, files.tiff(broken_page=2)))
    drain()
    document = outcome.document()
    assert document.status == "in_review" and document.page_count == 3
    first, second, third = (outcome.steps(page_id) for page_id, _ in outcome.pages(document))
    assert {run.status for run in (*first.values(), *third.values())} == {"succeeded"}
    assert second["render"].status == "failed" and second["render"].error_code in {"damaged", "truncated"}
    assert {str(run.reason) for step, run in second.items() if step != "render"} == {"Not reached: render failed."}
    reasons = [reason for sub_document in outcome.sub_documents(document) for reason in sub_document.reasons]
    assert any(reason.text.startswith("Page 2 could not be processed: ") for reason in reasons)
    for sub_document in outcome.sub_documents(document):
        assert len(outcome.steps(document.id, sub_document.id)) == 14
    with default_storage.open(document.source_file.storage_name, "wb") as stored:
        stored.write(files.content_of(files.tiff()))  # the storage has been repaired
    retry(cast, document)
    drain()
    attempts = outcome.page_attempts(document)
    assert set(attempts.values()) == {1}, "what had passed was not run again, the rest once"
    with organization_scope(cast.organization.id):
        words = {page.number: len(page.text["words"]) for page in document.pages.all()}
        assert not document.pages.exclude(error_code="").exists()
    assert all(words.values())
    assert [run.units_left for run in outcome.steps(document.id).values() if run.units_left is not None] == [0, 0, 0]
    sub_documents = outcome.sub_documents(outcome.document())
    assert [
        number
        for sub_document in sub_documents
        for number in range(sub_document.first_page, sub_document.last_page + 1)
    ] == [1, 2, 3]


def test_a_broken_page_is_not_read_again_over_a_persons_work(cast, drain):
    """Reading it again would make the document's sub-documents again, without what a person set there."""
    cast.publish("invoice")
    outcome = Outcome(submit(cast, files.tiff(broken_page=2)))
    drain()
    with organization_scope(cast.organization.id):
        kept = SubDocument.objects.filter(document=outcome.document()).first()
        kept.arranged_by = cast.reviewer
        kept.save(update_fields=["arranged_by"])
    with pytest.raises(Conflict) as refused:
        retry(cast, outcome.document())
    assert refused.value.code == "already_decided"
    with organization_scope(cast.organization.id):
        assert SubDocument.objects.filter(id=kept.id, arranged_by=cast.reviewer).exists()


def test_document_of_broken_pages_fails_with_the_reason(cast, drain):
    cast.publish("receipt")
    content = files.content_of(files.sample("receipt", 21, "scan"))
    outcome = Outcome(submit(cast, files.incoming("cut.jpg", content[: len(content) // 50])))
    drain()
    document = outcome.document()
    assert document.status == "failed" and document.error_code in {"truncated", "damaged"}
    check_reason(document)


def test_missing_file_fails_with_its_reason_and_retry_works(cast, drain):
    cast.publish("invoice")
    outcome = Outcome(submit(cast, files.sample()))
    name = outcome.document().source_file.storage_name
    with default_storage.open(name) as stored:
        content = stored.read()
    default_storage.delete(name)
    drain()
    assert outcome.document().error_code == "file_missing"
    with default_storage.open(name, "wb") as stored:
        stored.write(content)
    retry(cast, outcome.document())
    drain()
    document = outcome.document()
    assert (document.status, document.error_code) == ("completed", "")
    with pytest.raises(Conflict, match="Nothing has failed"):
        retry(cast, document)


def test_missing_engine_is_a_named_reason_not_an_endless_run(cast, drain):
    cast.publish("invoice")
    cast.organization.settings = {"ocr": "no-such-engine"}
    cast.organization.save()
    outcome = Outcome(submit(cast, files.for_review()))
    drain()
    document = outcome.document()
    assert document.status == "failed" and document.run.finished_at
    assert "no-such-engine" in document.error_message
    assert not outcome.open_steps()
    cast.organization.settings = {}
    cast.organization.save()
    retry(cast, document)
    drain()
    assert outcome.document().status == "in_review"


def redefine(cast, definition):
    """Replaces the stored definition of the only schema beside every check; gives what it was."""
    with organization_scope(cast.organization.id):
        before = SchemaVersion.objects.get().definition
        SchemaVersion.objects.update(definition=definition)
    return before


def test_schema_damaged_later_is_the_sub_documents_reason(cast, drain):
    cast.publish("invoice")
    drain()
    outcome = Outcome(submit(cast, files.sample()))
    while not outcome.sub_documents(outcome.document()):
        one_job()
    good = redefine(cast, {"fields": [["neither name nor type"]]})
    drain()
    document = outcome.document()
    assert (document.status, document.error_code) == ("failed", "unreadable_schema") and not outcome.open_steps()
    redefine(cast, good)
    retry(cast, document)
    drain()
    assert outcome.document().status == "completed"


def test_an_unreadable_schema_is_a_named_reason(cast, drain):
    cast.publish("invoice")
    drain()
    outcome = Outcome(submit(cast, files.sample()))
    good = redefine(cast, {"fields": [["neither name nor type"]]})
    drain()
    document = outcome.document()
    assert document.status == "failed" and document.run.finished_at and not outcome.open_steps()
    (page_id,) = [page_id for page_id, _ in outcome.pages(document)]
    failed = [run for run in outcome.steps(page_id).values() if run.status == "failed"]
    assert [run.error_code for run in failed] == ["unreadable_schema"]
    assert "Invoice" in document.error_message and "cannot be understood" in document.error_message
    redefine(cast, good)
    retry(cast, document)
    drain()
    assert outcome.document().status == "completed"
