"""The second factor: codes of an authenticator app (RFC 6238) by allauth, recovery codes, and when it is asked for.

The product's own sessions carry it, so of allauth only storage and codes are used, none of its pages (ADR 8).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import UUID

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.adapter import DefaultMFAAdapter, get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.core import signing
from django.db import transaction
from django.utils import timezone

from accounts.access import Access
from accounts.domain.refusals import (
    AUTHENTICATOR_ENROLLED,
    AUTHENTICATOR_MISSING,
    SECOND_FACTOR_REQUIRED,
    SIGN_IN_TOO_LONG,
)
from accounts.domain.secrets import is_same, sha256_hex
from accounts.models import SignInSession, User
from accounts.selectors.access import access_to_own_account
from accounts.selectors.credentials import is_second_factor_on, is_second_factor_required_in
from accounts.selectors.organization import account_get_for
from accounts.services.audit.trail import audit_record
from accounts.services.keys.encryption import decrypt_text, encrypt_text
from accounts.services.mail.notices import Notice, account_notice_send
from accounts.services.sign_in.attempts import factor_check, factor_pauses, factor_was_right, factor_was_wrong
from accounts.services.sign_in.sessions import sessions_revoke_all
from idp_project.core.errors import Conflict, Forbidden, InvalidInput, NotSignedIn
from idp_project.core.reasons import define
from idp_project.core.translation import gettext_noop as _

PENDING_SECONDS = 300
_PENDING = "accounts.pending-sign-in"
_SECRET = re.compile("[A-Z2-7]{32}")  # as `generate_totp_secret` makes them: 160 bits


class WrongCode(InvalidInput):
    """Neither the app's present code nor an unused recovery code."""

    code = "wrong_code"
    default_message = define(
        "wrong_code", _("This code is not right. Codes change every half minute, and each one works once.")
    )


class SecondFactorAdapter(DefaultMFAAdapter):
    """`MFA_ADAPTER`: secrets are encrypted at rest."""

    def encrypt(self, text: str) -> str:
        return encrypt_text(text)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt_text(encrypted_text)


@dataclass(frozen=True)
class EnrollmentOffer:
    """What the app scans: `url` as text, `picture` as an SVG element drawn here."""

    secret: str
    url: str
    picture: str


def pending_sign_in(user: User) -> str:
    """Says, for five minutes, that this person's password was right; a new password ends it, and a pause of the factor.

    FactorPaused during one.
    """
    factor_check(user.pk)
    return signing.dumps([str(user.pk), _fingerprint(user)], salt=_PENDING)


def pending_sign_in_user(token: str) -> User:
    """Whose password was right; NotSignedIn for anything else."""
    try:
        user_id, fingerprint = signing.loads(token, salt=_PENDING, max_age=PENDING_SECONDS)
    except signing.BadSignature as error:
        raise NotSignedIn(SIGN_IN_TOO_LONG()) from error
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None or not is_same(fingerprint, _fingerprint(user)):
        raise NotSignedIn
    return user


def _fingerprint(user: User) -> str:
    return sha256_hex(f"{factor_pauses(user.pk)}:{user.password}")[:16]


def recovery_codes_left(user_id: UUID | None) -> int:
    """How many of them are unused."""
    row = Authenticator.objects.filter(user_id=user_id, type=Authenticator.Type.RECOVERY_CODES).first()
    return len(RecoveryCodes(row).get_unused_codes()) if row else 0


def second_factor_offer(user: User, secret: str | None = None) -> EnrollmentOffer:
    """A new secret to enrol, or the same one once more after a wrong code. Stores nothing."""
    secret = secret or totp.generate_totp_secret()
    url = get_adapter().build_totp_url(user, secret)
    picture = get_adapter().build_totp_svg(url)
    return EnrollmentOffer(secret, url, re.sub(r"^<\?xml.*?\?>\s*", "", picture))


