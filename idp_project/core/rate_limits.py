"""Every limit of how often and how much at once, in one table. Pure data: `rate_counters.py` counts.

Each row is an environment variable, `LIMIT_` and its name in capitals: `LIMIT_SIGN_IN_ADDRESS=60/minute`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])
UNSAFE_METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_RATE = re.compile(r"[1-9][0-9]*/([1-9][0-9]* ?)?(second|minute|hour|day)s?")


class Scope(StrEnum):
    """Of what each has a count of its own. An address is an IPv4 address or the /64 of an IPv6 address."""

    ADDRESS = "address"
    ACCOUNT = "account"  # as it was typed, known or not
    DEVICE = "device"  # a browser that the account has signed in with, or an address
    PERSON = "person"
    ORGANIZATION = "organization"


@dataclass(frozen=True)
class RateLimit:
    """`rate` is `number/period`, such as `20/15 minutes`, over a moving window."""

    group: str
    scope: Scope
    rate: str
    counts: str

    @property
    def name(self) -> str:
        return f"{self.group}_{self.scope}"


@dataclass(frozen=True)
class Bound:
    """A number at once, a duration, or a size."""

    name: str
    most: int
    counts: str


_SIGN_IN = "passwords and codes sent, right or wrong: page, token endpoint, change of password"
_WRONG = "wrong passwords of an account"
RATE_LIMITS = (
    RateLimit("sign_in", Scope.ADDRESS, "60/minute", _SIGN_IN),
    RateLimit("wrong_password", Scope.ACCOUNT, "20/15 minutes", f"{_WRONG}, from devices and addresses new to it"),
    RateLimit("wrong_password", Scope.DEVICE, "10/15 minutes", f"{_WRONG}, from one device or address known to it"),
    RateLimit("reset", Scope.ADDRESS, "10/15 minutes", "password links asked for"),
    RateLimit("reset", Scope.ACCOUNT, "5/hour", "password links asked for, for one name or e-mail address"),
    RateLimit("link", Scope.ADDRESS, "60/15 minutes", "links of e-mails opened and answered"),
    RateLimit("token", Scope.ADDRESS, "300/minute", "refreshes of a machine's tokens"),
    RateLimit("questions", Scope.ADDRESS, "120/minute", "questions, by page and API"),
    RateLimit("questions", Scope.PERSON, "20/minute", "the same"),
    RateLimit("questions", Scope.ORGANIZATION, "120/minute", "the same"),
    RateLimit(
        "trials", Scope.ADDRESS, "240/minute", "drafts of document types tried, proposals and rehearsals asked for"
    ),
    RateLimit("trials", Scope.PERSON, "120/minute", "the same"),
    RateLimit("trials", Scope.ORGANIZATION, "240/minute", "the same"),
    RateLimit("uploads", Scope.ADDRESS, "3000/minute", "requests that bring files, or parts of files"),
    RateLimit("uploads", Scope.PERSON, "1200/minute", "the same"),
    RateLimit("uploads", Scope.ORGANIZATION, "6000/minute", "the same"),
    RateLimit("files", Scope.PERSON, "5000/hour", "files handed in"),
    RateLimit("files", Scope.ORGANIZATION, "20000/hour", "the same"),
    RateLimit("exports", Scope.ADDRESS, "60/minute", "exports of records and of the audit trail"),
    RateLimit("exports", Scope.PERSON, "20/minute", "the same"),
    RateLimit("exports", Scope.ORGANIZATION, "60/minute", "the same"),
    RateLimit("provider_tests", Scope.ADDRESS, "30/minute", "tests of AI providers and mail servers"),
    RateLimit("provider_tests", Scope.PERSON, "10/minute", "the same"),
    RateLimit("provider_tests", Scope.ORGANIZATION, "20/minute", "the same"),
)
BOUNDS = (
    Bound(
        "hashing_threads", 2, "passwords of strangers hashed at once, 46 MiB each; known devices have one more thread"
    ),
    Bound("hashing_waiting", 8, "passwords that wait for a thread, in each of the two lanes"),
    Bound("hashing_seconds", 10, "seconds that one waits and is hashed"),
    Bound("strangers_at_once", 8, "requests without a valid token at work at once"),
    Bound("strangers_waiting", 200, "further ones that wait for their turn, before any thread or connection is taken"),
    Bound("strangers_seconds", 10, "seconds that they wait"),
    Bound("keys_address", 2, "of them, requests of one address with API keys that were not found live lately"),
    Bound("people_at_once", 200, "requests of signed-in people, known devices and live API keys at work at once"),
    Bound("connections", 1000, "open connections of the web process, idle ones and sockets too"),
    Bound("connections_address", 200, "the same from one address; proxies in TRUSTED_PROXIES have no such bound"),
    Bound("header_seconds", 20, "seconds until the headers of a request are there, from connecting on"),
    Bound("bodies_person", 4, "bodies above 2.5 MiB that one person or key sends at once"),
    Bound("bodies_address", 16, "the same from one address"),
    Bound("bodies_strangers", 16, "bodies above 64 KiB of strangers at once"),
    Bound("body_rate", 16384, "bytes a second of a body, at least"),
    Bound("body_window", 15, "seconds of waiting for the sender, over which that is the average"),
    Bound("body_seconds", 3600, "seconds that a body may take"),
    Bound("stranger_body_seconds", 30, "seconds that a stranger's body may take"),
    Bound("factor_wrong", 5, "wrong codes in a row that pause the second factor for a minute, then 2, 4 … up to 60"),
    Bound("provider_tests_at_once", 1, "tests of AI providers and mail servers at once in an organisation"),
    Bound("questions_at_once_person", 3, "questions of a person at once"),
    Bound("questions_at_once_organization", 12, "questions of an organisation at once"),
)


def setting_of(name: str) -> str:
    """The environment variable of a row."""
    return f"LIMIT_{name.upper()}"


def rates_from(environment: Mapping[str, str]) -> dict[str, str]:
    """{name: rate}, the environment's before the table's. ValueError names a rate that cannot be read."""
    rates = {limit.name: environment.get(setting_of(limit.name), "").strip() or limit.rate for limit in RATE_LIMITS}
    for name, rate in rates.items():
        if not _RATE.fullmatch(rate):
            raise ValueError(f"{setting_of(name)} is “{rate}”; write it as 30/minute or 20/15 minutes.")
    return rates


def bounds_from(environment: Mapping[str, str]) -> dict[str, int]:
    """{name: number}, in the same way."""
    return {bound.name: _number(setting_of(bound.name), environment, bound.most) for bound in BOUNDS}


def scopes_of(group: str) -> list[Scope]:
    """Returns what a group of requests is counted by."""
    return [limit.scope for limit in RATE_LIMITS if limit.group == group]


def limited(group: str, methods: Collection[str] = UNSAFE_METHODS) -> Callable[[View], View]:
    """Marks a view whose requests by these methods are counted; `RequestRateMiddleware` counts them before the view runs."""
    if not scopes_of(group):
        raise ValueError(f"There is no limit called {group}.")

    def mark(view: View) -> View:
        view.rate_group, view.rate_methods = group, frozenset(methods)  # type: ignore[attr-defined]
        return view

    return mark


def _number(setting: str, environment: Mapping[str, str], default: int) -> int:
    text = environment.get(setting, "").strip()
    if text and not (text.isascii() and text.isdecimal() and int(text)):
        raise ValueError(f"{setting} is “{text}”; it must be a whole number above 0.")
    return int(text) if text else default
