"""One printed column of amounts with signs, for a schema that has one column for what goes out and one for what comes in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from documents.domain.field_types.base import CellKind
from documents.domain.field_types.registry import cell_kind
from documents.domain.numbers import shows_side, to_decimal, write_number
from documents.domain.reading_notes import SIDE_BY_BALANCE, SIDE_BY_SIGN
from documents.domain.schema_spec import FieldSpec, TableSpec
from documents.domain.values import CandidateRow, FieldCandidate
from extraction.local.table_body import SIGNED


def sides_by_sign(
    rows: Sequence[CandidateRow], table: TableSpec, sides: tuple[FieldSpec, FieldSpec] | None
) -> list[CandidateRow]:
    """Puts each amount of a signed column where its sign says, or where the balance beside it says; where neither does, the
    amount is in no column and a person sees it.
    """
    signed = [next((cell for cell in row.cells if cell.field == SIGNED), None) for row in rows]
    if sides is None or not any(signed):
        return [replace(row, cells=tuple(cell for cell in row.cells if cell.field != SIGNED)) for row in rows]
    is_told = any(cell is not None and shows_side(cell.raw_text) for cell in signed)
    settled = []
    for number, (row, cell) in enumerate(zip(rows, signed, strict=True)):
        others = tuple(other for other in row.cells if other.field != SIGNED)
        value = to_decimal(cell.value) if cell else None
        if cell is None or value is None:
            settled.append(replace(row, cells=others, unread=(*row.unread, *([cell.raw_text] if cell else []))))
            continue
        by_balance = _by_balance(rows[number - 1] if number else None, row, value, table)
        if by_balance is None and not is_told:
            settled.append(replace(row, cells=others, unread=(*row.unread, cell.raw_text)))
            continue
        side = sides[0] if (value if by_balance is None else by_balance) < 0 else sides[1]
        note = (SIDE_BY_SIGN if by_balance is None else SIDE_BY_BALANCE)(text=cell.raw_text)
        placed = replace(cell, field=side.name, value=write_number(abs(value)), provenance=cell.provenance.noting(note))
        settled.append(replace(row, cells=_in_order((*others, placed), table)))
    return settled


def _by_balance(before: CandidateRow | None, row: CandidateRow, value: Decimal, table: TableSpec) -> Decimal | None:
    """The amount with the sign that leads from the balance before to the one after; None where it does not."""
    amounts = [column.name for column in table.columns if cell_kind(column) is CellKind.AMOUNT]
    for name in reversed(amounts):
        earlier, later = (_number(each, name) for each in (before, row))
        if earlier is not None and later is not None and abs(later - earlier) == abs(value):
            return later - earlier
    return None


def _number(row: CandidateRow | None, name: str) -> Decimal | None:
    cell = next((cell for cell in row.cells if cell.field == name), None) if row else None
    return to_decimal(cell.value) if cell else None


def _in_order(cells: Sequence[FieldCandidate], table: TableSpec) -> tuple[FieldCandidate, ...]:
    names = [column.name for column in table.columns]
    return tuple(sorted(cells, key=lambda cell: names.index(cell.field)))
