"""What an organisation requires of those who sign in, and of whom it invites."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

SESSION_HOURS = range(1, 13)
IDLE_MINUTES = range(5, 721)
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


@dataclass(frozen=True)
class SecurityRules:
    """None: the system's own limit (twelve hours; no limit while idle). No `email_domains`: any may be invited."""

    is_second_factor_required: bool = False
    session_hours: int | None = None
    idle_minutes: int | None = None
    email_domains: tuple[str, ...] = ()


@dataclass(frozen=True)
class SessionLimits:
    """What holds for a session: the rules of the organisation it works in."""

    hours: int | None = None
    idle_minutes: int | None = None


def email_domains_of(text: str) -> tuple[str, ...]:
    """The domains named in a text, separated by anything. Raises ValueError with the first that is not valid."""
    names = [name.removeprefix("@").lower() for name in re.split(r"[\s,;]+", text.strip()) if name]
    for name in names:
        if len(name) > 253 or not _DOMAIN.fullmatch(name):
            raise ValueError(name)
    return tuple(dict.fromkeys(names))


def is_email_allowed(email: str, domains: Iterable[str]) -> bool:
    """Whether the address is of one of the domains itself (not of one below it); of none named, every one is."""
    allowed = set(domains)
    return not allowed or email.rpartition("@")[2].lower() in allowed
