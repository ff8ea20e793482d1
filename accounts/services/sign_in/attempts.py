"""Tries of passwords and codes, counted by account: from however many addresses, and without locking the owner out.

A password: strangers share one count for each account; a device or address that the account has signed in from has a
count of its own. A code: this many wrong ones in a row pause the factor, each time for longer.

An account has one count, by whatever user name, address or spelling it is tried.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from axes.utils import reset as forget_failures
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import SignInSession, User
from accounts.services.sign_in.known_devices import KnownDevice
from idp_project.core import rate_counters
from idp_project.core.client_addresses import UNKNOWN, counted_address
from idp_project.core.errors import TooManyRequests
from idp_project.core.reasons import define
from idp_project.core.translation import gettext_noop as _

_ACCOUNT, _DEVICE, _FACTOR = "wrong_password_account", "wrong_password_device", "factor_wrong"
_KNOWN_FOR = timedelta(days=30)  # an address, after a session was opened from it
_NOBODY = UUID(int=0)
_FIRST_PAUSE, _LONGEST_PAUSE = 60, 3600  # seconds


class FactorPaused(TooManyRequests):
    """Too many wrong codes in a row: none is looked at for a while, and a sign-in under way has ended."""

    code = "second_factor_paused"
    what = define("second_factor_paused", _("Too many wrong codes in a row."))


@dataclass(frozen=True)
class Claimed:
    """Whom a sign-in claims to be. `counted_as` is the account's id, else the name."""

    counted_as: str
    user: User | None = None


def claimed_account(typed: str) -> Claimed:
    """The account that this name or address opens, active or not. One query, whether or not there is one."""
    try:
        user = User.objects.get_by_natural_key(typed)
    except User.DoesNotExist:
        return Claimed(counted_name(typed))
    return Claimed(str(user.pk), user)


def counted_name(typed: str) -> str:
    """One text for the spellings of a name that nobody has."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", typed).casefold()).strip()


def password_attempt(claimed: Claimed, *, address: str, device: KnownDevice | None) -> None:
    """Counts a try before the password is looked at; TooManyRequests where its count is used up.

    `address` is the client's.
    """
    if device:
        rate_counters.count(_DEVICE, device.user_id, device.device_id)
        return
    try:
        rate_counters.count(_ACCOUNT, claimed.counted_as)
    except TooManyRequests:
        if not _has_signed_in_from(claimed.user, address):
            raise
        rate_counters.count(_DEVICE, claimed.counted_as, counted_address(address))


def password_was_right(claimed: Claimed, *, address: str, device: KnownDevice | None) -> None:
    """Forgets the tries that were counted."""
    if device:
        rate_counters.forget(_DEVICE, device.user_id, device.device_id)
    rate_counters.forget(_ACCOUNT, claimed.counted_as)
    rate_counters.forget(_DEVICE, claimed.counted_as, counted_address(address))


def password_attempts_forget(username: str) -> None:
    """Strangers' tries of the account with this very user name, after its password was set."""
    if user_id := User.objects.filter(username=username).values_list("pk", flat=True).first():
        rate_counters.forget(_ACCOUNT, user_id)
    forget_failures(username=username.lower())  # as the form hands it on


def factor_check(user_id: UUID) -> None:
    """FactorPaused while no code of this account is looked at."""
    if seconds := rate_counters.paused_seconds(_FACTOR, user_id):
        raise FactorPaused(retry_after=seconds)


def factor_was_wrong(user_id: UUID) -> None:
    """Counts a wrong code; every fifth in a row begins a pause. The caller holds the lock on the account's factor."""
    wrong, most = rate_counters.streak_add(_FACTOR, user_id), settings.BOUNDS[_FACTOR]
    if wrong % most == 0:
        exponent = min(wrong // most - 1, 10)
        rate_counters.pause(_FACTOR, user_id, seconds=min(_FIRST_PAUSE * 2**exponent, _LONGEST_PAUSE))


def factor_was_right(user_id: UUID) -> None:
    """The next wrong code is the first again."""
    rate_counters.streak_end(_FACTOR, user_id)


def factor_pauses(user_id: UUID) -> int:
    """How many pauses there were in a row: a sign-in that waits for a code holds for one number only."""
    return rate_counters.streak(_FACTOR, user_id) // settings.BOUNDS[_FACTOR]


def counted_address_of(request: HttpRequest) -> str | None:
    """For django-axes, which counts names by address: of IPv6 it gets the /64."""
    address = counted_address(request.META.get("REMOTE_ADDR"))
    return None if address == UNKNOWN else address


def is_counted_elsewhere(request: Any, credentials: Any = None) -> bool:
    """For django-axes: a known device is not locked out because of others at its address."""
    return getattr(request, "known_device", None) is not None


def _has_signed_in_from(user: User | None, address: str) -> bool:
    """For IPv6 the very address, not its /64: an address that changed is a new one. Asked for nobody, too."""
    recent = SignInSession.objects.filter(created_at__gt=timezone.now() - _KNOWN_FOR)
    return (
        counted_address(address) != UNKNOWN and recent.filter(user_id=user.pk if user else _NOBODY, ip=address).exists()
    )
