"""guardian grants: what a role means on a team or an organisation, and which grants a person holds.

With `grant_bases` the only importer of guardian. Services change grants, selectors read them through here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID, uuid4

from django.apps import apps
from django.contrib.auth.models import Permission as StoredPermission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.models import Exists, F, Model, Q, QuerySet, Value
from django.db.models.functions import Now
from guardian.shortcuts import remove_perm

from accounts.domain.roles import ROLE_PERMISSIONS, TEAM_PERMISSIONS, Permission, Role
from accounts.grant_bases import UserGrant
from accounts.models import Membership, Organization, OrganizationUserObjectPermission, Team, User

VISIBLE_TEAM = "visible_team"
_SOMEBODY, _SOMEWHERE = uuid4(), uuid4()  # stand in the composed SQL for the person and the organisation asked about
Held = dict[UUID, frozenset[str]]


@dataclass(frozen=True)
class Grants:
    """Codenames held by one person in one organisation; batches and schemas of others never open (row security)."""

    organization: frozenset[str] = frozenset()
    teams: Held = field(default_factory=dict)
    batches: Held = field(default_factory=dict)
    documents: Held = field(default_factory=dict)
    schemas: Held = field(default_factory=dict)
    all_team_ids: tuple[UUID, ...] = ()


def role_grant(membership: Membership) -> None:
    """Makes the grants on the membership's team or organisation exactly those of its role."""
    wanted = ROLE_PERMISSIONS[Role(membership.role)]
    if membership.team_id:
        wanted &= TEAM_PERMISSIONS
    if not membership.may_download:
        wanted -= {Permission.DOWNLOAD_DOCUMENTS}
    with transaction.atomic():
        present = set(_rows_of(membership).values_list("permission__codename", flat=True))
        for codename in sorted(present - wanted):
            remove_perm(codename, membership.user, _target(membership))
        _assign(membership.user, _target(membership), {codename.value for codename in wanted - present})


def roles_refresh(using: str = "default", **signal: Any) -> None:
    """Makes every membership's grants those of its role as the code has it now: after an upgrade changed the table."""
    if using == "default":
        for membership in Membership.objects.select_related("user", "team", "organization"):
            role_grant(membership)


def role_revoke(membership: Membership) -> None:
    """Removes every grant on the membership's team or organisation."""
    _rows_of(membership).delete()


def object_grant(user: User, obj: Model, permissions: Iterable[str], *, expires_at: datetime | None = None) -> None:
    """Grants permissions on one document, batch, schema or team to one person, beyond what their role gives.

    They end at `expires_at`; without it, when they are taken back.
    """
    codenames = {str(permission) for permission in permissions}
    _assign(user, obj, codenames)
    rows = _model_for(obj)._default_manager.filter(
        user=user, content_object_id=obj.pk, permission__codename__in=codenames
    )
    rows.update(expires_at=expires_at)


def object_revoke(user: User, obj: Model, permissions: Iterable[str]) -> None:
    """Takes such grants back; those that were never given are passed over."""
    for permission in permissions:
        remove_perm(str(permission), user, obj)


def grants_revoke(user_id: UUID, organization_id: UUID) -> None:
    """Takes every grant in the organisation from the person: those of roles, and those on single batches or schemas."""
    within = {"organization": {"content_object_id": organization_id}}
    for model in _grant_models():
        place = within.get(_kind(model), {"content_object__organization_id": organization_id})
        model._default_manager.filter(user_id=user_id, **place).delete()


def grants_of(user_id: UUID, organization_id: UUID, *, with_all_teams: bool = False) -> Grants:
    """Every live grant, in one query. All teams of the organisation are listed for those who see every one of them."""
    held: dict[str, dict[UUID, set[str]]] = defaultdict(lambda: defaultdict(set))
    for kind, object_id, codename in _grant_rows(user_id, organization_id, with_all_teams):
        held[kind][object_id].add(codename)
    frozen = {kind: {key: frozenset(names) for key, names in rows.items()} for kind, rows in held.items()}
    return Grants(
        organization=frozen.get("organization", {}).get(organization_id, frozenset()),
        teams=frozen.get("team", {}),
        batches=frozen.get("batch", {}),
        documents=frozen.get("document", {}),
        schemas=frozen.get("schema", {}),
        all_team_ids=tuple(frozen.get(VISIBLE_TEAM, {})),
    )


