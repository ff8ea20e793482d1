"""Tries of passwords and codes, counted by account: from however many addresses, and without locking the owner out.

A password: strangers share one count for each account; a device or address that the account has signed in from has a
count of its own. A code: so many wrong ones in a row pause the factor, each time for longer.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import SignInSession
from accounts.services.known_devices import KnownDevice
from idp_project.core import rate_counters
from idp_project.core.client_addresses import UNKNOWN, counted_address
from idp_project.core.errors import TooManyRequests

_ACCOUNT, _DEVICE, _FACTOR = "wrong_password_account", "wrong_password_device", "factor_wrong"
_KNOWN_FOR = timedelta(days=30)  # an address, after a session was opened from it
_FIRST_PAUSE, _LONGEST_PAUSE = 60, 3600  # seconds


class FactorPaused(TooManyRequests):
    """Too many wrong codes in a row: none is looked at for a while, and a sign-in under way has ended."""

    code = "second_factor_paused"
    what = "Too many wrong codes in a row."


def password_attempt(username: str, *, address: str, device: KnownDevice | None) -> None:
    """Counts a try before the password is looked at; TooManyRequests where its count is used up.

    `username` is as it was typed, whether or not there is such an account; `address` is the client's.
    """
    if device:
        rate_counters.count(_DEVICE, device.user_id, device.device_id)
        return
    try:
        rate_counters.count(_ACCOUNT, username)
    except TooManyRequests:
        if not _has_signed_in_from(username, address):
            raise
        rate_counters.count(_DEVICE, username, counted_address(address))


def password_was_right(username: str, *, address: str, device: KnownDevice | None) -> None:
    """Forgets the tries that were counted."""
    if device:
        rate_counters.forget(_DEVICE, device.user_id, device.device_id)
    password_attempts_forget(username)
    rate_counters.forget(_DEVICE, username, counted_address(address))


def password_attempts_forget(username: str) -> None:
    """Strangers' tries: after the password was changed, or was right."""
    rate_counters.forget(_ACCOUNT, username)


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


def _has_signed_in_from(username: str, address: str) -> bool:
    """For IPv6 the very address, not its /64: an address that changed is a new one."""
    recent = SignInSession.objects.filter(created_at__gt=timezone.now() - _KNOWN_FOR)
    return counted_address(address) != UNKNOWN and recent.filter(user__username=username, ip=address).exists()
