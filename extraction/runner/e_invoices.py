"""Electronic invoices on their way through the steps: read from a file in the sandbox, judged by their rules, leading a
sub-document."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.conf import settings

from documents import storage
from documents.domain.document_kinds import DocumentKind
from documents.domain.e_invoice.reading import invoice_of
from documents.domain.e_invoice_kinds import KINDS
from documents.domain.e_invoice_page import sections_of, title_of
from documents.domain.e_invoice_types import takes_e_invoices
from documents.domain.found_e_invoice import FoundEInvoice
from documents.models import Document, SubDocument
from documents.selectors.e_invoices import e_invoice_of
from extraction.context import LeadingInvoice
from extraction.runner.contexts import parser
from extraction.runner.e_invoice_rules import validation_of
from extraction.runner.signature_issuers import trusted_issuers
from idp_project.core.errors import PermanentFailure
from idp_project.core.files.errors import SandboxCode, refusal
from idp_project.core.files.formats import PDF_TYPE
from idp_project.core.page_text import PageText
from idp_project.core.readers.message_pdf import sections_pdf

_Signatures = Callable[[], Sequence[Mapping[str, Any]]]


def make_pdf(path: str) -> bytes:
    """The readable page of a file that is XML. Raises PermanentFailure where it is no electronic invoice, or is built to do
    harm; the values come from an untrusted file, but nothing parses them any more."""
    received = parser().read_e_invoice(path)
    if received is None:
        raise refusal(SandboxCode.NOT_A_DOCUMENT)
    invoice = invoice_of(received.tree)
    title, note = title_of(invoice)
    return sections_pdf(title, note, sections_of(invoice), settings.MAX_PAGES)


def readers_of(document: Document, path: str) -> tuple[Callable[[], FoundEInvoice | None] | None, _Signatures | None]:
    """What `DocumentContext` asks about the file at `path`, which is what is read of the document. A PDF that is known to carry
    no file is not opened for one."""
    source = document.source_file
    if source.is_e_invoice:
        return lambda: _of_whole_file(document), None
    if source.content_type != PDF_TYPE:
        return None, None
    carries_files = document.metadata.get("has_attachments", True)
    return (lambda: _inside(path)) if carries_files else None, lambda: parser().read_signatures(path, trusted_issuers())


def _of_whole_file(document: Document) -> FoundEInvoice | None:
    source = document.source_file
    with storage.local_path(source.storage_name) as path:
        return _found(path, is_whole_file=True, name=source.name)


def _inside(path: str) -> FoundEInvoice | None:
    """A failure here does not stop the document from being read: a reason for a person names it."""
    try:
        return _found(path, is_whole_file=False)
    except PermanentFailure as error:
        return FoundEInvoice("", b"", is_whole_file=False, error=error.reason)


def _found(path: str, *, is_whole_file: bool, name: str = "") -> FoundEInvoice | None:
    received = parser().read_e_invoice(path)
    if received is None:
        return None
    invoice = invoice_of(received.tree)
    return FoundEInvoice(
        file_name=name or received.name,
        xml=received.xml,
        is_whole_file=is_whole_file,
        invoice=invoice,
        validation=validation_of(received),
        attachments=tuple(received.attachments),
    )


def leading_invoice(sub_document: SubDocument) -> LeadingInvoice | None:
    """The electronic invoice of its document, where it is this sub-document that it states: the first one of a type with
    fields of electronic invoices."""
    version = sub_document.schema_version
    if version is None or not takes_e_invoices(version.spec):
        return None
    row = e_invoice_of(sub_document.document_id)
    invoice = row.invoice if row else None
    if row is None or invoice is None or not _is_first(sub_document):
        return None
    pages = sub_document.read_pages.filter(text__isnull=False)
    texts = {number: PageText.from_dict(text) for number, text in pages.values_list("number", "text")}  # type: ignore[arg-type]
    return LeadingInvoice(invoice, row.is_whole_file, texts)


def _is_first(sub_document: SubDocument) -> bool:
    before = SubDocument.objects.filter(
        document_id=sub_document.document_id, first_page__lt=sub_document.first_page, schema_version__isnull=False
    )
    versions = [one.schema_version for one in before.select_related("schema_version")]
    return not any(version and takes_e_invoices(version.spec) for version in versions)


def kind_of(document: Document) -> DocumentKind | None:
    """What its electronic invoice says that it is; None where it has none that could be read."""
    row = e_invoice_of(document.id)
    return KINDS[row.invoice.kind] if row and row.invoice else None
