"""Columns of master data as values are looked up in them, kept in memory until their list is replaced."""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

from documents.domain.listed import EntriesOf, ListColumn, prepared
from documents.domain.schema_spec import FieldSpec, FieldType
from documents.models import MasterList
from idp_project.core.tenancy import organization_scope


def entries_of(organization_id: UUID, locale: str) -> EntriesOf:
    """For `listed_checks`: the column that a field names. Opens the organisation's scope itself."""

    def column(spec: FieldSpec) -> ListColumn | None:
        with organization_scope(organization_id):
            found = MasterList.objects.filter(organization_id=organization_id, key=spec.listed_in)
            known = found.values_list("id", "revision", "name", "columns").first()
            if known is None or spec.listed_column not in known[3]:
                return None
            return _column(known[0], known[1], known[2], known[3].index(spec.listed_column), spec.type, locale)

    return column


@lru_cache(maxsize=64)
def _column(list_id: UUID, revision: int, name: str, place: int, kind: FieldType, locale: str) -> ListColumn:
    """`revision` is a part of the key: a list that was replaced is read again."""
    rows = MasterList.objects.values_list("rows", flat=True).get(id=list_id)
    return prepared(name, [row[place] for row in rows], kind, locale)
