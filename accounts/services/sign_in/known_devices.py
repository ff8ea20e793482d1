"""Browsers that an account has signed in with: strangers who try passwords neither hold them up nor lock them out."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core import signing

from accounts.domain.secrets import is_same, sha256_hex
from accounts.models import User

_SALT = "accounts.known-device"


@dataclass(frozen=True)
class KnownDevice:
    """Of one account."""

    user_id: UUID
    device_id: str


def device_token(user: User) -> str:
    """What the browser keeps: account, a name for the device, and a trace of the password, which a new one ends."""
    return signing.dumps([user.pk.hex, secrets.token_hex(8), _trace_of(user)], salt=_SALT)


def is_device_token(token: str) -> bool:
    """Whether we made it, and not too long ago. No database: whether it still holds, `known_device` says."""
    return _read(token) is not None


def known_device(tokens: Iterable[str], user: User | None) -> KnownDevice | None:
    """The device, if one of the tokens is of this account, however it was named, and its password has not
    changed since."""
    if user is None or not user.is_active:
        return None
    for token in tokens:
        if (found := _read(token)) is None:
            continue
        user_id, device_id, trace = found
        if user_id == user.pk.hex and is_same(trace, _trace_of(user)):
            return KnownDevice(user.pk, device_id)
    return None


def _read(token: str) -> tuple[str, str, str] | None:
    try:
        user_id, device_id, trace = signing.loads(token, salt=_SALT, max_age=settings.KNOWN_DEVICE_LIFETIME)
    except (signing.BadSignature, ValueError):
        return None
    return user_id, device_id, trace


def _trace_of(user: User) -> str:
    return sha256_hex(f"device:{user.password}")[:16]
