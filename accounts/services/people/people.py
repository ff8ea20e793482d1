"""Organisations, users and memberships. Nobody gives what they do not have, and nobody locks an organisation out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.access import Access
from accounts.domain.refusals import (
    ABOVE_OWN_ROLE,
    ADDRESS_NOT_PROVEN,
    ADDRESS_SPECIAL_LETTERS,
    ADDRESS_TAKEN,
    DEACTIVATES_ONESELF,
    LAST_ADMIN,
    ORGANIZATION_EXISTS,
    OWN_ROLE,
    REMOVES_ONESELF,
    ROLE_NOT_IN_ORGANIZATION,
    ROLE_NOT_IN_TEAM,
    TEAM_ELSEWHERE,
    USER_NAME_TAKEN,
    USER_NAME_TOO_LONG,
)
from accounts.domain.roles import MEMBERSHIP_ROLES, ROLE_PERMISSIONS, TEAM_ROLES, Permission, Role
from accounts.grants import grants_revoke, role_grant, role_revoke
from accounts.models import Membership, Organization, Team, User
from accounts.selectors.access import membership_get_for, organization_get_for
from accounts.selectors.organization import account_get_for, person_get_for
from accounts.services.audit.trail import audit_record
from accounts.services.settings.security import check_email_allowed
from accounts.services.sign_in.revocation import api_keys_revoke_in, credentials_revoke_all
from idp_project.core.errors import Conflict, Forbidden, InvalidInput, NotFound

_LONGEST_NAME = 150


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
        raise Conflict(ORGANIZATION_EXISTS(slug=slug)) from error
    return organization


def user_create(
    access: Access,
    *,
    username: str,
    password: str | None = None,
    email: str = "",
    display_name: str = "",
    is_super_admin: bool = False,
    home_organization_id: UUID | None = None,
) -> User:
    """For super admins: an account of this very user name, also of another super admin. Without a home only super admins
    manage it; without a password nobody can sign in as the user.

    InvalidInput for a weak password, Conflict if the name is taken, or the address at that home.
    """
    _check_super(access)
    user = User(username=username, email=email, display_name=display_name, is_superuser=is_super_admin)
    user.home_organization_id = home_organization_id
    set_checked_password(user, password)
    return account_insert(access, user)


def account_insert(access: Access, user: User) -> User:
    """Stores a new account, whose making the caller has checked; Conflict if the name is taken, or the
    address at its home."""
    if len(user.username) > _LONGEST_NAME:
        raise InvalidInput(USER_NAME_TOO_LONG())
    try:
        with transaction.atomic():
            user.save(force_insert=True)
            details = {"username": user.username, "is_super_admin": user.is_superuser}
            _record(access, "user_created", user, user.home_organization_id, **details)
    except IntegrityError as error:
        raise Conflict(USER_NAME_TAKEN(username=user.username)) from error
    return user


def name_at_home(organization: Organization, name: str) -> str:
    """The user name that `name` becomes in the organisation: `ada@town-hall`.

    Each organisation has its own names, so that none is told which names others use, and none takes an address as name.
    """
    suffix = f"@{organization.slug}"
    return name if name.lower().endswith(suffix) else name + suffix


def person_create(
    access: Access,
    *,
    username: str,
    password: str,
    role: Role,
    email: str = "",
    display_name: str = "",
    team_id: UUID | None = None,
    may_download: bool = True,
) -> User:
    """An account with a first role in the asker's organisation, which is its home. `username` gets the organisation's
    ending (`name_at_home`).

    The address stays unproven, so it does not matter, and is not told, whether an account elsewhere has the same one.
    InvalidInput for a weak password or a domain that is not invited, Conflict for a name or address of this
    organisation; the errors of `membership_set`.
    """
    organization = organization_get_for(access, access.required_organization_id, Permission.MANAGE_ORGANIZATION)
    check_email_allowed(organization.pk, email)
    if not email.isascii():
        raise InvalidInput(ADDRESS_SPECIAL_LETTERS())
    if email and organization.memberships.filter(user__email__iexact=email).exists():
        raise Conflict(ADDRESS_TAKEN(email=email))
    user = User(username=name_at_home(organization, username.strip()), email=User.objects.normalize_email(email))
    user.display_name, user.home_organization = display_name, organization
    set_checked_password(user, password)
    place: dict[str, Any] = {"organization_id": organization.pk, "team_id": team_id}
    check_place(access, Role(role), organization.pk, team_id, may_download=may_download)
    with transaction.atomic():
        account_insert(access, user)
        membership_give(access, user, role=Role(role), may_download=may_download, **place)
    return user


def user_set_password(access: Access, user_id: UUID, password: str) -> None:
    """One's own, or anybody's for super admins. Ends every session and API key of the user."""
    if access.user_id != user_id:
        _check_super(access)
    user = _user(user_id)
    set_checked_password(user, password)
    with transaction.atomic():
        user.save(update_fields=["password"])
        credentials_revoke_all(user.pk, reason="password_changed")
        _record(access, "password_changed", user, None)


def user_deactivate(access: Access, user_id: UUID) -> None:
    """Super admins: anybody else; org admins: accounts whose home is their organisation, whatever roles these have
    elsewhere. Every session and API key ends at once, for good.

    Conflict for the last org admin of the asker's organisation.
    """
    user = account_get_for(access, user_id)
    if access.user_id == user_id:
        raise InvalidInput(DEACTIVATES_ONESELF())
    with transaction.atomic():
        if not access.is_super:
            _check_admin_stays(access.required_organization_id, without_user=user_id)
        User.objects.filter(pk=user.pk).update(is_active=False)
        credentials_revoke_all(user.pk, reason="deactivated")
        _record(access, "user_deactivated", user, None, username=user.username)


def user_activate(access: Access, user_id: UUID) -> None:
    """Anyone who may deactivate a person may take it back."""
    user = account_get_for(access, user_id)
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(is_active=True)
        _record(access, "user_activated", user, None, username=user.username)


def person_remove(access: Access, user_id: UUID) -> None:
    """Takes every role and grant in the asker's organisation from the person; their work stays attributed to them.

    InvalidInput for oneself, Conflict for the last org admin.
    """
    user = person_get_for(access, user_id)
    organization_id = access.required_organization_id
    if access.user_id == user_id:
        raise InvalidInput(REMOVES_ONESELF())
    with transaction.atomic():
        _check_admin_stays(organization_id, without_user=user_id)
        grants_revoke(user.pk, organization_id)
        api_keys_revoke_in(organization_id, user.pk)
        Membership.objects.filter(user=user, organization_id=organization_id).delete()
        _record(access, "person_removed", user, organization_id, username=user.username)


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

    For org admins and above; org admins only to people who hold a role with them already, or whose home they are:
    others are invited. Forbidden for permissions that the asker lacks and for one's own role, InvalidInput for a team
    elsewhere, Conflict where the organisation would be left without an org admin, and for an account whose address is
    not proven and which is at home elsewhere.
    """
    organization_get_for(access, organization_id, Permission.MANAGE_ORGANIZATION)
    role = Role(role)
    check_place(access, role, organization_id, team_id, may_download=may_download)
    if access.user_id == user_id and not access.is_super:
        raise Forbidden(OWN_ROLE(), code="own_role")
    user = _user(user_id) if access.is_super else person_get_for(access, user_id)
    place: dict[str, Any] = {"organization_id": organization_id, "team_id": team_id}
    return membership_give(access, user, role=role, may_download=may_download, **place)


