"""Teams of an organisation: created, renamed, and deleted when nothing is left in them."""

from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from accounts.access import Access
from accounts.domain.refusals import TEAM_EXISTS, TEAM_HAS_DATA, TEAM_HAS_PEOPLE, TEAM_NAME_LENGTH
from accounts.domain.roles import Permission
from accounts.models import Team
from accounts.selectors.access import organization_get_for
from accounts.selectors.organization import team_managed_by
from accounts.services.audit.trail import audit_record
from idp_project.core.errors import Conflict, InvalidInput

_LONGEST_NAME = 200


def team_create(access: Access, *, organization_id: UUID, name: str) -> Team:
    """Org admins and above. InvalidInput without a name, Conflict if the organisation has a team of that name."""
    organization_get_for(access, organization_id, Permission.MANAGE_ORGANIZATION)
    team = Team(organization_id=organization_id, name=_checked_name(name))
    _save(access, team, "team_created", name=team.name)
    return team


def team_rename(access: Access, team_id: UUID, name: str) -> Team:
    """The same for the name of a team that exists; its data and people stay."""
    team = team_managed_by(access, team_id)
    old, team.name = team.name, _checked_name(name)
    if team.name != old:
        _save(access, team, "team_renamed", old=old, name=team.name)
    return team


def team_delete(access: Access, team_id: UUID) -> None:
    """Conflict while anybody holds a role in the team, or any batch or schema belongs to it."""
    team = team_managed_by(access, team_id)
    if team.memberships.exists():
        raise Conflict(TEAM_HAS_PEOPLE(name=team.name), code="team_has_people")
    try:
        with transaction.atomic():
            audit_record(access, "team_deleted", object_kind="team", object_id=team.pk, details={"name": team.name})
            team.delete()
    except ProtectedError as error:
        raise Conflict(TEAM_HAS_DATA(name=team.name), code="team_has_data") from error


def _checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not 0 < len(name) <= _LONGEST_NAME:
        raise InvalidInput(TEAM_NAME_LENGTH(most=_LONGEST_NAME))
    return name


def _save(access: Access, team: Team, action: str, **details: object) -> None:
    try:
        with transaction.atomic():
            team.save()
            audit_record(
                access,
                action,
                object_kind="team",
                object_id=team.pk,
                details=details,
                organization_id=team.organization_id,
            )
    except IntegrityError as error:
        raise Conflict(TEAM_EXISTS(name=team.name), code="team_exists") from error
