"""A language model's reading of a page, as candidates: each value is looked for on the page before it counts.

What the model says of its own certainty is not asked. A value that is not found on the page keeps no place, and the
confidence check makes that a reason for review.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from documents.domain.field_types.registry import field_type
from documents.domain.normalization import normalize_value
from documents.domain.provenance import Provenance
from documents.domain.schema_spec import FieldSpec, FieldType, SchemaSpec
from documents.domain.values import CandidateRow, FieldCandidate
from extraction.local.locate import Located, locate
from idp_project.core.page_text import PageText
from idp_project.providers.llm.base import LanguageModel
from idp_project.providers.llm.extraction_prompt import ExtractionReading, ReadField, extraction_request, read_answer

NOTATIONS = {kind.value: field_type(kind).notation for kind in FieldType}
_LOCATED, _NOT_LOCATED = 0.8, 0.4  # scores among candidates; agreement with another engine raises them in the merge


def read_with_model(
    model: LanguageModel, schema: SchemaSpec, page_text: PageText, page_number: int
) -> tuple[list[FieldCandidate], list[CandidateRow]]:
    """Candidates and rows as the model read them. Raises what the model raises."""
    answer = model.extract(extraction_request(schema, page_text, NOTATIONS))
    reading = read_answer(schema, answer.data)
    origin = (model.name, model.version)
    return _candidates(reading, schema, page_text, page_number, origin), _rows(
        reading, schema, page_text, page_number, origin
    )


def _candidates(
    reading: ExtractionReading, schema: SchemaSpec, page_text: PageText, page_number: int, origin: tuple[str, str]
) -> list[FieldCandidate]:
    specs = {spec.name: spec for spec in schema.fields}
    return [_candidate(item, specs[item.field], schema, page_text, page_number, origin) for item in reading.fields]


def _rows(
    reading: ExtractionReading, schema: SchemaSpec, page_text: PageText, page_number: int, origin: tuple[str, str]
) -> list[CandidateRow]:
    columns = {(table.name, column.name): column for table in schema.tables for column in table.columns}
    rows = []
    for row in reading.rows:
        cells = [
            _candidate(cell, columns[row.table, cell.field], schema, page_text, page_number, origin)
            for cell in row.cells
        ]
        rows.append(CandidateRow(row.table, tuple(cells)))
    return rows


def _candidate(
    item: ReadField, spec: FieldSpec, schema: SchemaSpec, page_text: PageText, page_number: int, origin: tuple[str, str]
) -> FieldCandidate:
    place = _place(page_text, item)
    value = normalize_value(spec, item.value, schema.locale)
    evidence = {"label": 0.0, "type": 1.0 if value is not None else 0.0, "located": place.similarity if place else 0.0}
    if place is not None:
        evidence["reading"] = 1.0 if place.reading is None else round(place.reading, 3)
        if place.reading is None:
            evidence["digital"] = 1.0
    provenance = Provenance(page_number, place.polygon if place else None, place.span if place else None, *origin)
    raw_text = place.span.of(page_text.text) if place else item.value
    score = _LOCATED * place.similarity if place else _NOT_LOCATED
    return FieldCandidate(spec.name, raw_text, value, round(score, 4), provenance, evidence)


def _place(page_text: PageText, item: ReadField) -> Located | None:
    """The value inside its quote, so that a value that occurs several times gets the right place; else the value alone."""
    quote = locate(page_text, item.quote)
    if quote is not None and (inside := locate(page_text, item.value, quote.span)):
        return inside
    return locate(page_text, item.value) if quote is None else quote


def agree_rows(local: Sequence[CandidateRow], model: Sequence[CandidateRow]) -> list[CandidateRow]:
    """One set of rows from two readings, table by table: the built-in one, marked where the model read the same;

    the model's where the built-in engine found no rows.
    """
    rows: list[CandidateRow] = []
    for table in dict.fromkeys(row.table for row in (*local, *model)):
        mine = [row for row in local if row.table == table]
        theirs = [row for row in model if row.table == table]
        if not mine:
            rows.extend(theirs)
        elif len(mine) == len(theirs):
            rows.extend(_confirmed(one, other) for one, other in zip(mine, theirs, strict=True))
        else:
            rows.extend(mine)
    return rows


def _confirmed(row: CandidateRow, other: CandidateRow) -> CandidateRow:
    said = {cell.field: cell for cell in other.cells}
    return replace(row, cells=tuple(_compared(cell, said.get(cell.field)) for cell in row.cells))


def _compared(cell: FieldCandidate, other: FieldCandidate | None) -> FieldCandidate:
    """The cell, with what the other reading is evidence of; another value that can be shown leaves it as it is."""
    if other is None:
        return cell
    if other.value == cell.value:
        return replace(cell, evidence={**cell.evidence, "agreement": 1.0})
    if other.provenance.is_located:
        return cell
    return replace(cell, evidence={**cell.evidence, "disputed": 1.0})
