"""A document type as JSON Schema (draft 2020-12), and back: for programs that describe their data that way.

Every field is a property; a list is an array, a table an array of objects. What JSON Schema has no word for stands under
`x-idp`, so that our own file comes back as it was; a schema of other makers is understood as far as its types go.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from documents.domain.drafts.names import name_for
from documents.domain.field_types.base import PdbColumn
from documents.domain.field_types.registry import field_type
from documents.domain.schema_spec import FieldSpec, FieldType, SchemaSpec, TableSpec

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_OWN = "x-idp"
_TYPES = {
    **{field_type(kind).json_format: kind for kind in FieldType if field_type(kind).json_format},
    "date-time": FieldType.DATE,
    "idn-email": FieldType.EMAIL,
}
_OF_A_FIELD = (
    "type",
    "aliases",
    "pattern",
    "check_digits",
    "threshold",
    "from_e_invoice",
    "is_e_invoice_only",
    "is_sensitive",
    "listed_in",
    "listed_column",
    "translations",
    "id",
)
_OF_A_TABLE = ("translations", "id")
_WHOLE = ("checks", "keywords", "locale", "threshold", "engine", "kinds")


def json_schema_of(spec: SchemaSpec) -> dict[str, Any]:
    """Of the values of one document as the API gives them: numbers as decimal strings, dates as ISO 8601."""
    plain = spec.to_dict()
    return {
        "$schema": DIALECT,
        "title": spec.name,
        "type": "object",
        "properties": {
            **{field.name: _field(field) for field in spec.fields},
            **{table.name: _table(table) for table in spec.tables},
        },
        "required": [field.name for field in spec.fields if field.is_required]
        + [table.name for table in spec.tables if table.is_required],
        _OWN: {"key": spec.key, "version": spec.version, **{name: plain[name] for name in _WHOLE if plain.get(name)}},
    }


def _field(field: FieldSpec) -> dict[str, Any]:
    plain = field.to_dict()
    one: dict[str, Any] = {"type": "string"}
    rules = field_type(field.type)
    if rules.pdb_column is PdbColumn.NUMBER:
        one["pattern"] = r"^-?\d+(\.\d+)?$"
    if rules.json_format:
        one["format"] = rules.json_format
    if _lists_choices(field.type):
        one["enum"] = list(field.choices)
    own = {name: plain[name] for name in _OF_A_FIELD if plain.get(name)}
    described: dict[str, Any] = {"type": "array", "items": one} if field.is_list else one
    described |= {"title": field.label, _OWN: own}
    return described | ({"examples": list(field.examples)} if field.examples else {})


def _table(table: TableSpec) -> dict[str, Any]:
    columns = {column.name: _field(column) for column in table.columns}
    required = [column.name for column in table.columns if column.is_required]
    rows = {"type": "object", "properties": columns, "required": required}
    return {"title": table.label, "type": "array", "items": rows, _OWN: _own_of_table(table)}


def _own_of_table(table: TableSpec) -> dict[str, Any]:
    plain = table.to_dict()
    return {name: plain[name] for name in _OF_A_TABLE if plain.get(name)}


def definition_of(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A definition for `shape.spec_from`; names that the product cannot use are changed. Raises ValueError for a schema that
    describes no object with properties."""
    properties = schema.get("properties")
    if not isinstance(properties, dict):
        raise ValueError("no properties")
    required = _texts(schema.get("required"))
    own = _own(schema)
    fields, tables = [], []
    for name, described in properties.items():
        if not isinstance(described, dict):
            raise ValueError(name)
        if _is_table(described):
            tables.append(_table_of(name, described) | {"is_required": name in required})
        else:
            fields.append(_field_of(name, described) | {"is_required": name in required})
    whole = {name: own[name] for name in _WHOLE if name in own}
    return {"name": str(schema.get("title") or ""), "fields": fields, "tables": tables, **whole}


def _own(described: Mapping[str, Any]) -> Mapping[str, Any]:
    own = described.get(_OWN)
    return own if isinstance(own, dict) else {}


def _texts(values: Any) -> list[str]:
    return [str(value) for value in values] if isinstance(values, list) else []


def _is_table(described: Mapping[str, Any]) -> bool:
    items = described.get("items")
    return isinstance(items, dict) and isinstance(items.get("properties"), dict)


def _table_of(name: str, described: Mapping[str, Any]) -> dict[str, Any]:
    items = described["items"]
    required = _texts(items.get("required"))
    columns = [
        _field_of(column, one) | {"is_required": column in required, "is_list": False}
        for column, one in items["properties"].items()
        if isinstance(one, dict)
    ]
    known = {name: _own(described)[name] for name in _OF_A_TABLE if _own(described).get(name)}
    return {"name": name_for(name), "label": str(described.get("title") or _words(name)), "columns": columns} | known


def _field_of(name: str, described: Mapping[str, Any]) -> dict[str, Any]:
    items = described.get("items")
    is_list = isinstance(items, dict)
    one: Mapping[str, Any] = items if isinstance(items, dict) else described
    own = _own(described)
    choices = _texts(one.get("enum"))
    kind = own.get("type") or (FieldType.CHOICE.value if len(choices) > 1 else _type_of(one).value)
    return {
        "name": name_for(name),
        "label": str(described.get("title") or _words(name)),
        "type": kind,
        "choices": choices if kind in list(FieldType) and _lists_choices(FieldType(kind)) else [],
        "examples": _texts(described.get("examples")),
        "is_list": is_list,
        **{name: own[name] for name in _OF_A_FIELD[1:] if name in own},
    }


def _lists_choices(kind: FieldType) -> bool:
    """Whether the values of the type stand in the definition."""
    rules = field_type(kind)
    return rules.has_choices and not rules.own_choices


def _type_of(described: Mapping[str, Any]) -> FieldType:
    stated = described.get("type")
    names = stated if isinstance(stated, list) else [stated]
    if "number" in names or "integer" in names:
        return FieldType.NUMBER
    if "boolean" in names:
        return FieldType.TICK_BOX
    return _TYPES.get(str(described.get("format")), FieldType.TEXT)


def _words(name: str) -> str:
    """A label from a name: `dueDate` → "Due date"."""
    words = re.sub(r"[_\W]+", " ", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)).strip().lower()
    return words[:1].upper() + words[1:]
