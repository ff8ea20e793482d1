"""Who seems to send a request, judged by signatures alone before anything of it is read. What they may do is asked later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from asgiref.sync import sync_to_async
from django.db import connections
from django.http import parse_cookie

from accounts.services.sign_in.api_keys import KEY_MARK, api_key_identify, api_key_is_familiar
from accounts.services.sign_in.known_devices import is_device_token
from accounts.tokens import ACCESS, cookie_name, device_tokens_of, signed_subject
from idp_project.core.client_addresses import counted_address
from idp_project.web.trailing_slash import API_PREFIX

_BEARER = "Bearer "


class Kind(StrEnum):
    """`KEY` has the shape of an API key, which only the database can tell from a made-up one."""

    PERSON = "person"
    KNOWN_DEVICE = "known_device"
    KEY = "key"
    STRANGER = "stranger"


@dataclass(frozen=True)
class Visitor:
    """`name` is the person's or the key's, empty for others; `address` is counted by limits.

    `is_familiar`: a key that this process found live a short time ago.
    """

    kind: Kind
    address: str
    name: str = ""
    is_familiar: bool = False


def visitor_of(scope: Mapping[str, Any], headers: Mapping[bytes, bytes]) -> Visitor:
    """Tells the visitor by cookie, or under the API by bearer token, as the access middleware reads them; a bearer wins."""
    address = counted_address((scope.get("client") or [""])[0])
    bearer = headers.get(b"authorization", b"").decode("latin1")
    if bearer.startswith(_BEARER) and scope["path"].startswith(API_PREFIX):
        token = bearer.removeprefix(_BEARER).strip()
        if token.startswith(KEY_MARK):
            return Visitor(Kind.KEY, address, token, api_key_is_familiar(token))
        return _of_subject(signed_subject(token), address)
    cookies = parse_cookie(headers.get(b"cookie", b"").decode("latin1"))
    if subject := signed_subject(cookies.get(cookie_name(ACCESS), "")):
        return _of_subject(subject, address)
    if any(is_device_token(token) for token in device_tokens_of(cookies)):
        return Visitor(Kind.KNOWN_DEVICE, address)
    return Visitor(Kind.STRANGER, address)


async def may_send_much(visitor: Visitor) -> bool:
    """Whether somebody stands behind it: a signed, valid access token, or a live key, which the database is asked for."""
    if visitor.kind is Kind.KEY:
        return await sync_to_async(_is_live_key, thread_sensitive=False)(visitor.name)
    return visitor.kind is Kind.PERSON


def _is_live_key(text: str) -> bool:
    """Whether the key is live; asked in a thread that no request ends: its connection is closed here."""
    try:
        return api_key_identify(text) is not None
    finally:
        connections.close_all()


def _of_subject(subject: str, address: str) -> Visitor:
    return Visitor(Kind.PERSON, address, subject) if subject else Visitor(Kind.STRANGER, address)
