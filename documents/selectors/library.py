"""The library of document types as one organisation sees it: what there is, and what it has adopted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from accounts.access import Access
from accounts.domain.roles import Permission
from documents.domain.library import LANGUAGES, LibraryType, library_type, library_types
from documents.domain.refusals import LIBRARY_LANGUAGE_UNKNOWN, LIBRARY_TYPE_UNKNOWN
from documents.domain.schema_spec import FieldSpec, SchemaSpec, TableSpec
from documents.models import Schema, SchemaVersion
from documents.policies import schemas_visible_to
from idp_project.core.errors import InvalidInput, NotFound

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
        for each in library_types()
    ]
    return sorted(rows, key=lambda row: row.name.casefold())


def library_type_get(key: str) -> LibraryType:
    """Raises NotFound."""
    try:
        return library_type(key)
    except KeyError:
        raise NotFound(LIBRARY_TYPE_UNKNOWN(key=key)) from None


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
    shapes = {_shape(each.spec(LANGUAGES[0]).to_dict()): each.key for each in library_types()}
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
