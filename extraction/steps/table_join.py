"""Tables across pages: rows in order, without repeated headers and carried sums; a row that a page break split is one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from rapidfuzz import fuzz

from documents.domain.field_types.base import CellKind
from documents.domain.field_types.registry import cell_kind
from documents.domain.numbers import to_decimal
from documents.domain.plain_text import plain
from documents.domain.schema_spec import SchemaSpec, TableSpec
from documents.domain.values import CandidateRow, FieldCandidate, MergedField, MergedRow
from documents.domain.words import Words, phrase_pattern
from extraction.context import PageSummary
from extraction.local.tables import is_rest_of_a_row
from extraction.steps.row_guard import doubts_of_rows

_SAME_LABEL = 85.0


def join_rows(schema: SchemaSpec, pages: Sequence[PageSummary], words: Words) -> tuple[MergedRow, ...]:
    """All rows of all tables, numbered from 1 within their table."""
    joined: list[MergedRow] = []
    for table in schema.tables:
        rows = _rows_of(table, pages, words)
        marks = [row for page in pages for row in page.rows if row.table == table.name]
        doubts = doubts_of_rows(rows, table, [row.printed_count for row in marks if row.printed_count])
        for number, row in enumerate(rows, start=1):
            cells = tuple(MergedField(cell.field, (cell,)) for cell in row.cells)
            joined.append(MergedRow(table.name, number, cells, row.unread, tuple(doubts.get(number - 1, ()))))
    return tuple(joined)


def _rows_of(table: TableSpec, pages: Sequence[PageSummary], words: Words) -> list[CandidateRow]:
    rows: list[CandidateRow] = []
    for page in pages:
        own = [
            row
            for row in page.rows
            if row.table == table.name
            and row.cells
            and not is_header(row, table)
            and not is_carry_over(row, table, words)
        ]
        if own and rows and is_carried_sum(own[0], rows, table):
            del own[0]
        if own and is_carried_sum(own[-1], [*rows, *own[:-1]], table):
            del own[-1]
        if own and rows and (whole := join_halves(rows[-1], own[0], table)):
            rows[-1] = whole
            del own[0]
        elif own and is_rest_of_a_row(own[0], table):
            del own[0]  # of a row that is not here
        rows += own
    return rows


def is_carried_sum(row: CandidateRow, before: Sequence[CandidateRow], table: TableSpec) -> bool:
    """Whether a row without a text is nothing but the sum of a column so far, as pages print it at their edges."""
    if len(before) < 2 or not row.cells or any(cell.field in _text_columns(table) for cell in row.cells):
        return False
    return all(
        (value := to_decimal(cell.value)) is not None and value == _sum_of(cell.field, before) for cell in row.cells
    )


def _sum_of(column: str, rows: Sequence[CandidateRow]) -> Decimal:
    values = (to_decimal(cell.value) for row in rows for cell in row.cells if cell.field == column)
    return sum((value for value in values if value is not None), Decimal(0))


def join_halves(upper: CandidateRow, lower: CandidateRow, table: TableSpec) -> CandidateRow | None:
    """The row that a page break has split, None where they are two rows.

    Either the halves complete each other, no column being in both; or the lower one is text alone that goes on in the
    middle of a sentence.
    """
    texts = _text_columns(table)
    above, below = ({cell.field: cell for cell in row.cells} for row in (upper, lower))
    has_text, goes_on = (bool(texts & cells.keys()) for cells in (above, below))
    if not above.keys() & below.keys() and has_text != goes_on:
        return _whole(upper, lower, (*upper.cells, *lower.cells))
    if is_rest_of_a_row(lower, table) and above.keys() >= below.keys():
        cells = tuple(_longer(cell, below.get(cell.field)) for cell in upper.cells)
        return _whole(upper, lower, cells)
    return None


def _whole(upper: CandidateRow, lower: CandidateRow, cells: Sequence[FieldCandidate]) -> CandidateRow:
    return CandidateRow(
        upper.table,
        tuple(cells),
        (*upper.unread, *lower.unread),
        carried_in=upper.carried_in,
        carried_out=lower.carried_out,
        printed_count=lower.printed_count or upper.printed_count,
    )


def _longer(cell: FieldCandidate, rest: FieldCandidate | None) -> FieldCandidate:
    """Keeps the place of its beginning: a place is on one page."""
    if rest is None:
        return cell
    value = f"{cell.value or cell.raw_text} {rest.value or rest.raw_text}"
    return replace(cell, raw_text=f"{cell.raw_text}\n{rest.raw_text}", value=value)


def _text_columns(table: TableSpec) -> set[str]:
    return {column.name for column in table.columns if cell_kind(column) is CellKind.TEXT}


def is_header(row: CandidateRow, table: TableSpec) -> bool:
    """Whether most cells say nothing but a label of their column."""
    labels = {column.name: [plain(label) for label in column.labels] for column in table.columns}
    same = sum(
        any(fuzz.ratio(plain(cell.raw_text), label) >= _SAME_LABEL for label in labels.get(cell.field, ()))
        for cell in row.cells
    )
    return bool(row.cells) and same * 2 > len(row.cells)


def is_carry_over(row: CandidateRow, table: TableSpec, words: Words) -> bool:
    """Whether the row repeats a sum from the page before or for the page after."""
    carried = phrase_pattern(words, "carried_sum", "carried_row")
    texts = [cell.raw_text for cell in row.cells if cell.field in _text_columns(table)]
    return bool(texts) and len(row.cells) <= 3 and any(carried.search(text) for text in texts)