def second_factor_enroll(user: User, secret: str, code: str) -> list[str]:
    """Turns the second factor on after a right code, and returns the recovery codes; WrongCode, Conflict if it is on.

    The caller has checked the password. The person is told by e-mail, as of every change below.
    """
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        if is_second_factor_on(user.pk):
            raise Conflict(AUTHENTICATOR_ENROLLED())
        counter = _counter_of(secret, code) if _SECRET.fullmatch(secret) else None
        if counter is None:
            raise WrongCode
        data = {"secret": encrypt_text(secret), "counter": counter}
        Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data=data)
        Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).delete()
        codes = RecoveryCodes.activate(user).generate_codes()
        _record(access_to_own_account(user), "second_factor_enrolled", user)
        account_notice_send(user.pk, Notice.FACTOR_ENROLLED)
    return codes


def second_factor_check(user: User, code: str) -> None:
    """Uses the code up, the app's or a recovery code; WrongCode for any other, and for one that was used before.

    Wrong ones in a row pause the factor: FactorPaused until that is over.
    """
    with transaction.atomic():
        rows = Authenticator.objects.select_for_update().filter(user=user)
        row = rows.filter(type=Authenticator.Type.TOTP).first()
        factor_check(
            user.pk
        )  # behind the lock: of several codes sent at once each is counted before the next is looked at
        counter = _counter_of(decrypt_text(row.data["secret"]), code) if row else None
        if row and counter is not None and counter > row.data.get("counter", 0):
            row.data["counter"], row.last_used_at = counter, timezone.now()
            row.save(update_fields=["data", "last_used_at"])
            factor_was_right(user.pk)
            return
        spare = rows.filter(type=Authenticator.Type.RECOVERY_CODES).first() if row else None
        if spare is None or not RecoveryCodes(spare).validate_code(code.replace(" ", "").replace("-", "")):
            factor_was_wrong(user.pk)
            raise WrongCode
        factor_was_right(user.pk)
        _record(access_to_own_account(user), "recovery_code_used", user)


def recovery_codes_renew(access: Access, user: User) -> list[str]:
    """New recovery codes in place of all earlier ones; the caller has checked a code."""
    with transaction.atomic():
        if not is_second_factor_on(user.pk):
            raise Conflict(AUTHENTICATOR_MISSING())
        Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).delete()
        codes = RecoveryCodes.activate(user).generate_codes()
        _record(access_to_own_account(user), "recovery_codes_renewed", user)
        account_notice_send(user.pk, Notice.CODES_RENEWED)
    return codes


def second_factor_remove(access: Access, user: User) -> None:
    """Turns one's own off, after a code was checked; Forbidden while one works in an organisation that requires it.

    Open sessions no longer count as opened with it, so that none enters an organisation that requires it.
    """
    if is_second_factor_required_in(access.organization_id, user):
        raise Forbidden(SECOND_FACTOR_REQUIRED())
    with transaction.atomic():
        Authenticator.objects.filter(user=user).delete()
        SignInSession.objects.filter(user=user).update(second_factor_at=None)
        _record(access_to_own_account(user), "second_factor_removed", user)
        account_notice_send(user.pk, Notice.FACTOR_REMOVED)


def second_factor_reset(access: Access, user_id: UUID) -> None:
    """For somebody who lost phone and recovery codes: off, and every session ends; they enrol again if it is required.

    For super admins, and org admins of the account's home.
    """
    user = account_get_for(access, user_id)
    with transaction.atomic():
        Authenticator.objects.filter(user=user).delete()
        sessions_revoke_all(user.pk, reason="second_factor_reset")
        _record(access, "second_factor_reset", user, username=user.username)
        account_notice_send(user.pk, Notice.FACTOR_RESET)


def _counter_of(secret: str, code: str) -> int | None:
    """The half minute that the code belongs to, if it is one of the present ones."""
    counters = list(totp.yield_hotp_counters_from_time())
    codes = [totp.format_hotp_value(totp.hotp_value(secret, counter)) for counter in counters]
    matches = [compare_user_code(actual=code, expected=expected) for expected in codes]
    return next((counter for counter, is_match in zip(counters, matches, strict=True) if is_match), None)


def _record(access: Access, action: str, user: User, **details: object) -> None:
    audit_record(access, action, object_kind="user", object_id=user.pk, details=details)
