"""Writing the values that people and the production database will see, without taking away what a person set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F

from documents.domain.schema_spec import SchemaSpec
from documents.domain.values import MergedField, MergedRow
from documents.models import FieldValue, SubDocument, TableRow
from extraction.results import ConfidenceResult

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
    fields = {merged.field: merged for merged in result.fields}
    kept = _kept_values(sub_document, spec, fields, old_values) if spec else []
    earlier = _with_persons_cells(old_rows, old_values) if spec else []
    held = {value.id for value in (*kept, *(cell for row in earlier for cell in row.cells))}
    if outdated_values := [value.id for value in old_values if value.id not in held]:
        FieldValue.objects.filter(id__in=outdated_values).delete()
    outdated = TableRow.objects.filter(id__in=[row.id for row in old_rows])
    if spec is not None:
        outdated.update(number=-F("number") - 1)  # out of the new ones' way
        _write_new(sub_document, spec, result, {value.name for value in kept}, earlier)
    if old_rows:
        outdated.delete()
    return bool(held)


def _write_new(
    sub_document: SubDocument, spec: SchemaSpec, result: ConfidenceResult, kept: set[str], earlier: list[_EarlierRow]
) -> None:
    types = {field.name: field.type.value for field in spec.fields}
    values = [
        _field_value(sub_document, merged, types[merged.field], position, None)
        for position, merged in enumerate(result.fields)
        if merged.field not in kept
    ]
    for row in result.rows:
        values += _row_values(sub_document, spec, row, earlier)
    FieldValue.objects.bulk_create(values)


def _kept_values(
    sub_document: SubDocument, spec: SchemaSpec, found: dict[str, MergedField], old_values: Sequence[FieldValue]
) -> list[FieldValue]:
    types = {field.name: field.type.value for field in spec.fields}
    return [
        value
        for value in old_values
        if value.table_row_id is None
        and value.is_confirmed
        and types.get(value.name) == value.type
        and _still_holds(sub_document, value, found.get(value.name))
    ]


def _still_holds(sub_document: SubDocument, value: FieldValue, found: MergedField | None) -> bool:
    page = (value.provenance or {}).get("page")
    if page is not None and not sub_document.first_page <= page <= sub_document.last_page:
        return False
    if value.corrected_by_id is not None:
        return True
    return found is not None and found.chosen is not None and found.chosen.value == value.value


def _with_persons_cells(rows: Sequence[TableRow], values: Sequence[FieldValue]) -> list[_EarlierRow]:
    found = []
    for row in rows:
        cells = [value for value in values if value.table_row_id == row.id]
        if persons := [cell for cell in cells if cell.is_confirmed]:
            places = {_place(cell.name, _read_at(cell)) for cell in cells}
            found.append(_EarlierRow(row.table, frozenset(places) - {None}, persons))
    return found


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
        column.name: (position, column.type.value)
        for table in spec.tables
        if table.name == row.table
        for position, column in enumerate(table.columns)
    }
    kept = {name: cell for name, cell in _persons_cells(row, earlier).items() if name in columns}
    FieldValue.objects.filter(id__in=[cell.id for cell in kept.values()]).update(table_row=table_row)
    return [
        _field_value(sub_document, cell, columns[cell.field][1], columns[cell.field][0], table_row)
        for cell in row.cells
        if cell.field not in kept
    ]


def _field_value(
    sub_document: SubDocument, merged: MergedField, kind: str, position: int, table_row: TableRow | None
) -> FieldValue:
    chosen = merged.chosen
    return FieldValue(
        organization_id=sub_document.organization_id,
        sub_document=sub_document,
        table_row=table_row,
        name=merged.field,
        position=position,
        type=kind,
        value=chosen.value if chosen else None,
        raw_text=chosen.raw_text if chosen else "",
        confidence=merged.confidence,
        provenance=chosen.provenance.to_dict() if chosen else None,
        candidates=[candidate.to_dict() for candidate in merged.candidates[:5]],
        reasons=list(merged.reasons),
    )
