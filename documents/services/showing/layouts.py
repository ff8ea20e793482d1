"""Tables and key–value pairs of a document for people and programs: noted like a look at its pages."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from accounts.access import Access
from documents.selectors.doors import document_get_for
from documents.selectors.page_layouts import DocumentLayout, layout_of_document
from documents.services.showing.audited_reads import documents_seen
from idp_project.core.csv_lines import as_csv
from idp_project.core.errors import NotFound
from idp_project.core.workbook import XLSX_TYPE, as_workbook

FORMS = ("csv", "xlsx")
MOST_TABLES = 1_000_000  # numbers beyond that name no table


@dataclass(frozen=True)
class TableFile:
    """A table as a file to save."""

    name: str
    content_type: str
    content: bytes


def document_layout_open(access: Access, document_id: UUID) -> DocumentLayout:
    """For anyone who may see the document's pages. Raises NotFound for others."""
    document = document_get_for(access, document_id)
    documents_seen(access, [document.id])
    return layout_of_document(document.id)


def document_table_open(access: Access, document_id: UUID, number: int, form: str) -> TableFile:
    """One table as "csv" or "xlsx". Raises NotFound for a table or form that there is not."""
    table = document_layout_open(access, document_id).table(number)
    if table is None or form not in FORMS:
        raise NotFound
    if form == "csv":
        return TableFile(f"table-{number}.csv", "text/csv; charset=utf-8", "".join(as_csv(table.lines())).encode())
    cells = [placed.cell for placed in table.cells]
    merged = [
        (cell.row, cell.last_row, cell.column, cell.last_column)
        for cell in cells
        if cell.last_row > cell.row or cell.last_column > cell.column
    ]
    return TableFile(f"table-{number}.xlsx", XLSX_TYPE, as_workbook(table.lines(), merged))
