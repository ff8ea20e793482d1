"""The columns in which analysts find the values of a document type, worked out from all its published versions.

What analysts use never changes its meaning or goes by itself: a field that gets another name keeps its old column beside
the new one, a field that is no longer read keeps its column, and one that changes its type gets a second column.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace

from documents.domain.field_ids import Path
from documents.domain.field_types.base import PdbColumn
from documents.domain.field_types.registry import field_type
from documents.domain.schema_spec import FieldSpec, SchemaSpec

LONGEST = 63  # bytes in a PostgreSQL identifier
_WORDS = {PdbColumn.TEXT: "text", PdbColumn.NUMBER: "number", PdbColumn.DATE: "date"}


@dataclass(frozen=True)
class ColumnKind:
    """What a column holds: one value of a kind, or a list of them."""

    value: PdbColumn
    is_list: bool

    @property
    def word(self) -> str:
        """As it is added to a name that is taken by another kind."""
        return "list" if self.is_list else _WORDS[self.value]


@dataclass(frozen=True)
class TypedColumn:
    """One column of a view. `path` and `field_id` say whose values it has; `is_former`: no version of today writes under its
    name, it is kept for those who use it."""

    name: str
    path: Path
    field_id: str
    kind: ColumnKind
    label: str
    is_former: bool = False

    @property
    def key(self) -> str:
        """By what its field is known from version to version."""
        return _key(self.field_id, self.path[1])


@dataclass(frozen=True)
class TypedView:
    """The view of the fields (`table` empty) or of one table; `is_former` as of a column."""

    name: str
    table: str
    table_id: str
    label: str
    columns: tuple[TypedColumn, ...]
    is_former: bool = False


@dataclass
class _View:
    name: str
    table: str
    table_id: str
    label: str
    columns: list[TypedColumn] = field(default_factory=list)
    is_former: bool = False

    @property
    def key(self) -> str:
        return _key(self.table_id, self.table)


def identifier_of(text: str, *, prefix: str = "", longest: int = LONGEST) -> str:
    """A PostgreSQL name for a key: lower-case letters, digits, single underscores.

    Where anything but a hyphen had to change, six characters of a hash keep two keys from sharing a name.
    """
    name = prefix + re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
    if name == prefix + text.replace("-", "_") and len(name) <= longest:
        return name
    return name[: longest - 7] + "_" + hashlib.sha256(text.encode()).hexdigest()[:6]


def cells_view(spec: SchemaSpec) -> str:
    """The name of the view of all cells."""
    return f"{base_view(spec.key)}__cells"


def typed_views(versions: Sequence[SchemaSpec], retired: Collection[str] = ()) -> list[TypedView]:
    """The views of a type whose published `versions` are these, the oldest first; the view of the fields comes first.

    `retired` are columns and views that a person took away, as `view.column` or `view`: those that are former are left out.
    """
    *_, newest = versions
    fields = _View(base_view(newest.key), "", "", newest.name)
    tables: list[_View] = []
    for version in versions:
        _add_columns(fields, version.fields)
        for table in version.tables:
            if table.columns:
                view = _view_of(tables, table.name, table.id, _taken(newest, tables), base_view(newest.key))
                view.label = table.label
                for one in _of_table(tables, view.key):
                    _add_columns(one, table.columns, table.name)
    for view in tables:
        now = [table for table in newest.tables if _key(table.id, table.name) == view.key]
        view.is_former = not now or now[0].name != view.table
    found = [_finished(view, newest, retired) for view in (fields, *tables)]
    return [view for view in found if not (view.is_former and view.name in retired)]


def base_view(key: str) -> str:
    """The name of the view of the fields of the type of that key, with which the names of its other views begin."""
    return identifier_of(key, longest=40)


def _key(permanent_id: str, name: str) -> str:
    """What identifies a field or table from version to version: its id, or its name in older definitions, which have no ids."""
    return permanent_id or name


def _taken(spec: SchemaSpec, tables: Sequence[_View]) -> set[str]:
    return {base_view(spec.key), cells_view(spec), *(view.name for view in tables)}


def _of_table(tables: Sequence[_View], key: str) -> Iterator[_View]:
    return (view for view in tables if view.key == key)


def _view_of(tables: list[_View], name: str, permanent_id: str, taken: Collection[str], base: str) -> _View:
    """The view of a table under its present name; under a new name it is made, with the columns of the old one."""
    known = list(_of_table(tables, _key(permanent_id, name)))
    present = next((view for view in known if view.table == name), None)
    if present is None:
        wanted = f"{base}__{identifier_of(name, longest=20)}"
        free = next(one for one in _numbered(wanted, "table") if one not in taken)
        columns = [replace(column) for column in known[-1].columns] if known else []
        present = _View(free, name, permanent_id, name, columns)
        tables.append(present)
    return present


def _numbered(name: str, word: str) -> Iterator[str]:
    yield name
    yield f"{name[: LONGEST - len(word) - 1]}_{word}"
    yield from (f"{name[: LONGEST - 4]}_{number}" for number in range(2, 1000))


def _add_columns(view: _View, specs: Sequence[FieldSpec], table: str = "") -> None:
    """A column for each field that has none of its name and kind yet."""
    for spec in specs:
        key, wanted = _key(spec.id, spec.name), identifier_of(spec.name) or "field"
        kind = ColumnKind(field_type(spec.type).pdb_column, spec.is_list)
        own = [column for column in view.columns if column.key == key and column.kind == kind]
        if not any(column.name == wanted or column.path == (table, spec.name) for column in own):
            taken = {column.name for column in view.columns}
            name = next(one for one in _numbered(wanted, kind.word) if one not in taken)
            view.columns.append(TypedColumn(name, (table, spec.name), spec.id, kind, spec.label))


def _finished(view: _View, newest: SchemaSpec, retired: Collection[str]) -> TypedView:
    """With the labels of today; former columns that were retired are left out."""
    specs = newest.fields if not view.table else _columns_of(newest, view.key)
    now = {_key(spec.id, spec.name): spec for spec in specs}
    columns = []
    for column in view.columns:
        spec = now.get(column.key)
        kind = ColumnKind(field_type(spec.type).pdb_column, spec.is_list) if spec else None
        is_present = spec is not None and kind == column.kind and column.path[1] == spec.name
        shown = replace(column, label=spec.label if spec else column.label, is_former=not is_present)
        if not (shown.is_former and f"{view.name}.{shown.name}" in retired):
            columns.append(shown)
    return TypedView(view.name, view.table, view.table_id, view.label, tuple(columns), view.is_former)


def _columns_of(newest: SchemaSpec, key: str) -> tuple[FieldSpec, ...]:
    return next((table.columns for table in newest.tables if _key(table.id, table.name) == key), ())
