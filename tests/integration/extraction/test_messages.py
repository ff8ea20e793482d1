"""E-mails: the message is a document, what came with it are documents of the same batch, and nothing of it is lost."""

import signal

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from accounts.models import Organization
from documents.models import Document
from documents.services.intake import receiving
from documents.services.running.retry import document_retry
from extraction.reports import batch_report
from idp_project.core.page_text import PageText
from idp_project.core.tenancy import organization_scope
from tests.factories import files
from tests.factories.pipeline import Outcome, lapse, reconcile_and_drain, redis, submit
from tests.faults.workers import CLAIMED, COMMITTED, WORKED, WRITTEN, ended, start
from tests.integration.extraction.test_bad_input import check_reason

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
INVOICE = "invoice-0014-digital.pdf"


def family(outcome):
    """File name → name of the message that it came with."""
    names = {document.id: document.source_file.name for document in outcome.documents()}
    return {names[document.id]: names.get(document.attachment_of_id) for document in outcome.documents()}


def nested(depth):
    """A message in a message …: `depth` of them, each with a file of its own, the innermost with an invoice."""
    made = files.mail(files.sample(), subject=f"message {depth}")
    for number in range(depth - 1, 0, -1):
        made = files.mail(made, subject=f"message {number}")
    return files.incoming("message 0.eml", files.mail(made, subject="message 0").as_bytes())


def test_a_message_and_its_attachments_go_the_whole_way(cast, drain):
    cast.publish("invoice")
    outcome = Outcome(submit(cast, files.message("letter.eml", files.sample(), files.picture("PNG"))))
    drain()
    assert family(outcome) == {"letter.eml": None, INVOICE: "letter.eml", "invoice-0014.png": "letter.eml"}
    letter, invoice = outcome.document("letter.eml"), outcome.document(INVOICE)
    assert letter.metadata["title"] == "Papers" and letter.metadata["sender"].startswith("Ada Ward")
    assert (letter.page_count, invoice.status, invoice.error_code) == (1, "completed", "")
    assert letter.status == "completed", "its text only covers what came with it"
    with organization_scope(cast.organization.id):
        page = letter.pages.get()
    texts = [word.text for word in PageText.from_dict(page.text).words]
    assert {"Papers", "ada@harrowmere.example", "attached"} <= {text.strip("<>") for text in texts}
    assert page.facts["read_text"]["source"] == "text_layer" and default_storage.exists(page.image_name)
    assert outcome.steps(letter.id)["upload"].output == {"is_scanned": False, "is_converted": True}
    with default_storage.open(letter.source_file.pdf_name) as pdf:
        assert pdf.read(5) == b"%PDF-" and letter.source_file.pdf_bytes == pdf.size
    taken = cast.browser(cast.owner).get(reverse("documents:original", args=[letter.id]))
    assert b"".join(taken.streaming_content).startswith(b"From: "), "what was sent, not what was made of it"
    rows = outcome.state()["documents"]
    assert [row["file_name"] for row in rows] == ["letter.eml", INVOICE, "invoice-0014.png"]
    assert rows[1]["attachment_of"] == {"id": str(letter.id), "file_name": "letter.eml"}
    with organization_scope(cast.organization.id):
        reported = {entry["file"]: entry["attachment_of"] for entry in batch_report(outcome.batch.id)["documents"]}
    assert reported == family(outcome)


def test_message_of_an_earlier_version_needs_no_stored_pdf(cast, drain, monkeypatch):
    cast.publish("invoice")
    monkeypatch.setattr(receiving, "CONVERTED_TYPES", frozenset())  # then `upload` has passed when it was received
    outcome = Outcome(submit(cast, files.message("letter.eml", files.picture("PNG"))))
    drain()
    letter = outcome.document("letter.eml")
    assert (letter.source_file.pdf_name, letter.status, letter.page_count) == ("", "completed", 1)
    assert family(outcome) == {"letter.eml": None, "invoice-0014.png": "letter.eml"}
    with organization_scope(cast.organization.id):
        page = letter.pages.get()
    assert page.facts["read_text"]["source"] == "text_layer"
    assert "ada@harrowmere.example" in {word.text.strip("<>") for word in PageText.from_dict(page.text).words}


def test_they_are_linked_on_their_pages_and_in_the_api(cast, drain):
    cast.publish("invoice")
    outcome = Outcome(submit(cast, files.message("letter.eml", files.sample(), files.not_a_document())))
    drain()
    letter, invoice = outcome.document("letter.eml"), outcome.document(INVOICE)
    browser = cast.browser(cast.owner)
    shown = browser.get(reverse("documents:document_detail", args=[letter.id])).content.decode()
    refused = outcome.document("notes.pdf")
    assert INVOICE in shown and str(invoice.id) in shown
    assert "notes.pdf" in shown and refused.error_message in shown
    shown = browser.get(reverse("documents:document_detail", args=[invoice.id])).content.decode()
    assert "Attachment of" in shown and f'href="{reverse("documents:document_detail", args=[letter.id])}"' in shown
    told = browser.get(f"/api/v1/documents/{invoice.id}/").json()
    assert told["attachment_of_id"] == str(letter.id)


