"""The fields and cells of a sub-document that have no value yet, as values that are not saved: a person can fill them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from uuid import UUID, uuid5

from documents.domain.checks.present_values import item_name
from documents.domain.schema_spec import FieldSpec, TableSpec
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


def fields_with_empty(sub_document: SubDocument) -> list[FieldValue]:
    """The fields of `with_empty_values`, where nobody looks at tables."""
    stored = list(sub_document.field_values.filter(table_row=None).select_related("corrected_by"))
    return all_as_shown(sub_document, _complete_fields(sub_document, stored))


def shown_columns(table: TableSpec, filled: Collection[str]) -> list[FieldSpec]:
    """The columns that a table has on a screen: those that only electronic invoices fill where one did."""
    return [column for column in table.columns if column.name in filled or not column.is_e_invoice_only]


def _with_empty_values(sub_document: SubDocument) -> tuple[list[FieldValue], list[tuple[TableRow, list[FieldValue]]]]:
    values = list(sub_document.field_values.select_related("corrected_by", "table_row"))
    spec = sub_document.schema_version.spec if sub_document.schema_version else None
    by_row: dict[UUID | None, list[FieldValue]] = defaultdict(list)
    filled: dict[str, set[str]] = defaultdict(set)
    for value in values:
        by_row[value.table_row_id].append(value)
        if value.table_row and not value.is_empty:
            filled[value.table_row.table].add(value.name)
    columns = {
        table.name: [(table.columns.index(column), column) for column in shown_columns(table, filled[table.name])]
        for table in (spec.tables if spec else ())
    }
    fields = _complete_fields(sub_document, by_row[None])
    rows = sub_document.table_rows.order_by("table", "number")
    return fields, [(row, _complete(sub_document, row, columns.get(row.table, ()), by_row[row.id])) for row in rows]


def empty_value(sub_document: SubDocument, value_id: UUID) -> FieldValue | None:
    """The unsaved value with that id, if a field or cell of the sub-document is without one and has it."""
    fields, rows = _with_empty_values(sub_document)
    cells = (cell for _, row_cells in rows for cell in row_cells)
    return next((value for value in (*fields, *cells) if value.id == value_id and value._state.adding), None)


def next_item(value: FieldValue) -> FieldValue | None:
    """The unsaved item that comes after the others of the same list; None for a value of no list, and where the list has an
    empty item already."""
    fields = fields_with_empty(value.sub_document) if value.item else []
    is_blind = value.sub_document.is_blind
    mine = (field for field in fields if field.name == value.name)
    return next((field for field in mine if field._state.adding or (is_blind and not field.is_confirmed)), None)


def _complete_fields(sub_document: SubDocument, stored: Sequence[FieldValue]) -> list[FieldValue]:
    """With the schema's fields, of those that only electronic invoices fill the stored ones: nobody looks for them on pages."""
    spec = sub_document.schema_version.spec if sub_document.schema_version else None
    known = {value.name for value in stored}
    specs = [
        (position, field)
        for position, field in enumerate(spec.fields if spec else ())
        if field.name in known or not field.is_e_invoice_only
    ]
    return _complete(sub_document, None, specs, stored)


def _complete(
    sub_document: SubDocument,
    row: TableRow | None,
    specs: Sequence[tuple[int, FieldSpec]],
    own: Sequence[FieldValue],
) -> list[FieldValue]:
    """What there is, what is missing filled up, by position and spec; what the schema does not name comes last."""
    found: list[FieldValue] = []
    for position, spec in specs:
        mine = [value for value in own if value.name == spec.name]
        found += _items(sub_document, spec, position, mine) if spec.is_list else mine
        if not mine and not spec.is_list:
            found.append(_empty(sub_document, row, spec, position))
    names = {spec.name for _, spec in specs}
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
