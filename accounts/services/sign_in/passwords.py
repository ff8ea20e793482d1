"""Choosing a new password: by the present one, or by a link that works once, within an hour.

A link mailed to prove the address proves it. One for a forgotten password does so only where no other account states the
address; one that a super admin hands over in person never. They are Django's tokens under different salts, so that none
passes for another.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from axes.utils import reset as forget_failures
from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Case, Q, Value, When
from django.urls import reverse
from django.utils import timezone

from accounts.access import Access
from accounts.domain.refusals import (
    ACCOUNT_WITHOUT_ADDRESS,
    NO_MAIL_FOR_LINK,
    NO_MAIL_FOR_PROOF,
    PERSON_WITHOUT_ADDRESS,
)
from accounts.models import User
from accounts.selectors.access import access_to_own_account
from accounts.selectors.organization import account_get_for
from accounts.services.audit.trail import audit_record
from accounts.services.mail.account_mail import account_mail_send, has_system_mail
from accounts.services.mail.notices import NO_ORGANIZATION_ID
from accounts.services.people.addresses import address_lock, address_prove
from accounts.services.people.people import set_checked_password
from accounts.services.sign_in.attempts import password_attempts_forget
from accounts.services.sign_in.revocation import credentials_revoke_all
from idp_project.core.enqueue import enqueue
from idp_project.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from idp_project.core.job_names import JobName
from idp_project.core.reasons import define
from idp_project.core.translation import gettext_noop as _

MAIL_EVERY = timedelta(minutes=2)
_MOST_ACCOUNTS = 5  # that state one address, unproven


class BadResetLink(Forbidden):
    """Unknown, used or too old."""

    code = "bad_reset_link"
    default_message = define("bad_reset_link", _("This link is used up or too old. Please ask for a new one."))


class _MailedLinks(PasswordResetTokenGenerator):
    key_salt = "accounts.passwords.mailed"


class _ProofLinks(PasswordResetTokenGenerator):
    key_salt = "accounts.passwords.proof"


class _PersonalLinks(PasswordResetTokenGenerator):
    key_salt = "accounts.passwords.handed"


_MAILED, _PROOF, _PERSONAL = _MailedLinks(), _ProofLinks(), _PersonalLinks()


def password_reset_request(address: str) -> None:
    """Has a worker e-mail a link, at most every two minutes, to active people of this address or user name.

    The answer and the work are the same for unknown people: a job is enqueued in any case, and all else is the
    worker's. An address that several accounts state unproven gets a link for each.
    """
    wanted = address.strip().lower()
    nobody = uuid5(NAMESPACE_URL, wanted)
    named, proven = Q(username__iexact=wanted), Q(email_proven_at__isnull=False)
    rank = Case(When(named, then=Value(0)), When(proven, then=Value(1)), default=Value(2))
    stated = Q(pk__in=User.objects.stating(wanted).values("pk"))
    found = User.objects.filter(stated | named, is_active=True).order_by(rank, "date_joined")
    ids = list(found.values_list("pk", flat=True)[:_MOST_ACCOUNTS]) or [nobody]
    enqueue(JobName.RESET_LINK_MAIL, organization_id=NO_ORGANIZATION_ID, request_id=nobody, user_ids=ids)


def password_reset_send(access: Access, user_id: UUID) -> None:
    """The same for somebody else: for org admins of the account's home, and super admins.

    InvalidInput without an address, Conflict without a system mail server.
    """
    user = account_get_for(access, user_id)
    if not user.is_active:
        raise NotFound
    if not user.email:
        raise InvalidInput(PERSON_WITHOUT_ADDRESS())
    if not has_system_mail():
        raise Conflict(NO_MAIL_FOR_LINK(), code="no_system_mail")
    enqueue(JobName.RESET_LINK_MAIL, organization_id=NO_ORGANIZATION_ID, request_id=user.pk, user_ids=[user.pk])
    audit_record(access, "password_reset_sent", object_kind="user", object_id=user.pk)


def address_proof_request(access: Access) -> None:
    """E-mails oneself a link to choose a new password by, which proves the address.

    A new password, because an unproven account may have got its present one from somebody else. Other accounts may
    state the address, and go on doing so. InvalidInput without an address, Conflict without a system mail server.
    """
    user = User.objects.filter(pk=access.user_id).first() if access.user_id else None
    if user is None or not user.email:
        raise InvalidInput(ACCOUNT_WITHOUT_ADDRESS())
    if not has_system_mail():
        raise Conflict(NO_MAIL_FOR_PROOF(), code="no_system_mail")
    enqueue(
        JobName.RESET_LINK_MAIL,
        organization_id=NO_ORGANIZATION_ID,
        request_id=uuid5(user.pk, "proof"),
        user_ids=[],
        proof_ids=[user.pk],
    )


def password_link_hand_over(access: Access, user_id: UUID) -> str:
    """A link for a super admin to hand over in person; it is known now and never again, and proves no address."""
    if not access.is_super:
        raise Forbidden
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        raise NotFound
    audit_record(access, "password_link_shown", object_kind="user", object_id=user.pk, details={"name": user.username})
    return _link(user, _PERSONAL)


def reset_link_mail(user_id: UUID, *, is_proof: bool = False) -> None:
    """The worker's part: sends the link by the system's server, unless one was sent just now.

    The mail names the account and its home: its reader may have several, or have been given one by a stranger.
    """
    if not has_system_mail():
        return
    due = Q(password_mail_at__isnull=True) | Q(password_mail_at__lt=timezone.now() - MAIL_EVERY)
    rows = User.objects.filter(due, pk=user_id, is_active=True).exclude(email="")
    if not rows.update(password_mail_at=timezone.now()):
        return
    user = User.objects.select_related("home_organization").get(pk=user_id)
    context = {"user": user, "home": user.home_organization, "link": _link(user, _PROOF if is_proof else _MAILED)}
    template = "address_proof" if is_proof else "password_reset"
    account_mail_send(to=user.email, template=template, regional=user.regional, context=context)


def password_reset_owner(token: str) -> User:
    """Whose password the link changes; BadResetLink unless it still can."""
    key, _, mac = token.partition(".")
    try:
        user = User.objects.filter(pk=UUID(hex=key), is_active=True).first()
    except (ValueError, ValidationError) as error:
        raise BadResetLink from error
    if user is None or not any(links.check_token(user, mac) for links in (_MAILED, _PROOF, _PERSONAL)):
        raise BadResetLink
    return user


def password_reset_complete(token: str, password: str) -> None:
    """Sets the password, ends every session and API key and forgets failed attempts; the link is used up by that.

    A link mailed to prove the address does that as well; another mailed one only where no other account states it. The
    second factor stays as it is. InvalidInput for a weak password, which leaves the link usable.
    """
    mac = token.partition(".")[2]
    with transaction.atomic():
        user = password_reset_owner(token)
        address_lock(user.email)
        user = User.objects.select_for_update().get(pk=user.pk)
        password_reset_owner(token)  # once more, under the lock: of two who open the link at once, one is late
        is_proof, is_mailed = _PROOF.check_token(user, mac), _MAILED.check_token(user, mac)
        _set(user, password, "password_reset", access_to_own_account(user))
        if is_proof or is_mailed:
            address_prove(user, although_stated=is_proof)
    forget_failures(username=user.username)
    if user.email_proven_at:  # otherwise they may be tries of somebody else's account
        forget_failures(username=user.email.lower())
    password_attempts_forget(user.username)


def password_change(access: Access, password: str) -> None:
    """One's own, after the present one was checked; ends every session, the present one too, and every API key."""
    if access.user_id is None:
        raise NotFound
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=access.user_id)
        _set(user, password, "password_changed", access_to_own_account(user))


def _set(user: User, password: str, action: str, access: Access) -> None:
    set_checked_password(user, password)
    user.save(update_fields=["password"])
    credentials_revoke_all(user.pk, reason=action)
    audit_record(access, action, object_kind="user", object_id=user.pk)


def _link(user: User, links: PasswordResetTokenGenerator) -> str:
    return f"{settings.PUBLIC_URL}{reverse('accounts:password_reset')}#{user.pk.hex}.{links.make_token(user)}"
