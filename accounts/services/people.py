"""Organisations, teams, users and memberships. Nobody gives a role that is above their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.access import Access
from accounts.domain.roles import MEMBERSHIP_ROLES, TEAM_ROLES, Permission, Role
from accounts.grants import role_grant, role_revoke
from accounts.models import Membership, Organization, Team, User
from accounts.selectors import membership_get_for, organization_get_for
from accounts.services.audit import audit_record
from accounts.services.sessions import sessions_revoke_all
from idp_project.core.errors import Conflict, Forbidden, InvalidInput, NotFound


def organization_create(
    access: Access, *, name: str, slug: str, is_local_only: bool = True, settings: Mapping[str, Any] | None = None
) -> Organization:
    """Super admins only. Conflict if the slug is taken."""
    _check_super(access)
    try:
        with transaction.atomic():
            organization = Organization.objects.create(
                name=name, slug=slug, is_local_only=is_local_only, settings=dict(settings or {})
            )
            _record(access, "organization_created", organization, organization.pk, name=name, slug=slug)
    except IntegrityError as error:
        raise Conflict(f"There is an organisation “{slug}” already.") from error
    return organization


def team_create(access: Access, *, organization_id: UUID, name: str) -> Team:
    """Org admins and above. Conflict if the organisation has a team of that name."""
    organization_get_for(access, organization_id, Permission.MANAGE_ORGANIZATION)
    try:
        with transaction.atomic():
            team = Team.objects.create(organization_id=organization_id, name=name)
            _record(access, "team_created", team, organization_id, name=name)
    except IntegrityError as error:
        raise Conflict(f"There is a team “{name}” already.") from error
    return team


def user_create(
    access: Access,
    *,
    username: str,
    password: str | None = None,
    email: str = "",
    display_name: str = "",
    is_super_admin: bool = False,
) -> User:
    """Org admins create people, super admins also super admins. Without a password nobody can sign in as the user.

    InvalidInput for a weak password, Conflict if the name or address is taken.
    """
    if is_super_admin or not access.can(Permission.MANAGE_ORGANIZATION):
        _check_super(access)
    user = User(username=username, email=email, display_name=display_name, is_superuser=is_super_admin)
    _set_password(user, password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
            _record(access, "user_created", user, None, username=username, is_super_admin=is_super_admin)
    except IntegrityError as error:
        raise Conflict(f"The user name “{username}” or its e-mail address is taken.") from error
    return user


def user_set_password(access: Access, user_id: UUID, password: str) -> None:
    """One's own, or anybody's for super admins. Ends every session of the user."""
    if access.user_id != user_id:
        _check_super(access)
    user = _user(user_id)
    _set_password(user, password)
    with transaction.atomic():
        user.save(update_fields=["password"])
        sessions_revoke_all(user.pk, reason="password_changed")
        _record(access, "password_changed", user, None)


def user_deactivate(access: Access, user_id: UUID) -> None:
    """Super admins only. Every session ends at once."""
    _check_super(access)
    if access.user_id == user_id:
        raise InvalidInput("You cannot deactivate yourself.")
    user = _user(user_id)
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(is_active=False)
        sessions_revoke_all(user.pk, reason="deactivated")
        _record(access, "user_deactivated", user, None, username=user.username)


def user_activate(access: Access, user_id: UUID) -> None:
    """Super admins only."""
    _check_super(access)
    user = _user(user_id)
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(is_active=True)
        _record(access, "user_activated", user, None, username=user.username)


def membership_set(
    access: Access,
    *,
    user_id: UUID,
    organization_id: UUID,
    role: Role,
    team_id: UUID | None = None,
    may_download: bool = True,
) -> Membership:
    """Gives the user that role in the team, or in the whole organisation without one, in place of any role there.

    For org admins and above. Forbidden above one's own role, InvalidInput for a team elsewhere.
    """
    organization_get_for(access, organization_id, Permission.MANAGE_ORGANIZATION)
    role = Role(role)
    _check_role(access, role, team_id)
    if team_id and not Team.objects.filter(id=team_id, organization_id=organization_id).exists():
        raise InvalidInput("The team belongs to another organisation.")
    user = _user(user_id)
    with transaction.atomic():
        place: dict[str, Any] = {"user": user, "organization_id": organization_id, "team_id": team_id}
        held = {"role": role.value, "may_download": may_download}
        membership, _ = Membership.objects.update_or_create(**place, defaults=held)
        role_grant(membership)
        _record(access, "membership_set", user, organization_id, role=role.value, team=team_id, download=may_download)
    return membership


def membership_remove(access: Access, membership_id: UUID) -> None:
    """Takes the role and its grants away; it holds from the person's next request on."""
    membership = membership_get_for(access, membership_id)
    with transaction.atomic():
        role_revoke(membership)
        membership.delete()
        details = {"role": membership.role, "team": membership.team_id}
        _record(access, "membership_removed", membership.user, membership.organization_id, **details)


def _check_super(access: Access) -> None:
    if not access.is_super:
        raise Forbidden


def _check_role(access: Access, role: Role, team_id: UUID | None) -> None:
    if role not in (TEAM_ROLES if team_id else MEMBERSHIP_ROLES):
        raise InvalidInput(f"{role.label} is not a role {'in a team' if team_id else 'in an organisation'}.")
    if not access.is_super and (access.role is None or role.rank > access.role.rank):
        raise Forbidden("Nobody can give a role above their own.")


def _user(user_id: UUID) -> User:
    if user := User.objects.filter(pk=user_id).first():
        return user
    raise NotFound


def _set_password(user: User, password: str | None) -> None:
    if password is not None:
        try:
            validate_password(password, user)
        except ValidationError as error:
            raise InvalidInput(" ".join(error.messages), code="weak_password") from error
    user.set_password(password)


def _record(access: Access, action: str, subject: Any, organization_id: UUID | None, **details: object) -> None:
    audit_record(
        access,
        action,
        object_kind=subject._meta.model_name,
        object_id=subject.pk,
        details=details,
        organization_id=organization_id,
    )
