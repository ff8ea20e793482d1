"""Permanent ids of fields, tables and columns: a field keeps its id from version to version, also under another name."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from uuid import UUID, uuid5

from documents.domain.schema_spec import SchemaSpec, TableSpec

Path = tuple[str, str]  # ("", field), (table, column), or (table, "") for the table itself


def ids_by_path(spec: SchemaSpec) -> dict[Path, str]:
    """The id of each field, table and column; empty for one that has none."""
    ids = {("", field.name): field.id for field in spec.fields}
    for table in spec.tables:
        ids[table.name, ""] = table.id
        ids |= {(table.name, column.name): column.id for column in table.columns}
    return ids


def with_ids(spec: SchemaSpec, schema_id: UUID, earlier: Sequence[SchemaSpec] = ()) -> SchemaSpec:
    """The version with an id for everything that has none: that of the same name in an `earlier` version, newest first, else
    one made of schema and name. An id that the version gives to something else is not taken twice.

    Raises ValueError where an id occurs twice.
    """
    given = [found for found in ids_by_path(spec).values() if found]
    if len(set(given)) != len(given):
        raise ValueError("An id of a field occurs twice.")
    taken = set(given)
    known = [ids_by_path(version) for version in earlier]

    def id_of(path: Path, own: str) -> str:
        if own:
            return own
        found = next((ids[path] for ids in known if ids.get(path) and ids[path] not in taken), None)
        made = (str(uuid5(schema_id, json.dumps([*path, number] if number else path))) for number in count())
        chosen = found or next(new for new in made if new not in taken)
        taken.add(chosen)
        return chosen

    return replace(
        spec,
        fields=tuple(replace(field, id=id_of(("", field.name), field.id)) for field in spec.fields),
        tables=tuple(_table_with_ids(table, id_of) for table in spec.tables),
    )


def _table_with_ids(table: TableSpec, id_of: Callable[[Path, str], str]) -> TableSpec:
    columns = tuple(replace(column, id=id_of((table.name, column.name), column.id)) for column in table.columns)
    return replace(table, id=id_of((table.name, ""), table.id), columns=columns)


@dataclass(frozen=True)
class StoredName:
    """A name under which values are stored. `versions`: those in which it has this meaning; None: it never had another."""

    name: str
    versions: tuple[str, ...] | None = None


class FieldNames:
    """The names that fields, tables and columns had in the versions of one schema."""

    def __init__(self, versions: Iterable[SchemaSpec]) -> None:
        self._paths: Mapping[str, Mapping[Path, str]] = {spec.version: ids_by_path(spec) for spec in versions}

    def of(self, path: Path, permanent_id: str) -> list[StoredName]:
        """Of what has that path and id in the newest version: all its names, the present one first."""
        mine: dict[Path, list[str]] = {path: []}
        strangers: set[Path] = set()
        for version, ids in self._paths.items():
            for other in (other for other, found in ids.items() if found and found == permanent_id):
                mine.setdefault(other, []).append(version)
        for ids in self._paths.values():
            strangers |= {other for other in mine if permanent_id and ids.get(other, permanent_id) != permanent_id}
        names: dict[str, StoredName] = {}
        for other, versions in mine.items():
            name = other[1] or other[0]
            names.setdefault(name, StoredName(name, tuple(versions) if other in strangers else None))
        return list(names.values())

    def name_in(self, version: str, path: Path, permanent_id: str) -> str | None:
        """The name that it had in that version; None where it had none. Its present one for a version that is not known."""
        ids = self._paths.get(version)
        if ids is None or not permanent_id:
            return path[1]
        return next((other[1] for other, found in ids.items() if found == permanent_id), None)
