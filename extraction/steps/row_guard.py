"""Rows printed and rows read: numbers of rows, sums that pages carry over and printed counts say whether rows are missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise, permutations

from documents.domain.field_types.base import CellKind
from documents.domain.field_types.registry import cell_kind
from documents.domain.numbers import to_decimal
from documents.domain.reasons import CARRIED_SUM_DIFFERS, ROWS_COUNTED, ROWS_MISSING
from documents.domain.row_completeness import missing_numbers
from documents.domain.schema_spec import TableSpec
from documents.domain.sum_reasons import NUMBERS_NOT_READ
from documents.domain.values import CandidateRow
from idp_project.core.reasons import Reason

_TOLERANCE = Decimal("0.05")

Doubts = Mapping[int, Sequence[Reason]]


def doubts_of_rows(rows: Sequence[CandidateRow], table: TableSpec, counts: Sequence[int]) -> Doubts:
    """By the index of a row: why rows beside it may be missing. `counts` are the numbers of rows that pages print."""
    found: dict[int, list[Reason]] = {}
    for index, reason in (*_missing_numbers(rows, table), *_numbers_not_read(rows, table), *_wrong_sums(rows, table)):
        found.setdefault(index, []).append(reason)
    if rows and len(set(counts)) == 1 and counts[0] != len(rows):
        found.setdefault(len(rows) - 1, []).append(ROWS_COUNTED(table=table.label, printed=counts[0], found=len(rows)))
    return found


def _missing_numbers(rows: Sequence[CandidateRow], table: TableSpec) -> Iterator[tuple[int, Reason]]:
    """Gaps in a first column that counts."""
    first = table.columns[0] if table.columns else None
    if first is None or cell_kind(first) is not CellKind.NUMBER:
        return
    for index, before, after in missing_numbers([_whole(row, first.name) for row in rows]):
        yield index, ROWS_MISSING(table=table.label, before=before, after=after)


def _numbers_not_read(rows: Sequence[CandidateRow], table: TableSpec) -> Iterator[tuple[int, Reason]]:
    """Rows without a number between two with one, where the numbers leave room for just these rows: 20, –, –, 23."""
    first = table.columns[0] if table.columns else None
    if first is None or cell_kind(first) is not CellKind.NUMBER:
        return
    known = [(index, value) for index, row in enumerate(rows) if (value := _whole(row, first.name)) is not None]
    for (index, before), (later, after) in pairwise(known):
        if later - index > 1 and after - before == later - index:
            yield index + 1, NUMBERS_NOT_READ(table=table.label, column=first.label, first=index + 2, last=later)


def _whole(row: CandidateRow, column: str) -> int | None:
    value = next((to_decimal(cell.value) for cell in row.cells if cell.field == column), None)
    return int(value) if value is not None and value == int(value) else None


@dataclass
class _Sums:
    """By column: what the rows so far come to, and the rows of the page."""

    so_far: dict[str, Decimal]
    on_page: dict[str, Decimal]
    last: dict[str, Decimal]

    def add(self, row: CandidateRow, columns: Sequence[str]) -> None:
        for cell in row.cells:
            value = to_decimal(cell.value)
            if cell.field in columns and value is not None:
                self.so_far[cell.field] = self.so_far.get(cell.field, Decimal(0)) + value
                self.on_page[cell.field] = self.on_page.get(cell.field, Decimal(0)) + value
                self.last[cell.field] = value


def _wrong_sums(rows: Sequence[CandidateRow], table: TableSpec) -> Iterator[tuple[int, Reason]]:
    """Where a page carries over a sum that neither its rows nor all rows so far come to, nor the last balance is."""
    columns = [column.name for column in table.columns if cell_kind(column) is CellKind.AMOUNT]
    sums, brought = _Sums({}, {}, {}), Decimal(0)
    for index, row in enumerate(rows):
        carried_in = to_decimal(row.carried_in or None)
        if carried_in is not None:
            if index and not _is_told(carried_in, sums, Decimal(0)):
                yield index - 1, _differs(table, index, row, row.carried_in)
            brought, sums.on_page = carried_in, {}
        sums.add(row, columns)
        carried_out = to_decimal(row.carried_out or None)
        if carried_out is not None:
            if not _is_told(carried_out, sums, brought):
                yield index, _differs(table, index + 1, row, row.carried_out)
            sums.on_page = {}


def _is_told(printed: Decimal, sums: _Sums, brought: Decimal) -> bool:
    """Whether a column, or the difference of two, comes to the printed sum: over all rows, over the page, as a balance."""
    known = (*sums.so_far.values(), *sums.last.values(), *sums.on_page.values())
    pages = [brought + value for value in sums.on_page.values()]
    pages += [brought + one - other for one, other in permutations(sums.on_page.values(), 2)]
    return any(abs(printed - value) <= _TOLERANCE for value in (*known, *pages))


def _differs(table: TableSpec, row_number: int, row: CandidateRow, printed: str) -> Reason:
    page = next((cell.provenance.page_number for cell in row.cells), 1)
    return CARRIED_SUM_DIFFERS(table=table.label, row=row_number + 1, page=page, printed=printed)
