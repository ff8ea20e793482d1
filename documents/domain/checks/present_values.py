"""The values that checks look at, and the names under which check results speak of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from documents.domain.schema_spec import FieldSpec, SchemaSpec

_CELL = re.compile(r"(?P<table>.+?)(\[(?P<row>\d+)\])?\.(?P<column>.+)")
_ITEM = re.compile(r"(?P<name>.+)\[(?P<item>\d+)\]")


@dataclass(frozen=True)
class PresentValue:
    """A field or a cell as it is now. `value` is None where the raw text could not be read as the field's type."""

    raw_text: str
    value: str | None


@dataclass(frozen=True)
class PresentRow:
    """One row of a table; `cells` maps a column's name to what stands there. Columns without a value are left out."""

    table: str
    number: int
    cells: Mapping[str, PresentValue]


def cell_name(table: str, row_number: int, column: str) -> str:
    """How checks name a cell: `line_items[3].amount`."""
    return f"{table}[{row_number}].{column}"


def column_name(table: str, column: str) -> str:
    """How checks name a whole column: `line_items.amount`."""
    return f"{table}.{column}"


def item_name(name: str, item: int) -> str:
    """How checks name one value of a field: `total`; an item of a list: `order_numbers[2]`."""
    return f"{name}[{item}]" if item else name


def names_of(name: str, table: str = "", row_number: int = 0, item: int = 0) -> tuple[str, ...]:
    """All names under which a check may speak of one value: a field's own, an item's and its list's, or a cell's and its
    column's."""
    if table:
        return (cell_name(table, row_number, name), column_name(table, name))
    return (item_name(name, item), name) if item else (name,)


def present_items(fields: Mapping[str, PresentValue], name: str) -> dict[str, PresentValue]:
    """The values of one field by their names: its only one, or the items of its list in their order."""
    mine = {key: value for key, value in fields.items() if key == name or key.startswith(f"{name}[")}
    return dict(sorted(mine.items(), key=lambda entry: _item_of(entry[0])))


def _item_of(name: str) -> int:
    found = _ITEM.fullmatch(name)
    return int(found["item"]) if found else 0


def labels_of(schema: SchemaSpec, names: Sequence[str]) -> tuple[str, ...]:
    """What people call the fields, cells and columns that a check result names."""
    return tuple(_label(schema, name) for name in names)


def _label(schema: SchemaSpec, name: str) -> str:
    known = {spec.name: spec.label for spec in schema.fields} | {table.name: table.label for table in schema.tables}
    if name not in known and (item := _ITEM.fullmatch(name)) and item["name"] in known:
        return f"{known[item['name']]} {item['item']}"
    found = _CELL.fullmatch(name)
    if name in known or found is None:
        return known.get(name, name.replace("_", " "))
    table = next((table for table in schema.tables if table.name == found["table"]), None)
    column = _column_label(table.columns if table else (), found["column"])
    row = f", row {found['row']}" if found["row"] else ""
    return f"{table.label if table else found['table']}{row}: {column}"


def _column_label(columns: Sequence[FieldSpec], name: str) -> str:
    return next((column.label for column in columns if column.name == name), name.replace("_", " "))