def test_what_is_not_accepted_is_kept_and_named_with_its_reason(cast, drain):
    cast.publish("invoice")
    odd = [
        files.not_a_document(),
        files.incoming("page.html", b"<!doctype html><html><body>Hello</body></html>"),
        files.incoming("papers.zip", b"PK\x03\x04 and so on"),
        files.incoming("empty.pdf", b""),
        files.encrypted(),
    ]
    outcome = Outcome(submit(cast, files.message("letter.eml", *odd, files.sample())))
    drain()
    reasons = {document.source_file.name: document.error_code for document in outcome.documents()}
    assert reasons == {
        "letter.eml": "",
        INVOICE: "",
        "notes.pdf": "not_a_document",
        "page.html": "unsupported_format",
        "papers.zip": "unsupported_format",
        "empty.pdf": "empty_file",
        "encrypted.pdf": "encrypted",
    }
    for document in outcome.documents():
        if document.error_code:
            check_reason(document)
            assert document.status == "failed"
        assert default_storage.exists(document.source_file.storage_name), "what was sent is kept"


@pytest.mark.parametrize("over", [0, 1])
def test_messages_in_messages_are_opened_to_a_depth(cast, drain, settings, over):
    cast.publish("invoice")
    settings.MAX_MESSAGE_DEPTH = 2
    outcome = Outcome(submit(cast, nested(2 + over)))
    drain()
    chain = {f"message {number}.eml": f"message {number - 1}.eml" for number in range(1, 3 + over)}
    last = {} if over else {INVOICE: "message 2.eml"}
    assert family(outcome) == {"message 0.eml": None} | chain | last
    refused = {
        document.source_file.name: document.error_code for document in outcome.documents() if document.error_code
    }
    assert refused == ({"message 3.eml": "nested_too_deep"} if over else {})


@pytest.mark.parametrize("excess", [-1, 0, 1])
def test_the_limit_of_attachments(cast, drain, settings, excess):
    cast.publish("invoice")
    settings.MAX_ATTACHMENTS = 2
    sent = [files.incoming(f"{number}.txt", b"words") for number in range(2 + excess)]
    outcome = Outcome(submit(cast, files.message("letter.eml", *sent)))
    drain()
    letter = outcome.document("letter.eml")
    if excess <= 0:
        assert letter.error_code == "" and len(outcome.documents()) == 3 + excess
        return
    assert (letter.status, letter.error_code) == ("failed", "too_many_attachments")
    check_reason(letter)
    assert len(outcome.documents()) == 1 and default_storage.exists(letter.source_file.storage_name)


def test_messages_that_hide_theirs_count_towards_the_same_limit(cast, drain, settings):
    """Encoded, a message inside does not show what it brings until it is opened itself."""
    cast.publish("invoice")
    settings.MAX_ATTACHMENTS = 4
    hidden = [
        files.message(f"hidden {number}.eml", *[files.incoming(f"{number}-{n}.txt", b"x") for n in range(3)])
        for number in range(2)
    ]
    outcome = Outcome(submit(cast, files.message("letter.eml", *hidden)))
    drain()
    codes = {document.source_file.name: document.error_code for document in outcome.documents()}
    assert len(codes) == 3 and codes["letter.eml"] == ""
    assert {codes["hidden 0.eml"], codes["hidden 1.eml"]} == {"too_many_attachments"}


@pytest.mark.parametrize(
    "moment",
    [pytest.param(CLAIMED, marks=pytest.mark.slow), pytest.param(WORKED, marks=pytest.mark.slow), WRITTEN, COMMITTED],
)
def test_attachments_are_made_once_despite_killed_workers(cast, moment):
    cast.publish("invoice")
    outcome = Outcome(submit(cast, files.message("letter.eml", files.sample(), files.not_a_document())))
    assert ended(start("page_split", moment)) == -signal.SIGKILL
    assert len(outcome.documents()) == (3 if moment == COMMITTED else 1)
    lapse()
    redis().flushdb()  # what it knew of the document is lost as well
    for _ in range(2):
        reconcile_and_drain()
    assert outcome.statuses() == {"letter.eml": "completed", INVOICE: "completed", "notes.pdf": "failed"}
    with organization_scope(cast.organization.id):
        numbers = Document.objects.filter(attachment_of__isnull=False).values_list("attachment_number", flat=True)
        assert sorted(numbers) == [1, 2]


def test_attachments_over_the_quota_are_named_and_not_kept(cast, drain):
    cast.publish("invoice")
    outcome = Outcome(submit(cast, files.message("letter.eml", files.sample())))
    kept = outcome.document("letter.eml").source_file
    Organization.objects.filter(id=cast.organization.id).update(max_stored_bytes=kept.size_bytes + 100)
    drain()
    letter = outcome.document("letter.eml")
    assert (letter.status, letter.error_code) == ("failed", "storage_quota_reached")
    check_reason(letter)
    folder = kept.storage_name.rsplit("/", 1)[0]
    assert [f"{folder}/{name}" for name in default_storage.listdir(folder)[1]] == [kept.storage_name]
    Organization.objects.filter(id=cast.organization.id).update(max_stored_bytes=None)
    with organization_scope(cast.organization.id):
        document_retry(cast.access(cast.owner), letter.id)
    drain()
    assert family(outcome) == {"letter.eml": None, INVOICE: "letter.eml"}
