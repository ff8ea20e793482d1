"""Office documents: read as the PDF that LibreOffice makes of them, which every part of the product knows of."""

import os
import time
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.core.files.storage import default_storage
from django.urls import reverse

from accounts.models import Organization
from documents.models import Document, FileRemoval, SourceFile
from documents.selectors import usage
from documents.services.intake.office_pdfs import pdf_keep, pdf_store
from documents.services.removing.removal import document_delete
from documents.services.removing.stored_file_sweeps import file_sweep
from documents.services.removing.stored_files import files_remove, names_in_use
from documents.services.running.retry import document_retry
from idp_project.core.files.formats import CONTENT_TYPES, FileFormat
from idp_project.core.isolation.office.installation import found_office
from idp_project.core.page_text import PageText
from idp_project.core.tenancy import organization_scope
from idp_project.operations.backup.tables import snapshot, stored_names
from tests.factories import files, office
from tests.factories.pipeline import Outcome, lapse, reconcile_and_drain, submit

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
needs_office = pytest.mark.skipif(not found_office(), reason="LibreOffice with Writer and Calc is not installed")
ENCRYPTED = office.compound_file({"EncryptionInfo": b"", "EncryptedPackage": b""})


@pytest.fixture(autouse=True)
def published(cast, drain):
    cast.publish("invoice")


def reached(cast, name, content):
    """Processed as far as it goes."""
    from tests.factories.pipeline import drain

    outcome = Outcome(submit(cast, files.incoming(name, content)))
    drain()
    return outcome


def pdfs(cast):
    folder = Path(configured.DATA_DIR, "files", str(cast.organization.id), "pdfs")
    return sorted(f"{cast.organization.id}/pdfs/{path.name}" for path in folder.glob("*"))


def test_they_are_refused_without_libreoffice_and_others_read(cast, drain, settings):
    settings.OFFICE_PROGRAM = ""
    outcome = Outcome(submit(cast, files.incoming("invoice.docx", office.invoice_docx()), files.sample()))
    drain()
    refused = outcome.document("invoice.docx")
    assert (refused.status, refused.error_code) == ("failed", "unsupported_format")
    assert "libreoffice-writer-nogui libreoffice-calc-nogui" in refused.error_message
    assert outcome.statuses() == {"invoice.docx": "failed", "invoice-0014-digital.pdf": "completed"}
    page = cast.browser(cast.owner).get(reverse("documents:batch_list")).content.decode()
    assert ".eml,.xml" in page and ".xml,.docx" not in page and "are made into PDFs" not in page


def test_where_it_is_installed_they_can_be_chosen(cast, settings):
    settings.OFFICE_PROGRAM = "/opt/libreoffice/program"
    page = cast.browser(cast.owner).get(reverse("documents:batch_list")).content.decode()
    assert ".eml,.xml,.docx" in page and "are made into PDFs" in page


@needs_office
@pytest.mark.parametrize("file_format", ["docx", "xlsx"])
def test_an_invoice_goes_the_whole_way(cast, file_format):
    content = office.invoice_docx() if file_format == "docx" else office.invoice_xlsx()
    outcome = reached(cast, f"invoice.{file_format}", content)
    document, source = outcome.document(), outcome.document().source_file
    assert (document.status, document.error_message) in (("completed", ""), ("in_review", ""))
    assert (source.content_type, source.size_bytes) == (CONTENT_TYPES[FileFormat(file_format)], len(content))
    assert (document.page_count, document.metadata["format"]) == (1, file_format)
    assert "LibreOffice" in document.metadata["producer"]
    assert outcome.steps(document.id)["upload"].output == {"is_scanned": False, "is_converted": True}
    with organization_scope(cast.organization.id):
        page = document.pages.get()
        sub_document = document.sub_documents.get()
        values = {value.name: value.value for value in sub_document.field_values.filter(table_row=None)}
    assert page.facts["read_text"]["source"] == "text_layer" and default_storage.exists(page.image_name)
    assert {"RE2526383", "Foxgarth", "2619.64"} <= {word.text for word in PageText.from_dict(page.text).words}
    assert values["invoice_number"] == "RE2526383" and values["total_amount"] == "2619.64"
    browser = cast.browser(cast.owner)
    taken = browser.get(reverse("documents:original", args=[document.id]))
    assert b"".join(taken.streaming_content) == content
    with default_storage.open(source.pdf_name) as pdf:
        assert pdf.read(5) == b"%PDF-" and source.pdf_bytes == pdf.size


@needs_office
def test_password_is_named_at_once_and_nothing_is_left(cast):
    before = pdfs(cast)
    outcome = reached(cast, "letter.docx", ENCRYPTED)
    document = outcome.document()
    assert (document.status, document.error_code) == ("failed", "encrypted")
    assert "password" in document.error_message
    assert pdfs(cast) == before and document.source_file.pdf_name == ""


