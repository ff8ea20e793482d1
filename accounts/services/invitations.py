"""Inviting people by e-mail. The link carries its token behind the `#`: browsers send that to no server, so no log has it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from accounts.access import Access
from accounts.domain.roles import Permission, Role
from accounts.domain.secrets import sha256_hex
from accounts.models import Invitation, Membership, User
from accounts.selectors import access_resolve, invitation_get_for, organization_get_for
from accounts.services.api_keys import scope_of
from accounts.services.audit import audit_record
from accounts.services.mail import MailFailed, mail_send
from accounts.services.people import check_place, membership_set, user_create
from accounts.services.security import check_email_allowed
from idp_project.core.errors import Conflict, Forbidden, InvalidInput
from idp_project.core.tenancy import organization_scope, system_scope


class BadInvitation(Forbidden):
    """Unknown, used, revoked or expired: all the same to whoever tries."""

    code = "bad_invitation"
    default_message = "This invitation is used up or too old. Please ask for a new one."


@dataclass(frozen=True)
class InvitationSent:
    """`link` is known now and never again: show it where the e-mail was not taken."""

    invitation: Invitation
    link: str
    is_mailed: bool


@dataclass(frozen=True)
class InvitationOffer:
    """What the invited person reads. `is_known`: they have an account, and need no new password."""

    organization_name: str
    email: str
    display_name: str
    role: Role
    is_known: bool


def invitation_create(
    access: Access,
    *,
    organization_id: UUID,
    email: str,
    role: Role,
    team_id: UUID | None = None,
    display_name: str = "",
    may_download: bool = True,
) -> InvitationSent:
    """For org admins: e-mails a link that works once, within INVITATION_LIFETIME, and ends earlier ones to that address.

    Forbidden above one's own role, InvalidInput for a bad address or one of a domain that is not invited, Conflict if the
    person is in that place already.
    Waits for the mail server: call it from a view that opens its own scopes.
    """
    organization = organization_get_for(access, organization_id, Permission.MANAGE_ORGANIZATION)
    role, email = Role(role), _address(email)
    check_place(access, role, organization_id, team_id, may_download=may_download)
    check_email_allowed(organization_id, email)
    place = {"organization_id": organization_id, "team_id": team_id}
    if Membership.objects.filter(user__email__iexact=email, **place).exists():
        raise Conflict("This person is there already.")
    token = secrets.token_urlsafe(32)
    with organization_scope(organization_id):
        _open_ones(organization_id, email).update(revoked_at=Now())
        invitation = Invitation.objects.create(
            **place,
            email=email,
            display_name=display_name.strip()[:150],
            role=role.value,
            may_download=may_download,
            token_hash=sha256_hex(token),
            invited_by_id=access.user_id,
            expires_at=timezone.now() + settings.INVITATION_LIFETIME,
        )
        _record(access, "invitation_created", invitation, email=email, role=role.value, team=team_id)
    link = f"{settings.PUBLIC_URL}{reverse('accounts:invitation')}#{token}"
    context = {"invitation": invitation, "organization": organization, "link": link, "inviter": access.display_name}
    try:
        mail_send(organization_id, to=email, template="invitation", context=context)
    except MailFailed:
        return InvitationSent(invitation, link, is_mailed=False)
    return InvitationSent(invitation, link, is_mailed=True)


def invitation_revoke(access: Access, invitation_id: UUID) -> None:
    """For org admins: the link stops working. Conflict if it was used already."""
    with scope_of(access):
        invitation = invitation_get_for(access, invitation_id)
        open_ones = _open_ones(invitation.organization_id, invitation.email)
        if not open_ones.filter(pk=invitation.pk).update(revoked_at=Now()):
            raise Conflict("This invitation is no longer open.")
        _record(access, "invitation_revoked", invitation, email=invitation.email)


def invitation_open(token: str) -> InvitationOffer:
    """What the link offers; BadInvitation unless it may still be accepted. Changes nothing."""
    with system_scope("invitation by its token"):
        invitation = _by_token(token)
        known = User.objects.filter(email__iexact=invitation.email).first()
        name = known.display_name if known else invitation.display_name
        role = Role(invitation.role)
        return InvitationOffer(invitation.organization.name, invitation.email, name, role, known is not None)


def invitation_accept(token: str, *, password: str = "", display_name: str = "") -> User:
    """Makes the account (its user name is the e-mail address) unless there is one, and gives the role; works once.

    BadInvitation also if whoever invited may no longer give that role, InvalidInput for a weak password.
    """
    with system_scope("invitation by its token"):
        invitation = _by_token(token, is_locked=True)
        inviter = _inviter(invitation)
        user = User.objects.filter(email__iexact=invitation.email).first()
        if user is None:
            name = display_name.strip() or invitation.display_name
            user = _new_user(inviter, invitation.email, password, name)
        try:
            membership_set(
                inviter,
                user_id=user.pk,
                organization_id=invitation.organization_id,
                team_id=invitation.team_id,
                role=Role(invitation.role),
                may_download=invitation.may_download,
            )
        except Forbidden as error:
            raise BadInvitation from error
        Invitation.objects.filter(pk=invitation.pk).update(accepted_at=Now())
        _record(access_resolve(user, None), "invitation_accepted", invitation, email=invitation.email)
    return user


def _new_user(inviter: Access, email: str, password: str, display_name: str) -> User:
    if not password:
        raise InvalidInput("Please choose a password.", code="weak_password")
    return user_create(inviter, username=email.lower(), email=email, password=password, display_name=display_name)


def _inviter(invitation: Invitation) -> Access:
    """With today's rights: who may no longer invite has invited nobody."""
    if invitation.invited_by is None:
        return Access.for_command_line()
    access = access_resolve(invitation.invited_by, None, organization_id=invitation.organization_id)
    if access is None or access.organization_id != invitation.organization_id:
        raise BadInvitation
    return access


def _by_token(token: str, *, is_locked: bool = False) -> Invitation:
    rows = Invitation.objects.filter(token_hash=sha256_hex(token), organization__is_active=True)
    rows = rows.filter(accepted_at__isnull=True, revoked_at__isnull=True, expires_at__gt=Now())
    if is_locked:
        rows = rows.select_for_update(of=("self",))
    if invitation := rows.select_related("organization", "invited_by").first():
        return invitation
    raise BadInvitation


def _open_ones(organization_id: UUID, email: str) -> QuerySet[Invitation]:
    rows = Invitation.objects.filter(organization_id=organization_id, email__iexact=email)
    return rows.filter(accepted_at__isnull=True, revoked_at__isnull=True)


def _address(email: str) -> str:
    email = User.objects.normalize_email(email.strip())
    try:
        validate_email(email)
    except ValidationError as error:
        raise InvalidInput("This is not an e-mail address.") from error
    return email


def _record(access: Access | None, action: str, invitation: Invitation, **details: object) -> None:
    with transaction.atomic():
        audit_record(
            access,
            action,
            object_kind="invitation",
            object_id=invitation.pk,
            details=details,
            organization_id=invitation.organization_id,
        )
