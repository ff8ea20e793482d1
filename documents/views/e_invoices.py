"""The electronic invoice of a document: its panel beside the pages, and its XML. Each view makes one domain call."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.access import access_of
from documents.services.showing.e_invoices import e_invoice_open, e_invoice_xml_open
from idp_project.core.attachments import file_attachment


@never_cache
@require_GET
def document_e_invoice(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """What the XML states, what its rules say and where the pages say something else; a fragment of a page."""
    found = e_invoice_open(access_of(request), document_id)
    return render(request, "documents/_e_invoice.html", {"e_invoice": found, "document_id": document_id})


@never_cache
@require_GET
def document_e_invoice_xml(request: HttpRequest, document_id: UUID) -> FileResponse:
    """The XML byte for byte, as a file to save."""
    found = e_invoice_xml_open(access_of(request), document_id)
    return file_attachment(found.name, found.file)
