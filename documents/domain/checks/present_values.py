"""The values that checks look at, and the names under which check results speak of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from documents.domain.schema_spec import FieldSpec, SchemaSpec

_CELL = re.compile(r"(?P<table>.+?)(\[(?P<row>\d+)\])?\.(?P<column>.+)")


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


def names_of(name: str, table: str = "", row_number: int = 0) -> tuple[str, ...]:
    """All names under which a check may speak of one value: a field's own, or a cell's and its column's."""
    return (cell_name(table, row_number, name), column_name(table, name)) if table else (name,)


def labels_of(schema: SchemaSpec, names: Sequence[str]) -> tuple[str, ...]:
    """What people call the fields, cells and columns that a check result names."""
    return tuple(_label(schema, name) for name in names)


def _label(schema: SchemaSpec, name: str) -> str:
    known = {spec.name: spec.label for spec in schema.fields} | {table.name: table.label for table in schema.tables}
    found = _CELL.fullmatch(name)
    if name in known or found is None:
        return known.get(name, name.replace("_", " "))
    table = next((table for table in schema.tables if table.name == found["table"]), None)
    column = _column_label(table.columns if table else (), found["column"])
    row = f", row {found['row']}" if found["row"] else ""
    return f"{table.label if table else found['table']}{row}: {column}"


def _column_label(columns: Sequence[FieldSpec], name: str) -> str:
    return next((column.label for column in columns if column.name == name), name.replace("_", " "))
