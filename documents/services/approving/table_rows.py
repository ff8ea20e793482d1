"""Writing the rows and cells of a table as a person wants them, and putting them back as they were.

The caller holds the sub-document's row under lock, and computes the checks again afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from documents.domain.normalization import normalize_value
from documents.domain.provenance import Provenance
from documents.domain.schema_spec import FieldSpec, SchemaSpec, TableSpec
from documents.domain.table_edits import Cell, EditedTable, Row, refused
from documents.domain.table_reasons import CELLS_NOT_READ
from documents.models import FieldValue, SubDocument, TableRow
from documents.selectors.empty_values import empty_cell
from idp_project.core.reasons import reasons_of

_MOST_NAMED = 5
_PLAIN = ("name", "position", "type", "value", "raw_text", "confidence", "provenance", "candidates", "absence")
_WRITTEN = ["value", "raw_text", "provenance", "absence", "is_confirmed", "corrected_by", "corrected_at"]


@dataclass(frozen=True)
class WrittenTable:
    """What an edit did. `before` and `after` are the order of the rows (`order`) and the rows that it touched (`rows`: by id,
    each a list of its stored cells), for `rows_restore`. `changed` are cells with what they were."""

    before: dict[str, Any]
    after: dict[str, Any]
    changed: tuple[tuple[FieldValue, dict[str, Any]], ...]

    @property
    def rows(self) -> int:
        return len({*self.before["rows"], *self.after["rows"]})


def table_load(sub_document: SubDocument, spec: TableSpec) -> EditedTable:
    """The table as it is stored."""
    cells: dict[UUID, dict[str, Cell]] = {}
    for value in _cells(sub_document, spec.name):
        place = Provenance.from_dict(value.provenance) if value.provenance else None
        assert value.table_row_id is not None
        cells.setdefault(value.table_row_id, {})[value.name] = Cell(value.raw_text, value.value, place)
    rows = TableRow.objects.filter(sub_document=sub_document, table=spec.name).order_by("number")
    return EditedTable(spec, tuple(Row(row.id, cells.get(row.id, {})) for row in rows))


def table_write(
    sub_document: SubDocument, schema: SchemaSpec, before: EditedTable, wanted: EditedTable, *, user_id: UUID
) -> WrittenTable:
    """Makes the stored table the wanted one. Cells that changed are a person's from now on.

    Raises InvalidInput, with the names of the cells, where a text that has to be read as its column cannot be.
    """
    wanted = _as_read(wanted, schema.locale)
    old = {row.id: row for row in before.rows}
    touched = [row.id for row in wanted.rows if old.get(row.id) != row]
    touched += [row_id for row_id in old if row_id not in {row.id for row in wanted.rows}]
    first = table_snapshot(sub_document, before.spec.name, touched)
    _place_rows(sub_document, before.spec.name, [row.id for row in wanted.rows])
    stored = {
        (value.table_row_id, value.name): value
        for value in _cells(sub_document, before.spec.name).filter(table_row_id__in=touched)
    }
    changed = [
        _set(sub_document, stored.get((row.id, column.name)), row, (position, column), user_id)
        for row in wanted.rows
        if row.id in set(touched)
        for position, column in enumerate(before.spec.columns)
        if row.cell(column.name) != (old[row.id].cell(column.name) if row.id in old else Cell())
    ]
    fresh = [value for value, _ in changed if value._state.adding]
    kept = [value for value, _ in changed if not value._state.adding]
    FieldValue.objects.bulk_create(fresh)
    FieldValue.objects.bulk_update(kept, _WRITTEN)
    return WrittenTable(first, table_snapshot(sub_document, before.spec.name, touched), tuple(changed))


def table_snapshot(sub_document: SubDocument, table: str, row_ids: Iterable[UUID]) -> dict[str, Any]:
    """The order of all rows, and what is stored of those."""
    rows = TableRow.objects.filter(sub_document=sub_document, table=table).order_by("number")
    order = [str(row_id) for row_id in rows.values_list("id", flat=True)]
    wanted = {str(row_id) for row_id in row_ids}
    found: dict[str, list[dict[str, Any]]] = {row_id: [] for row_id in order if row_id in wanted}
    for value in _cells(sub_document, table).filter(table_row_id__in=list(found)):
        found[str(value.table_row_id)].append(_as_json(value))
    return {"order": order, "rows": found}


def cells_unlike(sub_document: SubDocument, table: str, snapshot: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(row id, column) of the cells that are no longer as in the snapshot; ("", "") where the rows are others."""
    row_ids = [UUID(row_id) for row_id in snapshot["rows"]]
    present = table_snapshot(sub_document, table, row_ids)
    if present["order"] != snapshot["order"]:
        return [("", "")]
    found = []
    for row_id, cells in snapshot["rows"].items():
        was, now = _texts(cells), _texts(present["rows"].get(row_id, []))
        found += [(row_id, name) for name in sorted({*was, *now}) if was.get(name, _NONE) != now.get(name, _NONE)]
    return found


_NONE = (None, "")


def _texts(cells: Iterable[Mapping[str, Any]]) -> dict[str, tuple[Any, str]]:
    return {cell["name"]: (cell["value"], cell["raw_text"]) for cell in cells}


