"""What was opened to single people beside their roles: grants on schemas, shares of batches and documents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from accounts.access import Access
from accounts.domain.roles import Permission
from accounts.models import User
from accounts.selectors.organization import person_get_for
from documents.domain.refusals import SCHEMA_SHARED_BY_MANAGERS
from documents.models import Schema, SchemaUserPermission, Share
from documents.policies import may_share_schema
from documents.selectors.doors import schema_get_for
from idp_project.core.errors import Forbidden


@dataclass(frozen=True)
class SchemaGrant:
    """A schema that is open to one person beside its team. `expires_at` empty: until it is taken back."""

    schema: Schema
    user: User
    may_manage: bool
    expires_at: datetime | None


@dataclass(frozen=True)
class PersonGrants:
    """Everything that was opened to one person singly, for org admins."""

    user: User
    schemas: list[SchemaGrant]
    shares: list[Share]


def schema_granted_by(access: Access, schema_id: UUID) -> Schema:
    """A schema that the asker may open to others: managers of its team, and of the organisation where it has none.

    Who has it by such a grant cannot pass it on: Forbidden.
    """
    schema = schema_get_for(access, schema_id)
    if not may_share_schema(access, schema):
        raise Forbidden(SCHEMA_SHARED_BY_MANAGERS())
    return schema


def schema_grant_list(access: Access, schema_id: UUID) -> list[SchemaGrant]:
    """Live grants on the schema, by name, for those who may give them."""
    schema = schema_granted_by(access, schema_id)
    found = _grants_of(_live(SchemaUserPermission.objects.filter(content_object=schema)))
    return sorted(found, key=lambda grant: str(grant.user).lower())


def person_grants_for(access: Access, user_id: UUID) -> PersonGrants:
    """Of a person of the asker's organisation, for org admins."""
    user = person_get_for(access, user_id)
    shares = Share.objects.filter(Share.live(), user=user).select_related("document__source_file", "batch", "shared_by")
    schemas = _live(
        SchemaUserPermission.objects.filter(user=user, content_object__organization_id=access.required_organization_id)
    )
    return PersonGrants(user, _grants_of(schemas), list(shares.order_by("expires_at")))


def _live(rows: QuerySet[SchemaUserPermission]) -> QuerySet[SchemaUserPermission]:
    rows = rows.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=Now()))
    return rows.select_related("user", "content_object", "permission").order_by("content_object__name")


def _grants_of(rows: Iterable[Any]) -> list[SchemaGrant]:
    """One grant per person and schema, made of one row per permission."""
    found: dict[tuple[UUID, UUID], list[Any]] = defaultdict(list)
    for row in rows:
        found[row.content_object_id, row.user_id].append(row)
    return [
        SchemaGrant(
            schema=held[0].content_object,
            user=held[0].user,
            may_manage=any(row.permission.codename == Permission.MANAGE_SCHEMAS for row in held),
            expires_at=held[0].expires_at,
        )
        for held in found.values()
    ]
