"""Field values and table rows of a sub-document, and what people corrected.

The caller has passed a door, or runs inside a job.
"""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from documents.domain.statuses import SubDocumentStatus
from documents.models import ApprovedVersion, FieldValue, TableRow


def field_values_of(sub_document_id: UUID) -> QuerySet[FieldValue]:
    """The plain fields of a sub-document (not table cells), in the schema's order."""
    return FieldValue.objects.filter(sub_document_id=sub_document_id, table_row__isnull=True).select_related(
        "corrected_by"
    )


def table_rows_of(sub_document_id: UUID) -> QuerySet[TableRow]:
    """All table rows with their cells."""
    return TableRow.objects.filter(sub_document_id=sub_document_id).prefetch_related("cells")


def corrected_values(document_id: UUID) -> dict[int, list[tuple[str, str]]]:
    """By page: (name, value) of what people corrected in the newest approved versions, withdrawn ones left out.

    A value without a place counts for its sub-document's first page.
    """
    versions = ApprovedVersion.objects.filter(sub_document__document_id=document_id).exclude(content={})
    newest = versions.exclude(sub_document__status=SubDocumentStatus.WITHDRAWN).order_by("sub_document_id", "-number")
    found: dict[int, list[tuple[str, str]]] = {}
    for version in newest.distinct("sub_document_id"):
        content = version.approved
        for cell in content.cells:
            if cell.corrected_by and cell.value:
                page = cell.provenance.page_number if cell.provenance else content.first_page
                found.setdefault(page, []).append((cell.name, cell.value))
    return found
