"""Inviting people by e-mail. The link carries its token behind the `#`: browsers send that to no server, so no log has it.

The link goes by the system's mail server or, from a super admin, by hand. Who invites never sees it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
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
from accounts.domain.refusals import (
    ACCOUNT_DEACTIVATED,
    ADDRESS_SPECIAL_LETTERS,
    INVITATION_CLOSED,
    MEMBER_ALREADY,
    NOT_AN_ADDRESS,
    PASSWORD_MISSING,
)
from accounts.domain.roles import Permission, Role
from accounts.domain.secrets import sha256_hex
from accounts.models import Invitation, Membership, Organization, User
from accounts.selectors.access import access_resolve, organization_get_for
from accounts.selectors.credentials import invitation_get_for
from accounts.services.audit.trail import audit_at_end, audit_record
from accounts.services.mail.account_mail import MailFailed, account_mail_send
from accounts.services.people.addresses import account_start_again, address_lock, address_prove, others_start_again
from accounts.services.people.people import (
    account_insert,
    check_place,
    membership_give,
    name_at_home,
    set_checked_password,
)
from accounts.services.settings.security import check_email_allowed
from accounts.services.sign_in.api_keys import scope_of
from idp_project.core.errors import Conflict, Forbidden, InvalidInput
from idp_project.core.reasons import define
from idp_project.core.regional import Regional, RegionalChoice, regional_current, regional_of
from idp_project.core.tenancy import organization_scope, system_scope
from idp_project.core.translation import gettext_noop as _


class BadInvitation(Forbidden):
    """Unknown, used, revoked, expired, or for a super admin: the answer is the same."""

    code = "bad_invitation"
    default_message = define("bad_invitation", _("This invitation is used up or too old. Please ask for a new one."))


class SignInFirst(Forbidden):
    """The invited address belongs to an account, which accepts only while it is signed in."""

    code = "sign_in_first"
    default_message = define("sign_in_first", _("Please sign in with the account that was invited, then accept."))


class Acceptance(StrEnum):
    """How an invitation is accepted."""

    BY_ACCOUNT = "by_account"  # the account signs in
    BY_PASSWORD = "by_password"  # noqa: S105 - the person chooses a password, for a new account or one that starts again


@dataclass(frozen=True)
class InvitationSent:
    """The link is in the e-mail only. Where that was not taken, a super admin can make one to hand over."""

    invitation: Invitation
    is_mailed: bool


@dataclass(frozen=True)
class InvitationOffer:
    """What the invited person reads. `account_id`: who has to be signed in to accept, where an account accepts."""

    organization_name: str
    email: str
    display_name: str
    role: Role
    acceptance: Acceptance
    account_id: UUID | None


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
    person is in that place already. What comes back does not depend on whether there is an account elsewhere.
    Waits for the mail server: call it from a view that opens its own scopes.
    """
    organization = organization_get_for(access, organization_id, Permission.MANAGE_ORGANIZATION)
    role, email = Role(role), _address(email)
    check_place(access, role, organization_id, team_id, may_download=may_download)
    check_email_allowed(organization_id, email)
    place = {"organization_id": organization_id, "team_id": team_id}
    if Membership.objects.filter(user__email__iexact=email, **place).exists():
        raise Conflict(MEMBER_ALREADY())
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
    context = {"invitation": invitation, "organization": organization, "inviter": access.display_name}
    try:
        account_mail_send(
            to=email,
            template="invitation",
            regional=_regional_of(organization),
            context={**context, "link": _link(token)},
        )
    except MailFailed:
        return InvitationSent(invitation, is_mailed=False)
    with organization_scope(organization_id):
        mailed = Invitation.objects.filter(
            pk=invitation.pk, token_hash=sha256_hex(token)
        )  # not a link handed over since
        mailed.update(mailed_at=Now())
    return InvitationSent(invitation, is_mailed=True)


def _regional_of(organization: Organization) -> Regional:
    """Somebody without an account gets the organisation's language, else that of the person who invites."""
    present = regional_current()
    return regional_of(
        organization.regional_choice, RegionalChoice(present.language, present.locale, present.time_zone)
    )


def invitation_link_hand_over(access: Access, invitation_id: UUID) -> str:
    """For super admins: a new link of an open invitation, to hand over in person; the earlier one ends.

    It is known now and never again, and proves no address. Conflict if the invitation is no longer open.
    """
    if not access.is_super:
        raise Forbidden
    token = secrets.token_urlsafe(32)
    with system_scope("super admin hands a link over"):
        invitation = invitation_get_for(access, invitation_id)
        rows = Invitation.objects.filter(pk=invitation.pk, accepted_at__isnull=True, revoked_at__isnull=True)
        expires_at = timezone.now() + settings.INVITATION_LIFETIME
        if not rows.update(token_hash=sha256_hex(token), mailed_at=None, expires_at=expires_at):
            raise Conflict(INVITATION_CLOSED())
        _record(access, "invitation_link_shown", invitation, email=invitation.email)
    return _link(token)


