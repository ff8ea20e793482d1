"""What one page alone does not decide is read once more with what all pages of the document show: its marks, its period."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from documents.domain.field_types.registry import field_type
from documents.domain.notation import Notation
from documents.domain.schema_spec import FieldSpec, FieldType, SchemaSpec
from documents.domain.values import FieldCandidate, MergedField, MergedRow
from extraction.context import PageSummary
from extraction.local.page_notation import is_account, notation_of

_WEAK = 0.5  # score of a date that gives no period


def notation_of_document(schema: SchemaSpec, pages: Sequence[PageSummary]) -> Notation:
    """From the raw texts of all candidates and cells of all pages."""
    texts = [candidate.raw_text for page in pages for candidate in page.candidates]
    texts += [cell.raw_text for page in pages for row in page.rows for cell in row.cells]
    return notation_of(tuple(dict.fromkeys(texts)), schema.locale, is_account=is_account(schema))


def reread_fields(fields: Iterable[MergedField], schema: SchemaSpec, notation: Notation) -> list[MergedField]:
    """Fields whose readings another page's numbers and dates decide between."""
    specs = {spec.name: spec for spec in schema.fields}
    return [_reread_field(field, specs[field.field], notation) for field in fields]


def reread_rows(
    rows: Iterable[MergedRow], fields: Sequence[MergedField], schema: SchemaSpec, notation: Notation
) -> tuple[MergedRow, ...]:
    """Rows with days without a year read in the period of the document."""
    within = replace(notation, period=_period(fields, schema))
    columns = {(table.name, column.name): column for table in schema.tables for column in table.columns}
    return tuple(
        replace(row, cells=tuple(_reread_field(cell, columns[(row.table, cell.field)], within) for cell in row.cells))
        for row in rows
    )


def _reread_field(field: MergedField, spec: FieldSpec, notation: Notation) -> MergedField:
    candidates = [_reread(candidate, spec, notation) for candidate in field.candidates]
    if candidates == list(field.candidates):
        return field
    first = candidates[0]
    kept = [other for other in candidates[1:] if other.value != first.value or not _is_same_text(other, first)]
    if not first.evidence.get("ambiguous"):
        kept = [other for other in kept if not (_is_same_text(other, first) and other.evidence.get("ambiguous"))]
    return replace(field, candidates=(first, *kept))


def _reread(candidate: FieldCandidate, spec: FieldSpec, notation: Notation) -> FieldCandidate:
    is_open = candidate.value is None or bool(candidate.evidence.get("ambiguous"))
    if not is_open or not candidate.provenance.is_located:
        return candidate
    rules = field_type(spec.type)
    if candidate.value is not None and rules.other_readings(candidate.raw_text, notation):
        return candidate
    value = rules.read_in(candidate.raw_text.replace("\n", " "), notation, spec.choices)
    if value is None:
        return candidate
    evidence = {name: known for name, known in candidate.evidence.items() if name != "ambiguous"} | {"type": 1.0}
    return replace(candidate, value=value, evidence=evidence)


def _is_same_text(one: FieldCandidate, other: FieldCandidate) -> bool:
    return one.raw_text == other.raw_text and one.provenance == other.provenance


def _period(fields: Sequence[MergedField], schema: SchemaSpec) -> tuple[date, date] | None:
    """The first and the last of the days that the document's own fields name."""
    kinds = {spec.name: spec.type for spec in schema.fields}
    days = sorted(
        date.fromisoformat(field.chosen.value)
        for field in fields
        if kinds.get(field.field) is FieldType.DATE
        and field.chosen
        and field.chosen.value
        and field.chosen.score >= _WEAK
    )
    return (days[0], days[-1]) if days else None