def membership_give(
    access: Access, user: User, *, organization_id: UUID, team_id: UUID | None, role: Role, may_download: bool
) -> Membership:
    """`membership_set` for somebody whose consent, or whose home, the caller has checked, as well as the place."""
    is_free = user.is_superuser or user.email_proven_at or user.home_organization_id in (None, organization_id)
    if not is_free:
        raise Conflict(ADDRESS_NOT_PROVEN(), code="address_not_proven")
    with transaction.atomic():
        if role is not Role.ORG_ADMIN and team_id is None and not access.is_super:
            _check_admin_stays(organization_id, without_user=user.pk)
        place: dict[str, Any] = {"user": user, "organization_id": organization_id, "team_id": team_id}
        held = {"role": role.value, "may_download": may_download}
        membership, _ = Membership.objects.update_or_create(**place, defaults=held)
        role_grant(membership)
        _record(access, "membership_set", user, organization_id, role=role.value, team=team_id, download=may_download)
    return membership


def membership_remove(access: Access, membership_id: UUID) -> None:
    """Takes the role and its grants away; it holds from the person's next request on."""
    membership = membership_get_for(access, membership_id)
    if access.user_id == membership.user_id and not access.is_super:
        raise Forbidden(OWN_ROLE(), code="own_role")
    with transaction.atomic():
        if membership.role == Role.ORG_ADMIN and not access.is_super:
            _check_admin_stays(membership.organization_id, without_user=membership.user_id)
        role_revoke(membership)
        membership.delete()
        if not membership.user.memberships.filter(organization_id=membership.organization_id).exists():
            api_keys_revoke_in(membership.organization_id, membership.user_id)
        details = {"role": membership.role, "team": membership.team_id}
        _record(access, "membership_removed", membership.user, membership.organization_id, **details)


def _check_super(access: Access) -> None:
    if not access.is_super:
        raise Forbidden


def check_place(
    access: Access, role: Role, organization_id: UUID, team_id: UUID | None, *, may_download: bool = True
) -> None:
    """Forbidden for a role above one's own, InvalidInput for a role that does not fit the place or a team elsewhere."""
    if role not in (TEAM_ROLES if team_id else MEMBERSHIP_ROLES):
        raise InvalidInput((ROLE_NOT_IN_TEAM if team_id else ROLE_NOT_IN_ORGANIZATION)(role=role.label))
    given = ROLE_PERMISSIONS[role] - (frozenset() if may_download else {Permission.DOWNLOAD_DOCUMENTS})
    if not all(access.can_everywhere(permission) for permission in given):
        raise Forbidden(ABOVE_OWN_ROLE(), code="above_own_role")
    if team_id and not Team.objects.filter(id=team_id, organization_id=organization_id).exists():
        raise InvalidInput(TEAM_ELSEWHERE())


def _check_admin_stays(organization_id: UUID, *, without_user: UUID) -> None:
    """Locks the org admins' memberships, so that two cannot take each other's role at once."""
    admins = Membership.objects.filter(
        organization_id=organization_id, role=Role.ORG_ADMIN.value, user__is_active=True
    ).select_for_update(of=("self",))
    ids = [membership.user_id for membership in admins]
    if without_user in ids and set(ids) == {without_user}:
        raise Conflict(LAST_ADMIN(), code="last_admin")


def _user(user_id: UUID) -> User:
    if user := User.objects.filter(pk=user_id).first():
        return user
    raise NotFound


def check_new_password(user: User, password: str) -> None:
    """InvalidInput for a weak one; `user` need not be stored."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise InvalidInput(" ".join(error.messages), code="weak_password") from error


def set_checked_password(user: User, password: str | None) -> None:
    """On the row in memory; InvalidInput for a weak one."""
    if password is not None:
        check_new_password(user, password)
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
