"""The fields and cells of a sub-document that have no value yet, as values that are not saved: a person can fill them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID, uuid5

from documents.domain.checks.present_values import item_name
from documents.domain.schema_spec import FieldSpec
from documents.models import FieldValue, SubDocument, TableRow
from documents.selectors.blind import all_as_shown


def with_empty_values(sub_document: SubDocument) -> tuple[list[FieldValue], list[tuple[TableRow, list[FieldValue]]]]:
    """The values of all fields, and each table row with the cells of all its columns, both in the schema's order. After the
    items of a list comes an empty one, the next; items that people took away are left out.

    What has no value yet is unsaved and has the id under which it will be saved: the same at every call, so that a desk
    or an API client can name it. Of a blind sample the values are as `blind.all_as_shown` gives them, and no rows.
    """
    fields, rows = _with_empty_values(sub_document)
    return all_as_shown(sub_document, fields), [] if sub_document.is_blind else rows


def _with_empty_values(sub_document: SubDocument) -> tuple[list[FieldValue], list[tuple[TableRow, list[FieldValue]]]]:
    values = list(sub_document.field_values.select_related("corrected_by", "table_row"))
    spec = sub_document.schema_version.spec if sub_document.schema_version else None
    columns = {table.name: table.columns for table in spec.tables} if spec else {}
    fields = _complete(sub_document, None, spec.fields if spec else (), values)
    rows = sub_document.table_rows.order_by("table", "number")
    return fields, [(row, _complete(sub_document, row, columns.get(row.table, ()), values)) for row in rows]


def empty_value(sub_document: SubDocument, value_id: UUID) -> FieldValue | None:
    """The unsaved value with that id, if a field or cell of the sub-document is without one and has it."""
    fields, rows = _with_empty_values(sub_document)
    cells = (cell for _, row_cells in rows for cell in row_cells)
    return next((value for value in (*fields, *cells) if value.id == value_id and value._state.adding), None)


def next_item(value: FieldValue) -> FieldValue | None:
    """The unsaved item that comes after the others of the same list; None for a value of no list, and where the list has an
    empty item already."""
    fields, _ = with_empty_values(value.sub_document) if value.item else ([], [])
    is_blind = value.sub_document.is_blind
    mine = (field for field in fields if field.name == value.name)
    return next((field for field in mine if field._state.adding or (is_blind and not field.is_confirmed)), None)


def _complete(
    sub_document: SubDocument,
    row: TableRow | None,
    specs: Sequence[FieldSpec],
    values: Sequence[FieldValue],
) -> list[FieldValue]:
    """What there is, what is missing filled up; what the schema does not name comes last."""
    own = [value for value in values if value.table_row_id == (row.id if row else None)]
    found: list[FieldValue] = []
    for position, spec in enumerate(specs):
        mine = [value for value in own if value.name == spec.name]
        if not mine and spec.is_e_invoice_only:
            continue  # nobody looks for it on pages
        found += _items(sub_document, spec, position, mine) if spec.is_list else mine
        if not mine and not spec.is_list:
            found.append(_empty(sub_document, row, spec, position))
    names = {spec.name for spec in specs}
    return [*found, *(value for value in own if value.name not in names)]


def _items(
    sub_document: SubDocument, spec: FieldSpec, position: int, stored: Sequence[FieldValue]
) -> Iterator[FieldValue]:
    """The items that are there, and the next one to be filled: the empty one that stands for "nothing found", or a new one."""
    shown = [value for value in stored if not value.is_removed_item]
    yield from sorted(shown, key=lambda value: value.item)
    if all(value.value or value.raw_text for value in shown):
        item = max((value.item for value in stored), default=0) + 1
        yield _empty(sub_document, None, spec, position, item)


def empty_cell(sub_document: SubDocument, row: TableRow, spec: FieldSpec, position: int) -> FieldValue:
    """The unsaved value of a cell of that row, under the id that it is saved with."""
    return _empty(sub_document, row, spec, position)


def _empty(
    sub_document: SubDocument, row: TableRow | None, spec: FieldSpec, position: int, item: int = 0
) -> FieldValue:
    return FieldValue(
        id=uuid5(row.id if row else sub_document.id, item_name(spec.name, item)),
        organization_id=sub_document.organization_id,
        sub_document=sub_document,
        table_row=row,
        name=spec.name,
        item=item,
        field_id=UUID(spec.id) if spec.id else None,
        position=position,
        type=spec.type.value,
    )
