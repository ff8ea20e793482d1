"""PDFs made of office documents and e-mails, which are what is read of those: stored before the commit that names them.

A worker that is killed in between leaves a file that nobody names (`stored_file_sweeps` removes it).
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from documents import storage
from documents.models import Document
from documents.services.intake.quotas import room_take
from documents.services.removing.stored_files import files_mark


@dataclass(frozen=True)
class StoredPdf:
    """A PDF that no row names yet."""

    storage_name: str
    size_bytes: int


def pdf_store(document: Document, content: bytes) -> StoredPdf:
    """Outside any transaction. Raises StorageFull."""
    return StoredPdf(storage.pdf_save(document.organization_id, content), len(content))


def pdf_keep(document: Document, pdf: StoredPdf) -> None:
    """From this commit on it is what is read of the document; an earlier one goes. Raises TooLarge over the organisation's
    quota."""
    source = document.source_file
    room_take(document.organization_id, more_bytes=pdf.size_bytes - source.pdf_bytes)
    files_mark(document.organization_id, [source.pdf_name])
    source.pdf_name, source.pdf_bytes = pdf.storage_name, pdf.size_bytes
    source.save(update_fields=["pdf_name", "pdf_bytes"])


def pdf_discard(pdf: StoredPdf) -> None:
    """Deletes what was stored, once the transaction that says why has been committed."""
    transaction.on_commit(lambda: storage.file_delete(pdf.storage_name), robust=True)
