"""The library of document types as one organisation sees it: what there is, and what it has adopted."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from accounts.access import Access
from accounts.domain.roles import Permission
from documents.domain.library import LANGUAGES, BrokenLibrary, LibraryType, library_types, shipped_text, type_in
from documents.domain.refusals import LIBRARY_LANGUAGE_UNKNOWN, LIBRARY_TYPE_UNKNOWN, SUPER_ADMINS_ONLY
from documents.domain.schema_spec import FieldSpec, SchemaSpec, TableSpec
from documents.models import LibraryEntry, Schema, SchemaVersion
from documents.policies import schemas_visible_to
from idp_project.core.errors import Forbidden, InvalidInput, NotFound

logger = logging.getLogger(__name__)
Shape = tuple[frozenset[tuple[str, str]], frozenset[str]]


@dataclass(frozen=True)
class ShelfRow:
    """A type of the library. `adopted`: the organisation's own types that were made of it, as far as the asker sees them;
    `may_adopt`: whether there is a team, or the whole organisation, for which the asker may.
    """

    key: str
    name: str
    description: str
    language: str
    fields: tuple[FieldSpec, ...]
    tables: tuple[TableSpec, ...]
    kinds: tuple[str, ...]
    adopted: tuple[Schema, ...]
    may_adopt: bool

    @property
    def is_adopted(self) -> bool:
        return bool(self.adopted)


def library_shelf(access: Access, language: str = "en") -> list[ShelfRow]:
    """Every type of the library by name, in one of its languages. Raises InvalidInput for another language."""
    check_language(language)
    may_adopt = access.can(Permission.MANAGE_SCHEMAS)
    adopted = _adopted(access)
    rows = [
        _row(each, each.spec(language), language, adopted.get(each.key, ()), may_adopt=may_adopt)
        for each in library_now()
    ]
    return sorted(rows, key=lambda row: row.name.casefold())


def library_now() -> tuple[LibraryType, ...]:
    """The types that can be taken into use: those of the installation as super admins changed them, and theirs, by key."""
    changed = {entry.key: entry for entry in LibraryEntry.objects.all()}
    found = {each.key: each for each in library_types() if each.key not in changed}
    for entry in changed.values():
        if not entry.is_hidden and (own := _parsed(entry.text, entry.key)):
            found[entry.key] = own
    return tuple(found[key] for key in sorted(found))


@lru_cache(maxsize=200)
def _parsed(text: str, key: str) -> LibraryType | None:
    """None for one that this release cannot use any more: nobody is kept from the others."""
    try:
        return type_in(text, key)
    except (BrokenLibrary, InvalidInput):
        logger.warning("the type %s of the library cannot be used", key)
        return None


def library_type_get(key: str) -> LibraryType:
    """Raises NotFound."""
    found = next((each for each in library_now() if each.key == key), None)
    if found is None:
        raise NotFound(LIBRARY_TYPE_UNKNOWN(key=key))
    return found


@dataclass(frozen=True)
class LibraryRow:
    """A type of the library as super admins see it; `is_shipped`: one of that key comes with the installation."""

    key: str
    name: str
    text: str
    is_shipped: bool
    is_changed: bool
    is_hidden: bool
    is_usable: bool
    changed_at: datetime | None
    changed_by: str


def library_rows(access: Access, language: str = "en") -> list[LibraryRow]:
    """Every type, hidden ones too, by key. For super admins; Forbidden for others."""
    if not access.is_super:
        raise Forbidden(SUPER_ADMINS_ONLY(), code="super_admins_only")
    entries = {entry.key: entry for entry in LibraryEntry.objects.select_related("changed_by")}
    shipped = {each.key: each for each in library_types()}
    now = {each.key: each for each in library_now()}
    return [
        _library_row(key, shipped.get(key), now.get(key), entries.get(key), language)
        for key in sorted({*shipped, *entries})
    ]


def library_row_for(access: Access, key: str, language: str = "en") -> LibraryRow:
    """One of them, with its text. NotFound for a key that neither the installation nor a super admin knows, and for others."""
    check_manages_library(access)
    found = next((row for row in library_rows(access, language) if row.key == key), None)
    if found is None:
        raise NotFound(LIBRARY_TYPE_UNKNOWN(key=key))
    return found


def check_manages_library(access: Access) -> None:
    """Raises NotFound for everybody but super admins: to them single types of it do not exist."""
    if not access.is_super:
        raise NotFound


def _library_row(
    key: str, shipped: LibraryType | None, now: LibraryType | None, entry: LibraryEntry | None, language: str
) -> LibraryRow:
    named = now or shipped
    return LibraryRow(
        key=key,
        name=named.names.get(language, key) if named else key,
        text=entry.text if entry and entry.text else shipped_text(key) if shipped else "",
        is_shipped=shipped is not None,
        is_changed=bool(entry and entry.text),
        is_hidden=bool(entry and entry.is_hidden),
        is_usable=now is not None,
        changed_at=entry.changed_at if entry else None,
        changed_by=str(entry.changed_by) if entry and entry.changed_by else "",
    )


def check_language(language: str) -> None:
    """Raises InvalidInput for one in which the library has no types."""
    if language not in LANGUAGES:
        raise InvalidInput(LIBRARY_LANGUAGE_UNKNOWN(language=language, known=", ".join(LANGUAGES)))


def _row(
    each: LibraryType, spec: SchemaSpec, language: str, adopted: tuple[Schema, ...], *, may_adopt: bool
) -> ShelfRow:
    return ShelfRow(
        key=each.key,
        name=each.names[language],
        description=each.descriptions[language],
        language=language,
        fields=spec.fields,
        tables=spec.tables,
        kinds=tuple(rule.kind.value for rule in spec.kinds),
        adopted=adopted,
        may_adopt=may_adopt,
    )


def _adopted(access: Access) -> Mapping[str, tuple[Schema, ...]]:
    """By the key of the library's type: types in use with that key, and those whose first version asks for the same."""
    shapes = {_shape(each.spec(LANGUAGES[0]).to_dict()): each.key for each in library_now()}
    keys = set(shapes.values())
    schemas = list(schemas_visible_to(access).filter(is_retired=False).order_by("name"))
    versions = SchemaVersion.objects.filter(schema__in=schemas, published_at__isnull=False)
    first = {
        version.schema_id: version.definition
        for version in versions.order_by("schema_id", "published_at").distinct("schema_id")
    }
    found: dict[str, list[Schema]] = {}
    for schema in schemas:
        origin = schema.key if schema.key in keys else shapes.get(_shape(first.get(schema.pk, {})))
        if origin:
            found.setdefault(origin, []).append(schema)
    return {key: tuple(mine) for key, mine in found.items()}


def _shape(definition: Mapping[str, object]) -> Shape:
    """What a definition asks for: names and types of fields, names of tables. Empty for one that cannot be understood."""
    fields, tables = definition.get("fields"), definition.get("tables")
    if not isinstance(fields, list) or not isinstance(tables, list):
        return frozenset(), frozenset()
    return (
        frozenset((str(each.get("name")), str(each.get("type"))) for each in fields),
        frozenset(str(each.get("name")) for each in tables),
    )
