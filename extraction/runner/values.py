"""Writing the values that people and the production database will see, without taking away what a person set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Any
from uuid import UUID

from django.db.models import F

from documents.domain.field_types.registry import field_type
from documents.domain.schema_spec import FieldSpec, SchemaSpec, TableSpec
from documents.domain.values import FieldCandidate, MergedField, MergedRow
from documents.models import FieldValue, SubDocument, TableRow
from extraction.results import ConfidenceResult
from extraction.steps.merge import value_key

STORED_CANDIDATES = 5  # of each value
_Place = tuple[str, int, tuple[float, ...]]


@dataclass(frozen=True)
class _EarlierRow:
    """A row in which a person set or confirmed `cells`; `places` are column, page and polygon of what was read in it."""

    table: str
    places: frozenset[_Place | None]
    cells: list[FieldValue]


def write_values(sub_document: SubDocument, result: ConfidenceResult) -> bool:
    """Replaces the sub-document's values and table rows. Gives whether a person's value was kept: then the checks of what
    the machine read are not those of what is stored.

    A value that a person set stays where the type still has such a field and its place is still among the pages; one
    that a person confirmed stays where the machine reads the same again. The same holds for a table's cells, whose row is
    known again by the place of any of its cells.
    """
    spec = sub_document.schema_version.spec if sub_document.schema_version else None
    old_values = list(FieldValue.objects.filter(sub_document=sub_document))
    old_rows = list(TableRow.objects.filter(sub_document=sub_document))
    kept = _kept_values(sub_document, spec, result.fields, old_values) if spec else []
    earlier = _with_persons_cells(spec, old_rows, old_values) if spec else []
    held = {value.id for value in (*kept, *(cell for row in earlier for cell in row.cells))}
    if outdated_values := [value.id for value in old_values if value.id not in held]:
        FieldValue.objects.filter(id__in=outdated_values).delete()
    outdated = TableRow.objects.filter(id__in=[row.id for row in old_rows])
    if spec is not None:
        FieldValue.objects.bulk_update(kept, ["name", "item"])
        outdated.update(number=-F("number") - 1)  # out of the new ones' way
        _write_new(sub_document, spec, result, kept, earlier)
    if old_rows:
        outdated.delete()
    return bool(held)


def _write_new(
    sub_document: SubDocument,
    spec: SchemaSpec,
    result: ConfidenceResult,
    kept: Sequence[FieldValue],
    earlier: list[_EarlierRow],
) -> None:
    values = []
    for position, field in enumerate(spec.fields):
        found = [merged for merged in result.fields if merged.field == field.name]
        held = [value for value in kept if value.name == field.name]
        for merged in _without_held(field, found, held):
            values.append(_field_value(sub_document, merged, field, position, None))
    for row in result.rows:
        values += _row_values(sub_document, spec, row, earlier)
    FieldValue.objects.bulk_create(values)


def _without_held(field: FieldSpec, found: Sequence[MergedField], held: Sequence[FieldValue]) -> Sequence[MergedField]:
    """What the machine found beside the values that people hold. Items of a list that they hold, or took away, are not
    added once more; the others get the numbers that are free."""
    if not held or not field.is_list:
        return () if held else found
    known = {key for value in held for key in _keys_of(field, value)}
    numbers = count(1)
    free = (number for number in numbers if number not in {value.item for value in held})
    others = [merged for merged in found if merged.chosen and value_key(field, merged.chosen) not in known]
    return [replace(merged, item=next(free)) for merged in others]


def _keys_of(field: FieldSpec, value: FieldValue) -> Iterator[str]:
    """What it says now, and what the machine had read there."""
    if text := value.value if value.value is not None else value.raw_text:
        yield field_type(field.type).merge_key(text)
    if value.candidates:
        yield value_key(field, FieldCandidate.from_dict(value.candidates[0]))


def _kept_values(
    sub_document: SubDocument, spec: SchemaSpec, found: Sequence[MergedField], old_values: Sequence[FieldValue]
) -> list[FieldValue]:
    """Under the names that their fields have now."""
    kept = []
    for value in old_values:
        field = _present_field(spec.fields, value) if value.table_row_id is None and value.is_confirmed else None
        if field is None or (value.item and not field.is_list):
            continue
        if _still_holds(sub_document, value, [merged for merged in found if merged.field == field.name]):
            value.name, value.item = (
                field.name,
                value.item or int(field.is_list),
            )  # the earlier value is the first item
            kept.append(value)
    return kept


def _present_field(fields: Sequence[FieldSpec], value: FieldValue) -> FieldSpec | None:
    """The field or column of a stored value: by its permanent id, by its name where it has none."""
    own_id = str(value.field_id) if value.field_id else ""
    named = (field for field in fields if (field.id == own_id if own_id and field.id else field.name == value.name))
    return next((field for field in named if field.type.value == value.type), None)


def _still_holds(sub_document: SubDocument, value: FieldValue, found: Sequence[MergedField]) -> bool:
    page = (value.provenance or {}).get("page")
    if page is not None and not sub_document.first_page <= page <= sub_document.last_page:
        return False
    if value.corrected_by_id is not None:
        return True
    return any(merged.chosen is not None and merged.chosen.value == value.value for merged in found)


def _with_persons_cells(spec: SchemaSpec, rows: Sequence[TableRow], values: Sequence[FieldValue]) -> list[_EarlierRow]:
    """Under the names that their tables and columns have now."""
    found = []
    for row in rows:
        cells = [value for value in values if value.table_row_id == row.id]
        table = _present_table(spec, row, cells)
        for cell in cells:
            column = _present_field(table.columns, cell) if table else None
            cell.name = column.name if column else cell.name
        if persons := [cell for cell in cells if cell.is_confirmed]:
            places = {_place(cell.name, _read_at(cell)) for cell in cells}
            found.append(_EarlierRow(table.name if table else row.table, frozenset(places) - {None}, persons))
    return found


def _present_table(spec: SchemaSpec, row: TableRow, cells: Sequence[FieldValue]) -> TableSpec | None:
    ids = {str(cell.field_id) for cell in cells if cell.field_id}
    by_id = (table for table in spec.tables if any(column.id in ids for column in table.columns))
    return next(by_id, None) or next((table for table in spec.tables if table.name == row.table), None)


def _read_at(cell: FieldValue) -> dict[str, Any] | None:
    """Where the machine read it, whatever a person has set since."""
    return cell.candidates[0].get("provenance") if cell.candidates else cell.provenance


def _place(name: str, provenance: dict[str, Any] | None) -> _Place | None:
    polygon = provenance.get("polygon") if provenance else None
    return (name, provenance["page"], tuple(polygon)) if provenance and polygon else None


def _persons_cells(row: MergedRow, earlier: list[_EarlierRow]) -> dict[str, FieldValue]:
    """By column: what people set or confirmed in this row before."""
    places = {_place(cell.field, cell.chosen.provenance.to_dict()) for cell in row.cells if cell.chosen}
    before = next((old for old in earlier if old.table == row.table and old.places & places), None)
    if before is None:
        return {}
    read = {cell.field: cell.chosen.value for cell in row.cells if cell.chosen}
    return {
        cell.name: cell
        for cell in before.cells
        if cell.corrected_by_id is not None or read.get(cell.name) == cell.value
    }


def _row_values(
    sub_document: SubDocument, spec: SchemaSpec, row: MergedRow, earlier: list[_EarlierRow]
) -> list[FieldValue]:
    table_row = TableRow.objects.create(
        organization_id=sub_document.organization_id, sub_document=sub_document, table=row.table, number=row.number
    )
    columns = {
        column.name: (position, column)
        for table in spec.tables
        if table.name == row.table
        for position, column in enumerate(table.columns)
    }
    kept = {name: cell for name, cell in _persons_cells(row, earlier).items() if name in columns}
    for cell in kept.values():
        cell.table_row = table_row
    FieldValue.objects.bulk_update(kept.values(), ["table_row", "name"])
    return [
        _field_value(sub_document, cell, columns[cell.field][1], columns[cell.field][0], table_row)
        for cell in row.cells
        if cell.field not in kept
    ]


def _field_value(
    sub_document: SubDocument, merged: MergedField, spec: FieldSpec, position: int, table_row: TableRow | None
) -> FieldValue:
    chosen = merged.chosen
    return FieldValue(
        organization_id=sub_document.organization_id,
        sub_document=sub_document,
        table_row=table_row,
        name=merged.field,
        item=merged.item,
        field_id=UUID(spec.id) if spec.id else None,
        absence=merged.absence.to_dict() if merged.absence else None,
        position=position,
        type=spec.type.value,
        value=chosen.value if chosen else None,
        raw_text=chosen.raw_text if chosen else "",
        confidence=merged.confidence,
        provenance=chosen.provenance.to_dict() if chosen else None,
        candidates=[candidate.to_dict() for candidate in merged.candidates[:STORED_CANDIDATES]],
        reasons=list(merged.reasons),
    )
