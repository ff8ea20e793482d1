"""Master data of an organisation: lists are brought as CSV, replaced as a whole, and deleted."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from accounts.access import Access
from accounts.models import Team
from accounts.services.audit.trail import audit_record
from documents.domain.master_lists import ListTable, table_in
from documents.domain.refusals import LIST_COLUMN_IN_USE, LIST_IN_USE, LIST_KEY_TAKEN, LIST_NOT_MANAGED
from documents.models import MasterList
from documents.policies import may_manage_list
from documents.selectors.master_lists import master_list_get_for, types_by_list
from documents.services.schemas.types import checked_key, checked_name, key_of
from idp_project.core.errors import Conflict, Forbidden


@transaction.atomic
def master_list_create(
    access: Access, *, name: str, content: str, team_id: UUID | None = None, key: str = ""
) -> MasterList:
    """A new list of a team, or without `team_id` of every team, from the text of a CSV file. Audited.

    `key`, its name in document types, is made of the name where it is empty. Forbidden for those who do not manage the types of
    that team (of the whole organisation), InvalidInput for a bad name, key or file, Conflict for a key that is taken.
    """
    _check_may_manage(access, team_id)
    name = checked_name(name)
    chosen, table = checked_key(key) if key else key_of(name), table_in(content)
    made, is_new = MasterList.objects.get_or_create(
        organization_id=access.required_organization_id,
        key=chosen,
        defaults={"name": name, "team_id": team_id, "changed_by_id": access.user_id, **_columns_of(table)},
    )
    if not is_new:
        raise Conflict(LIST_KEY_TAKEN(key=chosen), code="list_key_taken")
    _record(access, "master_list_created", made)
    return made


@transaction.atomic
def master_list_replace(access: Access, list_id: UUID, *, content: str, name: str = "") -> MasterList:
    """Puts the rows of a CSV file in place of all that the list had, and another name where one is given. Audited.

    Holds for what is read, corrected or approved from then on. For managers of the list. Raises InvalidInput for a bad file,
    Conflict where it lacks a column that document types name.
    """
    found = _managed(access, list_id)
    table = table_in(content)
    for column, types in types_by_list(found.organization_id).get(found.key, {}).items():
        if column not in table.columns:
            reason = LIST_COLUMN_IN_USE(column=column, types=", ".join(sorted(types)))
            raise Conflict(reason, code="list_column_in_use")
    for field, value in _columns_of(table).items():
        setattr(found, field, value)
    found.name = checked_name(name) if name else found.name
    found.revision, found.changed_by_id = found.revision + 1, access.user_id
    found.save()
    _record(access, "master_list_replaced", found)
    return found


@transaction.atomic
def master_list_delete(access: Access, list_id: UUID) -> None:
    """Deletes a list. For its managers; audited. Conflict while a document type in use names it."""
    found = _managed(access, list_id)
    if named := types_by_list(found.organization_id).get(found.key):
        types = sorted({name for names in named.values() for name in names})
        raise Conflict(LIST_IN_USE(types=", ".join(types)), code="list_in_use")
    _record(access, "master_list_deleted", found)
    found.delete()


def _managed(access: Access, list_id: UUID) -> MasterList:
    """Locked until the end of the transaction."""
    found = master_list_get_for(access, list_id)
    _check_may_manage(access, found.team_id)
    return MasterList.objects.select_for_update().get(pk=found.pk)


def _check_may_manage(access: Access, team_id: UUID | None) -> None:
    teams = Team.objects.filter(organization_id=access.required_organization_id)
    if not may_manage_list(access, team_id) or (team_id and not teams.filter(id=team_id).exists()):
        raise Forbidden(LIST_NOT_MANAGED(), code="list_not_managed")


def _columns_of(table: ListTable) -> dict[str, object]:
    rows = [list(row) for row in table.rows]
    return {"columns": list(table.columns), "rows": rows, "row_count": len(rows)}


def _record(access: Access, action: str, found: MasterList) -> None:
    """Never with an entry: they may be personal data."""
    details = {"list": found.key, "columns": found.columns, "rows": found.row_count}
    kind, organization_id = "master_list", found.organization_id
    audit_record(access, action, object_kind=kind, object_id=found.pk, details=details, organization_id=organization_id)
