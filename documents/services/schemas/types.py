"""The life of a document type: made, taken out of use and back, deleted while it was never published."""

from __future__ import annotations

import re
import unicodedata
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.access import Access
from accounts.domain.roles import Permission
from accounts.models import Team
from accounts.services.audit.trail import audit_record
from documents.domain.drafts.problems import LONGEST_LABEL
from documents.domain.drafts.refusals import (
    NAME_MISSING,
    NAME_TOO_LONG,
    TYPE_IN_USE,
    TYPE_KEY_FORM,
    TYPE_KEY_TAKEN,
    TYPE_TEAM_NOT_MANAGED,
)
from documents.domain.drafts.shape import spec_from
from documents.models import Schema, SchemaDraft
from documents.selectors.schemas import schema_managed_by
from idp_project.core.errors import Conflict, Forbidden, InvalidInput

LONGEST_KEY = 60
_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")


@transaction.atomic
def schema_create(
    access: Access, *, name: str, team_id: UUID | None = None, key: str = "", definition: Any = None
) -> Schema:
    """A new document type with a draft of the asker, and nothing published yet. Audited.

    Without `team_id` every team may use it. `key`, its name for programs, is made of the name where it is empty.
    `definition` is what the draft begins with. Forbidden for those who do not manage the types of that team (of the whole
    organisation), InvalidInput for a bad name, key or definition, Conflict for a key that is taken.
    """
    organization_id = access.required_organization_id
    check_may_create(access, team_id)
    name = checked_name(name)
    chosen = checked_key(key) if key else free_key(organization_id, key_of(name))
    drafted = spec_from({"fields": [], **(definition or {}), "name": name}, key=chosen, version="").to_dict()
    schema, is_new = Schema.objects.get_or_create(
        organization_id=organization_id, key=chosen, defaults={"name": name, "team_id": team_id}
    )
    if not is_new:
        raise Conflict(TYPE_KEY_TAKEN(key=chosen), code="type_key_taken")
    kept = {name: value for name, value in drafted.items() if name not in ("key", "version")}
    if access.user_id:
        SchemaDraft.objects.create(
            organization_id=organization_id, schema=schema, user_id=access.user_id, definition=kept
        )
    _record(access, "schema_created", schema, key=schema.key)
    return schema


def check_may_create(access: Access, team_id: UUID | None) -> None:
    """Raises Forbidden for those who do not manage the types of the team; None: of the whole organisation."""
    if team_id is None:
        may = access.can_everywhere(Permission.MANAGE_SCHEMAS)
    else:
        is_ours = Team.objects.filter(id=team_id, organization_id=access.required_organization_id).exists()
        may = is_ours and access.can(Permission.MANAGE_SCHEMAS, team_id=team_id)
    if not may:
        raise Forbidden(TYPE_TEAM_NOT_MANAGED(), code="type_team_not_managed")


def checked_name(name: str) -> str:
    """The name with single spaces. Raises InvalidInput for none, and for one that is too long."""
    name = " ".join(name.split())
    if not name:
        raise InvalidInput(NAME_MISSING(), code="name_missing")
    if len(name) > LONGEST_LABEL:
        raise InvalidInput(NAME_TOO_LONG(most=LONGEST_LABEL), code="name_too_long")
    return name


def checked_key(key: str) -> str:
    """The key. Raises InvalidInput for one of another form."""
    if not _KEY.fullmatch(key):
        raise InvalidInput(TYPE_KEY_FORM(), code="type_key_form")
    return key


def key_of(name: str) -> str:
    """`delivery-note` of "Delivery note"."""
    ascii_name = unicodedata.normalize("NFKD", name.replace("ß", "ss")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_name.lower()).strip("-")[:50] or "type"


def free_key(organization_id: UUID, key: str) -> str:
    """The key, numbered where the organisation has it already, also for a type that the asker does not see."""
    taken = set(Schema.objects.filter(organization_id=organization_id).values_list("key", flat=True))
    mark = "-" if "-" in key else "_"
    numbered = (f"{key[: LONGEST_KEY - 5]}{mark}{number}" for number in range(2, len(taken) + 3))
    return key if key not in taken else next(one for one in numbered if one not in taken)


@transaction.atomic
def schema_retire(access: Access, schema_id: UUID) -> Schema:
    """Takes a type out of use: what was submitted with it goes on, nothing new begins with it. For its managers; audited."""
    return _set_retired(access, schema_id, is_retired=True)


@transaction.atomic
def schema_restore(access: Access, schema_id: UUID) -> Schema:
    """Takes a retired type into use again. For its managers; audited."""
    return _set_retired(access, schema_id, is_retired=False)


def _set_retired(access: Access, schema_id: UUID, *, is_retired: bool) -> Schema:
    schema = _locked(access, schema_id)
    if schema.is_retired != is_retired:
        schema.is_retired = is_retired
        schema.save(update_fields=["is_retired"])
        _record(access, "schema_retired" if is_retired else "schema_restored", schema)
    return schema


@transaction.atomic
def schema_delete(access: Access, schema_id: UUID) -> None:
    """Deletes a type that was never published, with its drafts. For its managers; audited. Conflict for any other type."""
    schema = _locked(access, schema_id)
    if schema.versions.exists():
        raise Conflict(TYPE_IN_USE(), code="type_in_use")
    _record(access, "schema_deleted", schema, key=schema.key, name=schema.name)
    schema.delete()


def _locked(access: Access, schema_id: UUID) -> Schema:
    schema = schema_managed_by(access, schema_id)
    return Schema.objects.select_for_update().get(id=schema.id)


def _record(access: Access, action: str, schema: Schema, **details: object) -> None:
    audit_record(
        access,
        action,
        object_kind="schema",
        object_id=schema.pk,
        details={"schema": schema.key, **details},
        organization_id=schema.organization_id,
    )
