"""Where a document's file came from and what it brought along, as its steps may know it. Inside the tenancy scope."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q

from documents.domain.e_invoice_reasons import (
    E_INVOICE_BREAKS_ONE,
    E_INVOICE_INVALID,
    E_INVOICE_UNREADABLE,
    SIGNATURE_BROKEN,
)
from documents.domain.e_invoice_validation import BROKEN_SIGNATURES, broken_rules
from documents.domain.file_reasons import FILES_NOT_READ, FORM_NOT_SHOWN
from documents.domain.reasons import E_INVOICE_NOT_JUDGED
from documents.domain.statuses import DocumentStatus
from documents.models import Document, Page
from documents.selectors.e_invoices import e_invoice_of
from extraction.context import Origin
from idp_project.core.files.formats import OFFICE_TYPES
from idp_project.core.reasons import Reason, reason_of

_MOST_RULES = 6  # that a reason names
_SMALL_FILE = 60_000  # bytes of a picture
_SMALL_PICTURE = 500_000  # pixels; no camera and no scanner makes so few


def origin_of(document: Document, pages: Sequence[Page]) -> Origin:
    """Documents that were refused or failed do not count as brought, nor do small pictures, which may be logos: then a person
    has to see what brought them."""
    found = Document.objects.filter(attachment_of=document).exclude(status=DocumentStatus.FAILED)
    small = Q(source_file__content_type__startswith="image/", source_file__size_bytes__lt=_SMALL_FILE)
    brought = found.exclude(small).count()
    return Origin(
        is_message=document.source_file.is_message,
        is_e_invoice=document.source_file.is_e_invoice,
        is_portfolio=bool(document.metadata.get("is_portfolio")),
        is_office=document.source_file.content_type in OFFICE_TYPES,
        is_picture_of_message=_is_picture_of_message(document, pages),
        brought=brought,
    )


def _is_picture_of_message(document: Document, pages: Sequence[Page]) -> bool:
    message = document.attachment_of
    if message is None or not message.source_file.is_message:
        return False
    is_picture = document.source_file.content_type.startswith("image/")
    return is_picture and all((page.width or 0) * (page.height or 0) <= _SMALL_PICTURE for page in pages)


def reasons_of_file(document: Document) -> tuple[Reason, ...]:
    """Reasons of the whole file why a person should look."""
    reasons = []
    if document.metadata.get("needs_other_viewer"):
        reasons.append(FORM_NOT_SHOWN())
    if left := files_left(document):
        reasons.append(FILES_NOT_READ(names=", ".join(left)))
    reasons += reasons_of_e_invoice(document)
    return tuple(reasons)


def files_left(document: Document) -> list[str]:
    """Names of files that are embedded in it, or in its XML, and became no documents, electronic invoices aside."""
    e_invoices = list(document.metadata.get("e_invoices") or [])
    if row := e_invoice_of(document.id):
        e_invoices.append(row.file_name)  # it may go by any name
    names = [name for name in document.metadata.get("embedded") or [] if name not in e_invoices]
    names += document.metadata.get("attached_in_xml") or []
    if not names:
        return []
    brought = list(Document.objects.filter(attachment_of=document).values_list("source_file__name", flat=True))
    left = []
    for name in names:
        if name in brought:
            brought.remove(name)
        else:
            left.append(name)
    return left


def broken_reason(broken: Sequence[str]) -> Reason:
    """Names at most six of the broken rules."""
    if len(broken) == 1:
        return E_INVOICE_BREAKS_ONE(rule=broken[0])
    named = ", ".join(broken[:_MOST_RULES]) + (" …" if len(broken) > _MOST_RULES else "")
    return E_INVOICE_INVALID(count=len(broken), rules=named)


def reasons_of_e_invoice(document: Document) -> list[Reason]:
    """What stands against the electronic invoice itself, or against the signature of the file."""
    reasons = []
    row = e_invoice_of(document.id)
    if row is not None and row.error is not None:
        reasons.append(E_INVOICE_UNREADABLE(name=row.file_name or "XML", failure=row.error))
    if row is not None and (failure := reason_of((row.validation or {}).get("failure"))):
        reasons.append(E_INVOICE_NOT_JUDGED(failure=failure))
    if row is not None and (broken := broken_rules(row.validation)):
        reasons.append(broken_reason(broken))
    if any(one.get("status") in BROKEN_SIGNATURES for one in document.metadata.get("signatures") or ()):
        reasons.append(SIGNATURE_BROKEN())
    return reasons
