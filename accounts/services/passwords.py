"""Choosing a new password: by the present one, or by a link that was e-mailed. Django's tokens: single use, an hour."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from axes.utils import reset as forget_failures
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.access import Access
from accounts.models import User
from accounts.selectors import access_resolve, organization_default_for, person_get_for
from accounts.services.attempts import password_attempts_forget
from accounts.services.audit import audit_record
from accounts.services.mail import mail_send
from accounts.services.people import set_checked_password
from accounts.services.sessions import sessions_revoke_all
from idp_project.core.enqueue import enqueue
from idp_project.core.errors import Forbidden, InvalidInput, NotFound
from idp_project.core.job_names import JobName

MAIL_EVERY = timedelta(minutes=2)


class BadResetLink(Forbidden):
    """Unknown, used or too old."""

    code = "bad_reset_link"
    default_message = "This link is used up or too old. Please ask for a new one."


def password_reset_request(address: str) -> None:
    """Has a worker e-mail a link, at most every two minutes, if an active person has this address or user name.

    What happens does not show: the answer is the same, and so is the time it takes.
    """
    wanted = address.strip()
    user = User.objects.filter(Q(email__iexact=wanted) | Q(username__iexact=wanted), is_active=True).first()
    if user and user.email:
        _reset_request(user)


def password_reset_send(access: Access, user_id: UUID) -> None:
    """The same for somebody else: for org admins, of people in their organisation. InvalidInput without an address."""
    if not access.is_super:
        person_get_for(access, user_id)
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        raise NotFound
    if not user.email:
        raise InvalidInput("This person has no e-mail address.")
    _reset_request(user)
    audit_record(access, "password_reset_sent", object_kind="user", object_id=user.pk)


def reset_link_mail(user_id: UUID, organization_id: UUID) -> None:
    """The worker's part: sends the link by the organisation's e-mail, unless one was sent just now."""
    due = Q(password_mail_at__isnull=True) | Q(password_mail_at__lt=timezone.now() - MAIL_EVERY)
    if not User.objects.filter(due, pk=user_id, is_active=True).update(password_mail_at=timezone.now()):
        return
    user = User.objects.get(pk=user_id)
    token = f"{user.pk.hex}.{default_token_generator.make_token(user)}"
    link = f"{settings.PUBLIC_URL}{reverse('accounts:password_reset')}#{token}"
    mail_send(organization_id, to=user.email, template="password_reset", context={"user": user, "link": link})


def password_reset_owner(token: str) -> User:
    """Whose password the link changes; BadResetLink unless it still can."""
    key, _, mac = token.partition(".")
    try:
        user = User.objects.filter(pk=UUID(hex=key), is_active=True).first()
    except (ValueError, ValidationError) as error:
        raise BadResetLink from error
    if user is None or not default_token_generator.check_token(user, mac):
        raise BadResetLink
    return user


def password_reset_complete(token: str, password: str) -> None:
    """Sets the password, ends every session and forgets failed attempts; the link is used up by that.

    The second factor stays as it is. InvalidInput for a weak password, which leaves the link usable.
    """
    with transaction.atomic():
        user = password_reset_owner(token)
        user = User.objects.select_for_update().get(pk=user.pk)
        password_reset_owner(token)  # once more, under the lock: of two who open the link at once, one is late
        _set(user, password, "password_reset", access_resolve(user, None))
    forget_failures(username=user.username)
    forget_failures(username=user.email.lower())
    password_attempts_forget(user.username)


def password_change(access: Access, password: str) -> None:
    """One's own, after the present one was checked; ends every session, the present one too."""
    if access.user_id is None:
        raise NotFound
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=access.user_id)
        _set(user, password, "password_changed", access)


def _set(user: User, password: str, action: str, access: Access | None) -> None:
    set_checked_password(user, password)
    user.save(update_fields=["password"])
    sessions_revoke_all(user.pk, reason=action)
    audit_record(access, action, object_kind="user", object_id=user.pk)


def _reset_request(user: User) -> None:
    organization_id = organization_default_for(user)
    if organization_id:
        enqueue(JobName.RESET_LINK_MAIL, organization_id=organization_id, user_id=user.pk)
