"""Values that handwriting touches: their evidence says so, and then a person decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from documents.domain.field_types.registry import field_type
from documents.domain.page_reading import PageReading
from documents.domain.provenance import Provenance
from documents.domain.regions import Region, handwriting_at
from documents.domain.schema_spec import SchemaSpec
from documents.domain.values import CandidateRow, FieldCandidate

EVIDENCE = "handwriting"


def reading_touched(reading: PageReading, schema: SchemaSpec, regions: Sequence[Region]) -> PageReading:
    """The reading with the score of what touches each value. Boxes and signatures are marks of a hand by themselves."""
    own = {spec.name for spec in schema.fields if field_type(spec.type).regions}
    values = tuple(
        value
        if value.field in own or not (score := _score(value.provenance, regions))
        else replace(value, features={**value.features, EVIDENCE: score})
        for value in reading.values
    )
    return replace(reading, values=values)


def rows_touched(rows: Sequence[CandidateRow], regions: Sequence[Region]) -> list[CandidateRow]:
    """The same, of the cells of a table."""
    return [replace(row, cells=tuple(candidates_touched(row.cells, regions))) for row in rows]


def candidates_touched(candidates: Sequence[FieldCandidate], regions: Sequence[Region]) -> list[FieldCandidate]:
    """The same, of candidates."""
    return [
        replace(one, evidence={**one.evidence, EVIDENCE: score}) if (score := _score(one.provenance, regions)) else one
        for one in candidates
    ]


def _score(place: Provenance, regions: Sequence[Region]) -> float:
    return handwriting_at(place.polygon.bounding_box, regions) if place.polygon is not None else 0.0