def rows_restore(sub_document: SubDocument, table: str, *, now: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    """Puts the rows of the snapshot `now` back to what the snapshot `wanted` says of them, states included."""
    touched = {UUID(row_id) for row_id in (*now["rows"], *wanted["rows"])}
    FieldValue.objects.filter(
        sub_document=sub_document, table_row_id__in=touched, id__in=_gone(now["rows"], wanted["rows"])
    ).delete()
    _place_rows(sub_document, table, [UUID(row_id) for row_id in wanted["order"]])
    values = [
        _from_json(sub_document, UUID(row_id), cell) for row_id, cells in wanted["rows"].items() for cell in cells
    ]
    known = set(FieldValue.objects.filter(id__in=[value.id for value in values]).values_list("id", flat=True))
    FieldValue.objects.bulk_create([value for value in values if value.id not in known])
    FieldValue.objects.bulk_update(
        [value for value in values if value.id in known], [*_WRITTEN, "confidence", "candidates", "reasons"]
    )


def _gone(now: Mapping[str, Any], wanted: Mapping[str, Any]) -> set[UUID]:
    kept = {cell["id"] for cells in wanted.values() for cell in cells}
    return {UUID(cell["id"]) for cells in now.values() for cell in cells if cell["id"] not in kept}


def _cells(sub_document: SubDocument, table: str) -> Any:
    return FieldValue.objects.filter(sub_document=sub_document, table_row__table=table).order_by("position")


def _place_rows(sub_document: SubDocument, table: str, order: Sequence[UUID]) -> None:
    """These rows and no others, numbered from 1 in this order."""
    rows = TableRow.objects.filter(sub_document=sub_document, table=table)
    rows.exclude(id__in=order).delete()
    known = {row.id: row for row in rows}
    if {row.id: row.number for row in known.values()} == {row_id: n for n, row_id in enumerate(order, start=1)}:
        return
    rows.update(number=-F("number") - 1)  # out of the new numbers' way
    fresh = []
    for number, row_id in enumerate(order, start=1):
        if row_id in known:
            known[row_id].number = number
        else:
            own = {"organization_id": sub_document.organization_id, "sub_document": sub_document, "table": table}
            fresh.append(TableRow(id=row_id, number=number, **own))
    TableRow.objects.bulk_update(known.values(), ["number"])
    TableRow.objects.bulk_create(fresh)


def _as_read(table: EditedTable, locale: str) -> EditedTable:
    """With every new text in the notation of its column."""
    rows, refusals = [], []
    for number, row in enumerate(table.rows, start=1):
        cells = dict(row.cells)
        for column in table.spec.columns:
            cell = cells.get(column.name)
            if cell is None or cell.is_read:
                continue
            value = normalize_value(column, cell.text, locale)
            if value is None and cell.must_be:
                refusals.append(f"{column.label} {number}: “{cell.text[:40]}”")
            cells[column.name] = replace(cell, value=value, is_read=True, must_be=False)
        rows.append(replace(row, cells=cells) if cells != row.cells else row)
    if refusals:
        more = f" … (+{len(refusals) - _MOST_NAMED})" if len(refusals) > _MOST_NAMED else ""
        raise refused(CELLS_NOT_READ(cells=", ".join(refusals[:_MOST_NAMED]) + more), "not_of_type")
    return replace(table, rows=tuple(rows))


def _set(
    sub_document: SubDocument,
    stored: FieldValue | None,
    row: Row,
    column: tuple[int, FieldSpec],
    user_id: UUID,
) -> tuple[FieldValue, dict[str, Any]]:
    """The changed value, not saved yet, and what it was. What nobody can read as its column is not confirmed by anybody."""
    cell = row.cell(column[1].name)
    value = stored or empty_cell(sub_document, TableRow(id=row.id), column[1], column[0])
    old = {"value": value.value, "raw_text": value.raw_text, "provenance": value.provenance, "absence": value.absence}
    value.value, value.raw_text, value.absence = cell.value, cell.text or cell.value or "", None
    value.provenance = cell.place.to_dict() if cell.place else None
    value.is_confirmed = cell.value is not None or not cell.text
    value.corrected_by_id, value.corrected_at = user_id, timezone.now()
    return value, old


def _as_json(value: FieldValue) -> dict[str, Any]:
    return {name: getattr(value, name) for name in _PLAIN} | {
        "id": str(value.id),
        "field_id": str(value.field_id) if value.field_id else None,
        "reasons": [reason.to_dict() for reason in value.reasons],
        "is_confirmed": value.is_confirmed,
        "corrected_by": str(value.corrected_by_id) if value.corrected_by_id else None,
        "corrected_at": value.corrected_at.isoformat() if value.corrected_at else None,
    }


def _from_json(sub_document: SubDocument, row_id: UUID, data: Mapping[str, Any]) -> FieldValue:
    return FieldValue(
        id=UUID(data["id"]),
        organization_id=sub_document.organization_id,
        sub_document=sub_document,
        table_row_id=row_id,
        field_id=UUID(data["field_id"]) if data["field_id"] else None,
        reasons=list(reasons_of(data["reasons"])),
        is_confirmed=data["is_confirmed"],
        corrected_by_id=UUID(data["corrected_by"]) if data["corrected_by"] else None,
        corrected_at=parse_datetime(data["corrected_at"]) if data["corrected_at"] else None,
        **{name: data[name] for name in _PLAIN},
    )
