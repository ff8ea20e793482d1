"""Opening one schema to one person beside its team. Nobody opens what they do not manage themselves."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.access import Access
from accounts.domain.roles import USE_SCHEMA, Permission
from accounts.grants import object_grant, object_revoke
from accounts.selectors.access import colleague_get_for
from accounts.services.audit.trail import audit_record
from documents.domain.refusals import OWN_GRANT
from documents.models import Schema, SchemaUserPermission
from documents.policies import check_schema_in_use
from documents.selectors.shares import schema_granted_by
from documents.services.showing.sharing import check_end
from idp_project.core.errors import InvalidInput, NotFound

_GRANTED = (USE_SCHEMA, Permission.MANAGE_SCHEMAS.value)


@transaction.atomic
def schema_grant(
    access: Access, schema_id: UUID, *, user_id: UUID, may_manage: bool = False, expires_at: datetime | None = None
) -> None:
    """Lets a person of the same organisation use the schema, or manage it too, in place of an earlier grant on it.

    Needs `manage_schemas` on its team; a grant itself cannot be passed on. Without `expires_at` it holds until it is
    taken back. InvalidInput for oneself and for a time that is past or more than a year away, Conflict for a retired schema.
    """
    schema = schema_granted_by(access, schema_id)
    check_schema_in_use(schema)
    if expires_at:
        check_end(expires_at)
    user = colleague_get_for(access, user_id)
    if user.pk == access.user_id:
        raise InvalidInput(OWN_GRANT(), code="own_grant")
    given = _GRANTED if may_manage else (USE_SCHEMA,)
    object_revoke(user, schema, _GRANTED)
    object_grant(user, schema, given, expires_at=expires_at)
    until = expires_at.isoformat() if expires_at else None
    _record(access, "schema_granted", schema, user_id, permissions=sorted(given), until=until)


@transaction.atomic
def schema_grant_revoke(access: Access, schema_id: UUID, user_id: UUID) -> None:
    """Takes it back; it holds from the person's next request on. NotFound if none exists."""
    schema = schema_granted_by(access, schema_id)
    held = SchemaUserPermission.objects.filter(content_object=schema, user_id=user_id).select_related("user").first()
    if held is None:
        raise NotFound
    object_revoke(held.user, schema, _GRANTED)
    _record(access, "schema_grant_revoked", schema, user_id)


def _record(access: Access, action: str, schema: Schema, user_id: UUID, **details: object) -> None:
    audit_record(
        access,
        action,
        object_kind="schema",
        object_id=schema.pk,
        details={"user": str(user_id), **details},
        organization_id=schema.organization_id,
    )