def invitation_revoke(access: Access, invitation_id: UUID) -> None:
    """For org admins: the link stops working. Conflict if it was used already."""
    with scope_of(access):
        invitation = invitation_get_for(access, invitation_id)
        open_ones = _open_ones(invitation.organization_id, invitation.email)
        if not open_ones.filter(pk=invitation.pk).update(revoked_at=Now()):
            raise Conflict(INVITATION_CLOSED())
        _record(access, "invitation_revoked", invitation, email=invitation.email)


def invitation_open(token: str) -> InvitationOffer:
    """What the link offers; BadInvitation unless it may still be accepted. Changes nothing."""
    with system_scope("invitation by its token"):
        invitation = _by_token(token)
        acceptance, account = _invited(invitation)
        return InvitationOffer(
            invitation.organization.name,
            invitation.email,
            invitation.display_name,
            Role(invitation.role),
            acceptance,
            account.pk if account and acceptance is Acceptance.BY_ACCOUNT else None,
        )


def invitation_accept(token: str, *, asker: Access | None = None, password: str = "", display_name: str = "") -> User:
    """Gives the role; works once. `asker` is who is signed in.

    1. An account with that address, proven, or stated at home in the organisation that invites, accepts while it is
    signed in; SignInFirst for everybody else. 2. If the link was mailed, an account at home there that only states the
    address starts again from nothing, as its owner's. 3. Else a new account is made, at home in the organisation that
    invites; where the link was mailed, other accounts that state the address start again, without a password.

    No account's home changes. BadInvitation also if the person who invited may no longer give that role, InvalidInput for
    a weak password.
    """
    with system_scope("invitation by its token"), audit_at_end():  # the chains of several homes, in one order
        invitation = _by_token(token, is_locked=True)
        address_lock(invitation.email)
        inviter = _inviter(invitation)
        acceptance, account = _invited(invitation)
        if acceptance is Acceptance.BY_PASSWORD:
            account = _by_password(inviter, invitation, account, password, display_name.strip())
        elif account is None or asker is None or asker.session_id is None or asker.user_id != account.pk:
            raise SignInFirst
        if inviter.user_id == account.pk:  # nobody changes their own role
            raise BadInvitation
        try:
            organization_id, team_id = invitation.organization_id, invitation.team_id
            held: dict[str, Any] = {"role": Role(invitation.role), "may_download": invitation.may_download}
            check_place(inviter, organization_id=organization_id, team_id=team_id, **held)
            membership_give(inviter, account, organization_id=organization_id, team_id=team_id, **held)
        except Forbidden as error:
            raise BadInvitation from error
        Invitation.objects.filter(pk=invitation.pk).update(accepted_at=Now())
        accepted = access_resolve(account, None, organization_id=invitation.organization_id)
        _record(accepted, "invitation_accepted", invitation, email=invitation.email)
    return account


def _invited(invitation: Invitation) -> tuple[Acceptance, User | None]:
    """How the invitation is accepted, and the account that accepts or starts again.

    BadInvitation for super admins, and for an account that the organisation itself has deactivated.
    """
    stated = User.objects.stating(invitation.email)
    if stated.filter(is_superuser=True).exists():
        raise BadInvitation
    if proven := stated.filter(email_proven_at__isnull=False).first():
        return Acceptance.BY_ACCOUNT, proven
    at_home = stated.filter(home_organization_id=invitation.organization_id).first()
    if at_home and not at_home.is_active:
        raise BadInvitation(ACCOUNT_DEACTIVATED())
    is_signed_in = at_home is not None and not invitation.mailed_at
    return (Acceptance.BY_ACCOUNT if is_signed_in else Acceptance.BY_PASSWORD), at_home


def _by_password(
    inviter: Access, invitation: Invitation, account: User | None, password: str, display_name: str
) -> User:
    """A new account, or the given one started again; a mailed link proves its address and ends what opens others."""
    if not password:
        raise InvalidInput(PASSWORD_MISSING(), code="weak_password")
    name = display_name or invitation.display_name
    if account is None:
        account = User(username=_free_name(invitation), email=invitation.email, display_name=name)
        account.home_organization = invitation.organization
        set_checked_password(account, password)
        account_insert(inviter, account)
        if invitation.mailed_at:
            others_start_again(account)
    else:
        account = User.objects.select_for_update(of=("self",)).get(pk=account.pk)
        set_checked_password(account, password)
        account.display_name = name or account.display_name
        account_start_again(account)
    if invitation.mailed_at:
        address_prove(account, although_stated=True)
    return account


def _free_name(invitation: Invitation) -> str:
    """The address where a mailed link has proven it, else a name of the organisation; with a number if it is taken."""
    address = invitation.email.lower()
    at_home = name_at_home(invitation.organization, address)
    for name in (address, at_home) if invitation.mailed_at else (at_home,):
        if not User.objects.filter(username__iexact=name).exists():
            return name
    return name_at_home(invitation.organization, f"{address}-{secrets.token_hex(4)}")


def _link(token: str) -> str:
    return f"{settings.PUBLIC_URL}{reverse('accounts:invitation')}#{token}"


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
    if not email.isascii():  # letters that look alike, or are alike in upper case, are other mailboxes
        raise InvalidInput(ADDRESS_SPECIAL_LETTERS())
    try:
        validate_email(email)
    except ValidationError as error:
        raise InvalidInput(NOT_AN_ADDRESS()) from error
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
