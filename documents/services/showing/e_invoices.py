"""Electronic invoices for people and programs: what they state is noted like a look at the pages, their XML like a download."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from accounts.access import Access
from accounts.domain.roles import Permission
from accounts.services.audit.trail import audit_record
from documents import storage
from documents.domain.e_invoice.letter import letter_to_supplier
from documents.domain.e_invoice_validation import ERROR, SCHEMA
from documents.selectors.doors import document_get_for
from documents.selectors.e_invoices import e_invoice_of, e_invoice_view
from documents.selectors.sensitive import check_shown_whole
from documents.services.showing.audited_reads import check_scanned, documents_seen
from idp_project.core.errors import NotFound


@dataclass(frozen=True)
class XmlFile:
    """XML byte for byte. `file` is open for reading."""

    name: str
    file: Any


def e_invoice_open(access: Access, document_id: UUID) -> dict[str, Any]:
    """`e_invoice_view` with `letter`: what to write to the supplier of a faulty one, empty for a good one. NotFound where the
    document has none."""
    document = document_get_for(access, document_id)
    row = e_invoice_of(document.id)
    if row is None:
        raise NotFound
    check_shown_whole(access, document)
    documents_seen(access, [document.id])
    view = e_invoice_view(row, document)
    place = {"team_id": document.team_id, "batch_id": document.batch_id, "document_id": document.id}
    can_download = access.can(Permission.DOWNLOAD_DOCUMENTS, **place)
    letter = letter_to_supplier(row.invoice, broken=_broken(row.validation or {}), deviations=view["deviations"])
    return view | {"letter": letter, "can_download": can_download}


def _broken(validation: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """In the publisher's words: the letter has its own language, not the reader's."""
    of_schema = [{"rule": SCHEMA, "text": text} for text in validation.get("schema_errors", ())]
    return [*of_schema, *(rule for rule in validation.get("rules", ()) if rule["flag"] == ERROR)]


def e_invoice_xml_open(access: Access, document_id: UUID) -> XmlFile:
    """The XML byte for byte, for anyone who may download the document; noted every time. Raises NotFound without an XML, and
    what `original_open` raises of a file with a virus, or before it is scanned."""
    document = document_get_for(access, document_id, Permission.DOWNLOAD_DOCUMENTS)
    row = e_invoice_of(document.id)
    if row is None or not storage.is_stored(row.storage_name):
        raise NotFound
    check_shown_whole(access, document)
    check_scanned(document)
    file = storage.original_open(row.storage_name)
    audit_record(
        access,
        "e_invoice_downloaded",
        object_kind="document",
        object_id=document.id,
        details={"sha256": row.sha256, "bytes": row.size_bytes},
    )
    name = row.file_name if row.file_name.lower().endswith(".xml") else f"{row.file_name or 'e-invoice'}.xml"
    return XmlFile(name, file)
