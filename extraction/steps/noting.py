"""Notes in the provenance of values: what was guessed, repaired or read otherwise than printed. Nothing is changed here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from documents.domain.field_types.registry import field_type
from documents.domain.notation import Notation
from documents.domain.reading_notes import (
    BY_DOCUMENT,
    BY_SENDER,
    BY_TYPE,
    LINE_CUT,
    LINES_JOINED,
    SPACES_RESTORED,
)
from documents.domain.schema_spec import FieldSpec, SchemaSpec
from documents.domain.values import FieldCandidate, MergedField, MergedRow
from idp_project.core.reasons import Reason


def with_notes(
    fields: Sequence[MergedField], rows: Sequence[MergedRow], schema: SchemaSpec, notation: Notation
) -> tuple[list[MergedField], tuple[MergedRow, ...]]:
    """Every candidate with notes on how its text became its value. `notation` is what the document and its sender show."""
    specs = {spec.name: spec for spec in schema.fields}
    columns = {(table.name, column.name): column for table in schema.tables for column in table.columns}
    noted = [_noted(field, specs[field.field], notation) for field in fields]
    return noted, tuple(
        replace(row, cells=tuple(_noted(cell, columns[(row.table, cell.field)], notation) for cell in row.cells))
        for row in rows
    )


def _noted(field: MergedField, spec: FieldSpec, notation: Notation) -> MergedField:
    candidates = tuple(_with_notes(candidate, spec, notation) for candidate in field.candidates)
    return replace(field, candidates=candidates) if candidates != field.candidates else field


def _with_notes(candidate: FieldCandidate, spec: FieldSpec, notation: Notation) -> FieldCandidate:
    if candidate.value is None:
        return candidate
    place = candidate.provenance
    for note in (*_of_type(candidate, spec, notation), *_of_text(candidate, spec)):
        place = place.noting(note)
    return replace(candidate, provenance=place) if place is not candidate.provenance else candidate


def _of_type(candidate: FieldCandidate, spec: FieldSpec, notation: Notation) -> Iterator[Reason]:
    is_shown = bool(notation.decimal) if field_type(spec.type).cell_kind.is_numeric else notation.is_order_sure
    decided_by = BY_SENDER if candidate.evidence.get("sender") else BY_DOCUMENT if is_shown else BY_TYPE
    text = " ".join(candidate.raw_text.split())
    yield from field_type(spec.type).notes(text, candidate.value or "", notation, decided_by)


def _of_text(candidate: FieldCandidate, spec: FieldSpec) -> Iterator[Reason]:
    rules, evidence = field_type(spec.type), candidate.evidence
    if not rules.is_free_text:
        return
    raw, value = candidate.raw_text, candidate.value or ""
    if _bare(raw) == _bare(value) and len(value.split()) > len(raw.split()):
        yield SPACES_RESTORED(text=" ".join(raw.split()))
    if not rules.has_lines and (evidence.get("over_lines") or "\n" in raw.strip()):
        yield LINES_JOINED()
    if evidence.get("cut"):
        yield LINE_CUT()


def _bare(text: str) -> str:
    return "".join(text.split())
