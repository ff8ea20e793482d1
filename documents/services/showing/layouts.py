"""Tables and key–value pairs of a document for people and programs: noted like a look at its pages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from accounts.access import Access
from documents.domain.sensitive import Mask
from documents.selectors.doors import document_get_for
from documents.selectors.page_layouts import DocumentLayout, layout_of_document
from documents.selectors.sensitive import mask_for, shown_cells, shown_pair
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
    layout = layout_of_document(document.id)
    return _without(mask, layout) if (mask := mask_for(access, document)) else layout


def _without(mask: Mask, layout: DocumentLayout) -> DocumentLayout:
    """The layout as it may be shown; nothing of it before the values are known."""
    if mask.is_unread:
        return replace(layout, tables=(), pairs=())
    tables = (replace(table, cells=tuple(shown_cells(table.cells, mask))) for table in layout.tables)
    return replace(
        layout, tables=tuple(tables), pairs=tuple((page, shown_pair(page, pair, mask)) for page, pair in layout.pairs)
    )


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
