"""Amounts of a credit note are below zero, however they are printed: what the kind of a document means for its amounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from documents.domain.document_kinds import KindEvidence
from documents.domain.identity_reasons import KIND_WORDS, SIGN_OF_KIND
from documents.domain.numbers import to_decimal
from documents.domain.schema_spec import SchemaSpec
from documents.domain.taken_kinds import negative_amounts
from documents.domain.values import FieldCandidate, MergedField, MergedRow


def with_signs_of_kind(
    fields: Sequence[MergedField], rows: Sequence[MergedRow], schema: SchemaSpec, kinds: Sequence[KindEvidence]
) -> tuple[list[MergedField], tuple[MergedRow, ...]]:
    """Fields and rows with the signs that the schema gives to the amounts of these kinds.

    A field is turned below zero. A column is turned as a whole if its sum is above zero, so that a line with the other sign
    keeps the other sign. What was turned has a note in its provenance.
    """
    names = negative_amounts(schema, kinds)
    if not names:
        return list(fields), tuple(rows)
    kind = next(item for item in kinds if any(rule.kind is item.code and rule.negative for rule in schema.kinds))
    turned = {name for name in names if "." in name and _sum(rows, name) > 0}
    return (
        [_below_zero(field, kind) if field.field in names else field for field in fields],
        tuple(_with_turned_cells(row, turned, kind) for row in rows),
    )


def _below_zero(field: MergedField, kind: KindEvidence) -> MergedField:
    return replace(
        field, candidates=tuple(_turned(each, kind) if _amount(each) > 0 else each for each in field.candidates)
    )


def _with_turned_cells(row: MergedRow, turned: set[str], kind: KindEvidence) -> MergedRow:
    cells = tuple(
        replace(cell, candidates=tuple(_turned(each, kind) for each in cell.candidates))
        if f"{row.table}.{cell.field}" in turned
        else cell
        for cell in row.cells
    )
    return replace(row, cells=cells)


def _turned(candidate: FieldCandidate, kind: KindEvidence) -> FieldCandidate:
    amount = _amount(candidate)
    if not amount:
        return candidate
    note = SIGN_OF_KIND(text=candidate.raw_text, kind=KIND_WORDS[kind.code])
    value = str(candidate.value).removeprefix("-") if amount < 0 else f"-{candidate.value}"
    return replace(candidate, value=value, provenance=candidate.provenance.noting(note))


def _sum(rows: Sequence[MergedRow], name: str) -> Decimal:
    table, _, column = name.partition(".")
    chosen = (cell.chosen for row in rows if row.table == table for cell in row.cells if cell.field == column)
    return sum((_amount(candidate) for candidate in chosen if candidate), Decimal(0))


def _amount(candidate: FieldCandidate) -> Decimal:
    """0 for what is no amount."""
    return to_decimal(candidate.value) or Decimal(0)
