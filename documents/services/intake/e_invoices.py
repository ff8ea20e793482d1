"""Electronic invoices: the XML goes into the file store byte for byte before the commit that names it, its values into a row.

A worker that is killed in between leaves a file that nobody names (`stored_file_sweeps` removes it).
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from documents import storage
from documents.domain.e_invoice.stored import to_dict
from documents.domain.found_e_invoice import FoundEInvoice
from documents.models import Document, ReceivedEInvoice
from documents.selectors.e_invoices import e_invoice_of
from documents.services.intake.quotas import room_take
from documents.services.intake.receiving import shown_name
from documents.services.removing.stored_files import files_mark


@dataclass(frozen=True)
class StoredXml:
    """XML that no row names yet. Of a document that is XML, its own file."""

    file: storage.StoredFile
    found: FoundEInvoice


def e_invoice_store(document: Document, found: FoundEInvoice) -> StoredXml:
    """Outside any transaction. Raises StorageFull."""
    source = document.source_file
    if found.is_whole_file:
        return StoredXml(storage.StoredFile(source.storage_name, source.size_bytes, source.sha256, b""), found)
    saved = storage.original_save(document.organization_id, [found.xml], max_bytes=settings.MAX_FILE_BYTES)
    return StoredXml(saved, found)


def e_invoice_keep(document: Document, stored: StoredXml) -> None:
    """From this commit on it is the document's electronic invoice; an earlier one goes. The document's metadata name what the
    XML holds, so that its sub-documents name what became no document. Raises TooLarge over the quota."""
    found = stored.found
    earlier = e_invoice_of(document.id)
    if earlier and not earlier.is_whole_file:
        files_mark(document.organization_id, [earlier.storage_name])
    if earlier:
        earlier.delete()
    if not found.is_whole_file:
        room_take(document.organization_id, more_bytes=stored.file.size_bytes)
    header = found.invoice.header if found.invoice else None
    ReceivedEInvoice.objects.create(
        organization_id=document.organization_id,
        document=document,
        file_name=found.file_name[:255],
        storage_name=stored.file.storage_name,
        size_bytes=stored.file.size_bytes,
        sha256=stored.file.sha256,
        is_whole_file=found.is_whole_file,
        syntax=found.invoice.syntax.value if found.invoice else "",
        guideline=header.guideline.value[:300] if header and header.guideline else "",
        model=to_dict(found.invoice) if found.invoice else None,
        validation=dict(found.validation) if found.validation is not None else None,
        error=found.error,
    )
    document.metadata |= {"attached_in_xml": [shown_name(one.name) for one in found.attachments]}
    document.save(update_fields=["metadata"])


def e_invoice_discard(stored: StoredXml) -> None:
    """Deletes what was stored, once the transaction that says why has been committed."""
    if not stored.found.is_whole_file:
        transaction.on_commit(lambda: storage.file_delete(stored.file.storage_name), robust=True)
