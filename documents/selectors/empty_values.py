"""The fields and cells of a sub-document that have no value yet, as values that are not saved: a person can fill them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID, uuid5

from documents.domain.schema_spec import FieldSpec
from documents.models import FieldValue, SubDocument, TableRow


def with_empty_values(sub_document: SubDocument) -> tuple[list[FieldValue], list[tuple[TableRow, list[FieldValue]]]]:
    """The values of all fields, and each table row with the cells of all its columns, both in the schema's order.

    What has no value yet is unsaved and has the id under which it will be saved: the same at every call, so that a desk
    or an API client can name it.
    """
    values = list(sub_document.field_values.select_related("corrected_by", "table_row"))
    spec = sub_document.schema_version.spec if sub_document.schema_version else None
    found = {(value.table_row_id, value.name): value for value in values}
    columns = {table.name: table.columns for table in spec.tables} if spec else {}
    fields = _complete(sub_document, None, spec.fields if spec else (), found)
    rows = sub_document.table_rows.order_by("table", "number")
    return fields, [(row, _complete(sub_document, row, columns.get(row.table, ()), found)) for row in rows]


def empty_value(sub_document: SubDocument, value_id: UUID) -> FieldValue | None:
    """The unsaved value with that id, if a field or cell of the sub-document is without one and has it."""
    fields, rows = with_empty_values(sub_document)
    cells = (cell for _, row_cells in rows for cell in row_cells)
    return next((value for value in (*fields, *cells) if value.id == value_id and value._state.adding), None)


def _complete(
    sub_document: SubDocument,
    row: TableRow | None,
    specs: Sequence[FieldSpec],
    found: dict[tuple[UUID | None, str], FieldValue],
) -> list[FieldValue]:
    """What there is, what is missing filled up; what the schema does not name comes last."""
    row_id = row.id if row else None
    named = [
        found.get((row_id, spec.name)) or _empty(sub_document, row, spec, position)
        for position, spec in enumerate(specs)
    ]
    names = {spec.name for spec in specs}
    return [*named, *_of_owner(found, row_id, names)]


def _of_owner(
    found: dict[tuple[UUID | None, str], FieldValue], row_id: UUID | None, without: set[str]
) -> Iterator[FieldValue]:
    return (value for (owner, name), value in found.items() if owner == row_id and name not in without)


def _empty(sub_document: SubDocument, row: TableRow | None, spec: FieldSpec, position: int) -> FieldValue:
    return FieldValue(
        id=uuid5(row.id if row else sub_document.id, spec.name),
        organization_id=sub_document.organization_id,
        sub_document=sub_document,
        table_row=row,
        name=spec.name,
        position=position,
        type=spec.type.value,
    )
