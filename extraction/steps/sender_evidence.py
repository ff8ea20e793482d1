"""Where a document does not show how it writes numbers and dates, its sender's approved documents do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from documents.domain.dates import is_swappable
from documents.domain.field_roles import role_in
from documents.domain.field_types.registry import field_type
from documents.domain.field_types.roles import Role
from documents.domain.notation import Notation
from documents.domain.schema_spec import FieldSpec, FieldType, SchemaSpec
from documents.domain.sender_notation import SenderNotation, as_sender_writes
from documents.domain.signs_of_print import as_ascii_digits
from documents.domain.values import FieldCandidate, MergedField, MergedRow
from extraction.context import SubDocumentContext

_OF_SENDERS = (FieldType.VAT_NUMBER, FieldType.IBAN)
_MOST_CELLS = 400  # that are looked through for something open
_ONE_MARK = re.compile(r"(?<![\d.,'])[1-9]\d{0,2}[.,]\d{3}(?![\d.,'])")


def notation_of_sender(
    context: SubDocumentContext, fields: Sequence[MergedField], rows: Sequence[MergedRow], notation: Notation
) -> SenderNotation:
    """What the sender's approved documents show; nothing where this document leaves nothing open, or nobody can be asked."""
    schema = context.schema
    if context.ask_sender is None or schema is None or not _is_open(fields, rows, schema, notation):
        return SenderNotation()
    keys = sender_keys(fields, schema, context)
    return context.ask_sender(keys) if keys else SenderNotation()


def sender_keys(
    fields: Sequence[MergedField], schema: SchemaSpec, context: SubDocumentContext
) -> tuple[tuple[str, str], ...]:
    """By what a sender is known again: its VAT number and IBAN, else its name. Pairs of field and value."""
    found = {
        field.field: field.chosen.value for field in fields if field.chosen and field.chosen.value and not field.item
    }
    codes = [spec.name for spec in schema.fields if spec.type in _OF_SENDERS and spec.name in found]
    names = [
        spec.name
        for spec in schema.fields
        if spec.name in found and field_type(spec.type).names_somebody and _is_issuer(schema, spec, context)
    ]
    return tuple((name, found[name] or "") for name in codes or names)


def _is_issuer(schema: SchemaSpec, spec: FieldSpec, context: SubDocumentContext) -> bool:
    return role_in(schema, spec, context.words) is Role.ISSUER


def _is_open(fields: Sequence[MergedField], rows: Sequence[MergedRow], schema: SchemaSpec, notation: Notation) -> bool:
    """Whether a date or an amount of the document can be read in two ways, as far as its own pages show."""
    specs = _specs(schema)
    chosen = ((specs[("", field.field)], field.chosen) for field in fields if field.chosen)
    cells = ((specs[(row.table, cell.field)], cell.chosen) for row in rows for cell in row.cells if cell.chosen)
    found = (*chosen, *islice(cells, _MOST_CELLS))
    return any(candidate is not None and _depends(candidate, spec, notation) for spec, candidate in found)


def _specs(schema: SchemaSpec) -> dict[tuple[str, str], FieldSpec]:
    columns = {(table.name, column.name): column for table in schema.tables for column in table.columns}
    return {("", spec.name): spec for spec in schema.fields} | columns


def _depends(candidate: FieldCandidate, spec: FieldSpec, notation: Notation) -> bool:
    if not candidate.provenance.is_located:
        return False
    if spec.type is FieldType.DATE:
        return not notation.is_order_sure and is_swappable(candidate.raw_text)
    is_number = spec.type in (FieldType.AMOUNT, FieldType.NUMBER)
    return is_number and not notation.decimal and _ONE_MARK.search(as_ascii_digits(candidate.raw_text)) is not None


def fields_as_sent(
    fields: Sequence[MergedField], schema: SchemaSpec, notation: Notation, sender: SenderNotation
) -> list[MergedField]:
    """Fields with their open values read as the sender writes."""
    specs = _specs(schema)
    return [_read_again(field, specs[("", field.field)], notation, sender) for field in fields]


def rows_as_sent(
    rows: Sequence[MergedRow], schema: SchemaSpec, notation: Notation, sender: SenderNotation
) -> tuple[MergedRow, ...]:
    """The same for the cells of tables."""
    specs = _specs(schema)
    return tuple(
        replace(
            row, cells=tuple(_read_again(cell, specs[(row.table, cell.field)], notation, sender) for cell in row.cells)
        )
        for row in rows
    )


def _read_again(field: MergedField, spec: FieldSpec, notation: Notation, sender: SenderNotation) -> MergedField:
    candidates = list(_candidates_again(field.candidates, spec, notation, sender))
    return replace(field, candidates=tuple(candidates)) if candidates != list(field.candidates) else field


def _candidates_again(
    candidates: Sequence[FieldCandidate], spec: FieldSpec, notation: Notation, sender: SenderNotation
) -> Iterator[FieldCandidate]:
    """Each text once: what it may mean otherwise is told no longer. The evidence names the sender."""
    told = as_sender_writes(notation, sender)
    known = sender.decimal if spec.type is not FieldType.DATE else sender.date_order
    seen: set[tuple[str, object]] = set()
    for candidate in candidates:
        if not known or not _depends(candidate, spec, notation):
            yield candidate
            continue
        key = candidate.raw_text, candidate.provenance
        value = field_type(spec.type).read_in(candidate.raw_text.replace("\n", " "), told, spec.choices)
        if key in seen:
            continue
        seen.add(key)
        evidence = {name: size for name, size in candidate.evidence.items() if name != "ambiguous"} | {"sender": 1.0}
        yield replace(candidate, value=value, evidence=evidence) if value is not None else candidate