def team_permissions_of(user_id: UUID) -> Held:
    """Team id → codenames granted on the team itself, over all organisations."""
    held: dict[UUID, set[str]] = defaultdict(set)
    for _, team_id, codename in _live_rows(apps.get_model("accounts", "TeamUserObjectPermission"), user_id):
        held[team_id].add(codename)
    return {team_id: frozenset(names) for team_id, names in held.items()}


def _assign(user: User, obj: Model, codenames: set[str]) -> None:
    """guardian's `assign_perm` for several permissions in two statements. LookupError for a permission that does not exist."""
    if not codenames:
        return
    kind = ContentType.objects.get_for_model(obj)
    permissions = StoredPermission.objects.filter(content_type=kind, codename__in=codenames).order_by("codename")
    model = _model_for(obj)
    grants = [model(user=user, permission=permission, content_object=obj) for permission in permissions]
    if len(grants) != len(codenames):
        raise LookupError(f"{kind} lacks one of {sorted(codenames)}")
    model._default_manager.bulk_create(grants, ignore_conflicts=True)


def _model_for(obj: Model) -> Any:
    return next(model for model in _grant_models() if _kind(model) == obj._meta.model_name)


def _target(membership: Membership) -> Team | Organization:
    return membership.team or membership.organization


def _rows_of(membership: Membership) -> QuerySet[UserGrant]:
    model = apps.get_model("accounts", f"{'Team' if membership.team_id else 'Organization'}UserObjectPermission")
    return model.objects.filter(user_id=membership.user_id, content_object_id=_target(membership).pk)


@cache
def _grant_models() -> tuple[type[UserGrant], ...]:
    return tuple(model for model in apps.get_models() if issubclass(model, UserGrant))


def _kind(model: type[Any]) -> str:
    return str(model._meta.get_field("content_object").related_model._meta.model_name)


def _live_rows(model: type[Any], user_id: UUID) -> Any:
    rows = model._default_manager.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=Now()), user_id=user_id)
    return rows.values_list(Value(_kind(model)), F("content_object_id"), F("permission__codename")).order_by()


def _grant_rows(user_id: UUID, organization_id: UUID, with_all_teams: bool) -> list[tuple[str, UUID, str]]:
    """(kind, object id, codename) of every grant model. Every request asks: composing the SQL takes longer than running it."""
    sql, params = _grant_sql(with_all_teams)
    given = {_SOMEBODY: user_id, _SOMEWHERE: organization_id}
    with connection.cursor() as cursor:
        cursor.execute(sql, [given.get(value, value) for value in params])
        return list(cursor.fetchall())


@cache
def _grant_sql(with_all_teams: bool) -> tuple[str, tuple[Any, ...]]:
    sql, params = _grant_query(_SOMEBODY, _SOMEWHERE, with_all_teams).query.sql_with_params()
    return sql, params


def _grant_query(user_id: UUID, organization_id: UUID, with_all_teams: bool) -> Any:
    """One UNION ALL; teams and organisation of one tenant."""
    within = {
        "team": {"content_object__organization_id": organization_id},
        "organization": {"content_object_id": organization_id},
    }
    parts = [_live_rows(model, user_id).filter(**within.get(_kind(model), {})) for model in _grant_models()]
    teams = Team.objects.filter(organization_id=organization_id)
    if not with_all_teams:
        sees_all = OrganizationUserObjectPermission.objects.filter(
            Q(expires_at__isnull=True) | Q(expires_at__gt=Now()),
            user_id=user_id,
            content_object_id=organization_id,
            permission__codename=Permission.VIEW_DOCUMENTS.value,
        )
        teams = teams.filter(Exists(sees_all))
    parts.append(teams.values_list(Value(VISIBLE_TEAM), F("id"), Value("")).order_by())
    return parts[0].union(*parts[1:], all=True)