@needs_office
def test_what_came_with_a_message_is_read_too(cast, drain):
    letter = files.message("letter.eml", files.incoming("invoice.docx", office.invoice_docx()))
    outcome = Outcome(submit(cast, letter))
    drain()
    invoice = outcome.document("invoice.docx")
    assert (invoice.error_code, invoice.page_count) == ("", 1)
    assert invoice.attachment_of_id == outcome.document("letter.eml").id


@needs_office
def test_the_same_document_again_is_seen_as_the_same(cast):
    first = reached(cast, "invoice.docx", office.invoice_docx()).document()
    again = reached(cast, "again.docx", office.invoice_docx()).document()
    assert first.source_file.sha256 == again.source_file.sha256
    assert first.content_hash == again.content_hash != ""
    assert first.source_file.pdf_name != again.source_file.pdf_name
    other = reached(cast, "invoice.xlsx", office.invoice_xlsx()).document()
    told = cast.browser(cast.owner).get(f"/api/v1/documents/{again.id}/").json()
    assert told["duplicate_of"]["document_id"] == str(first.id)
    assert other.source_file.sha256 != first.source_file.sha256


@needs_office
def test_a_pdf_that_the_quota_has_no_room_for_is_not_kept(cast):
    content = office.invoice_docx()
    before = pdfs(cast)
    with organization_scope(cast.organization.id):
        kept = usage.stored_bytes(cast.organization.id)
    Organization.objects.filter(id=cast.organization.id).update(max_stored_bytes=kept + len(content) + 100)
    document = reached(cast, "invoice.docx", content).document()
    assert (document.status, document.error_code) == ("failed", "storage_quota_reached")
    assert pdfs(cast) == before
    Organization.objects.filter(id=cast.organization.id).update(max_stored_bytes=None)
    with organization_scope(cast.organization.id):
        document_retry(cast.access(cast.owner), document.id)
    reconcile_and_drain()
    with organization_scope(cast.organization.id):
        assert Document.objects.get(id=document.id).page_count == 1


@needs_office
def test_they_wait_while_its_server_is_away(cast, settings, tmp_path):
    settings.OFFICE_SOCKET = str(tmp_path / "nobody")
    outcome = reached(cast, "invoice.docx", office.invoice_docx())
    document = outcome.document()
    upload = outcome.steps(document.id)["upload"]
    assert (document.status, upload.error_code) == ("processing", "sandbox_unavailable")
    refused = cast.browser(cast.owner).get(reverse("documents:original", args=[document.id]))
    assert refused.status_code == 409
    settings.OFFICE_SOCKET = ""
    lapse()
    reconcile_and_drain()
    assert outcome.document().page_count == 1


# --- the second file, wherever it came from: these need no LibreOffice


@pytest.fixture
def with_pdf(cast):
    """A document that has ended, as if the PDF that was read were made of it."""
    document = reached(cast, "invoice.pdf", files.content_of(files.sample())).document()
    with organization_scope(cast.organization.id):
        pdf_keep(document, pdf_store(document, files.content_of(files.sample())))
    return document


def test_it_counts_as_kept_and_is_named(cast, with_pdf):
    source = with_pdf.source_file
    assert source.pdf_bytes == source.size_bytes > 0
    with organization_scope(cast.organization.id):
        assert usage.stored_bytes(cast.organization.id) == 2 * source.size_bytes
        assert names_in_use([source.pdf_name, "another"]) == {source.pdf_name}
    with snapshot("default") as cursor:
        assert {source.pdf_name, source.storage_name} <= set(stored_names(cursor))
    two_days_ago = time.time() - 2 * 24 * 3600
    stray = default_storage.path(source.pdf_name).replace(source.pdf_name[-8:], "00000000")
    Path(stray).write_bytes(b"stray")
    for path in (default_storage.path(source.pdf_name), stray):
        os.utime(path, (two_days_ago, two_days_ago))
    file_sweep(cast.organization)
    assert default_storage.exists(source.pdf_name) and not Path(stray).exists()


def test_it_goes_with_its_document(cast, with_pdf):
    source = with_pdf.source_file
    with organization_scope(cast.organization.id):
        document_delete(cast.access(cast.reviewer), with_pdf.id)
    assert not default_storage.exists(source.pdf_name) and not default_storage.exists(source.storage_name)
    with organization_scope(cast.organization.id):
        left = SourceFile.objects.get(id=source.id)
        assert (left.pdf_name, left.pdf_bytes, left.storage_name) == ("", 0, "")
        assert usage.stored_bytes(cast.organization.id) == 0


def test_a_newer_one_takes_its_place(cast, with_pdf):
    earlier = with_pdf.source_file.pdf_name
    with organization_scope(cast.organization.id):
        pdf_keep(with_pdf, pdf_store(with_pdf, b"%PDF-1.7 another"))
        assert list(FileRemoval.objects.values_list("storage_name", flat=True)) == [earlier]
    files_remove(cast.organization.id)
    assert not default_storage.exists(earlier) and default_storage.exists(with_pdf.source_file.pdf_name)
