"""Master data as managers of document types see it, and which types name a list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from accounts.access import Access
from accounts.domain.roles import Permission
from documents.domain.refusals import LIST_NOT_MANAGED
from documents.models import MasterList, Schema, SchemaDraft, SchemaVersion
from documents.policies import master_lists_visible_to, may_manage_list
from idp_project.core.errors import Forbidden, NotFound

SHOWN_ROWS = 50


@dataclass(frozen=True)
class ListRow:
    """A list without its rows; `types` are the names of document types that name it."""

    list: MasterList
    may_manage: bool
    types: tuple[str, ...]


@dataclass(frozen=True)
class ListView(ListRow):
    """With the rows that contain what was searched for, at most `SHOWN_ROWS`; `found` counts all of them."""

    rows: list[list[str]]
    found: int


def master_list_rows(access: Access) -> list[ListRow]:
    """Every list that the asker's types may name, by name. Forbidden for those who manage no document types."""
    check_sees_lists(access)
    named = types_by_list(access.required_organization_id)
    lists = master_lists_visible_to(access).defer("rows").select_related("team", "changed_by")
    return [_row(access, one, named) for one in lists]


def master_list_view_for(access: Access, list_id: UUID, search: str = "") -> ListView:
    """One list. NotFound for one that the asker does not see."""
    found = master_list_get_for(access, list_id)
    wanted = search.casefold().strip()
    rows = [row for row in found.rows if not wanted or any(wanted in entry.casefold() for entry in row)]
    plain = _row(access, found, types_by_list(found.organization_id))
    return ListView(plain.list, plain.may_manage, plain.types, rows[:SHOWN_ROWS], len(rows))


def master_list_get_for(access: Access, list_id: UUID) -> MasterList:
    """NotFound for one that does not exist or that the asker does not see."""
    found = master_lists_visible_to(access).select_related("team", "changed_by").filter(id=list_id).first()
    if found is None:
        raise NotFound
    return found


def check_sees_lists(access: Access) -> None:
    """Raises Forbidden for those who manage no document types."""
    if not access.can(Permission.MANAGE_SCHEMAS):
        raise Forbidden(LIST_NOT_MANAGED(), code="list_not_managed")


def list_columns_for(access: Access) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Name and columns of the lists that the asker's types may name, by key."""
    lists = master_lists_visible_to(access).values_list("key", "name", "columns")
    return {key: (name, tuple(columns)) for key, name, columns in lists}


def types_by_list(organization_id: UUID) -> dict[str, dict[str, set[str]]]:
    """Names of the document types that name a list, in a draft or the newest version, by the list's key and its column."""
    found: dict[str, dict[str, set[str]]] = {}
    for name, definition in _definitions(organization_id):
        for key, column in named_lists(definition):
            found.setdefault(key, {}).setdefault(column, set()).add(name)
    return found


def named_lists(definition: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Key and column that fields and columns of a stored definition name."""
    fields = [*definition.get("fields", ())]
    for table in definition.get("tables", ()):
        fields += table.get("columns", ())
    for field in fields:
        if field.get("listed_in"):
            yield field["listed_in"], field.get("listed_column", "")


def _definitions(organization_id: UUID) -> Iterator[tuple[str, Mapping[str, Any]]]:
    in_use = Schema.objects.filter(organization_id=organization_id, is_retired=False)
    newest = SchemaVersion.objects.filter(schema__in=in_use, published_at__isnull=False)
    newest = newest.order_by("schema_id", "-published_at").distinct("schema_id")
    yield from newest.values_list("schema__name", "definition")
    yield from SchemaDraft.objects.filter(schema__in=in_use).values_list("schema__name", "definition")


def _row(access: Access, found: MasterList, named: Mapping[str, Mapping[str, set[str]]]) -> ListRow:
    types = sorted({name for names in named.get(found.key, {}).values() for name in names})
    return ListRow(found, may_manage_list(access, found.team_id), tuple(types))
