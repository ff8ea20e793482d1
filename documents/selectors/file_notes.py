"""What is worth knowing of a document's file beside its facts, for people: sentences of the catalogue."""

from __future__ import annotations

from documents.domain.file_reasons import E_INVOICE_LEFT, NAMED_OTHERWISE, PICTURES_LEFT
from documents.models import Document
from idp_project.core.files.formats import named_otherwise
from idp_project.core.reasons import Reason


def notes_of(document: Document) -> list[Reason]:
    """Its file is named for another format; it carries an electronic invoice; pictures in it were not taken as documents."""
    notes = []
    extension, found = named_otherwise(document.source_file.name, document.source_file.content_type)
    if extension:
        notes.append(NAMED_OTHERWISE(extension=extension, format=found))
    if names := document.metadata.get("e_invoices"):
        notes.append(E_INVOICE_LEFT(names=", ".join(names)))
    if names := document.metadata.get("left_out"):
        notes.append(PICTURES_LEFT(names=", ".join(names)))
    return notes
