"""Limits of bodies before Django: a request is refused before a byte of its body is read if that is too large, of unknown
length, or large and from nobody; and given up while it arrives if it is too slow.

Behind it Django spools a body to disk before any view runs, so that no view could refuse in time.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any

from django.conf import settings
from django.utils.html import format_html

from idp_project.core.async_places import Places
from idp_project.core.bodies import check_charset, most_bytes_of
from idp_project.core.errors import (
    IdpError,
    InvalidInput,
    LengthRequired,
    NotSignedIn,
    TooLarge,
    TooSlow,
    headers_of,
)
from idp_project.core.refusals import CONTENT_LENGTH_FORM, REQUEST_TOO_LARGE
from idp_project.web.body_pace import PacedBody, Receive, replayed
from idp_project.web.visitors import Kind, Visitor, may_send_much, visitor_of

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
_SMALL = 64 * 1024  # bytes of a stranger's body that need no place
_WAIT_SECONDS, _WAITING = 10, 100  # for a place to send a body
_LOOK_UPS = 4  # of keys at once
_LINGER_SECONDS = 5.0


class BodyLimits:
    """ASGI middleware for HTTP; hands the application who seems to send, too."""

    def __init__(self, application: Callable[..., Awaitable[None]]) -> None:
        self._application, self._places = application, Places()

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        answer = _Answer(send, is_for_people=b"text/html" in headers.get(b"accept", b""))
        try:
            check_charset(headers.get(b"content-type", b"").decode("latin1"))
            length = _checked_length(scope["path"], headers)
            visitor = visitor_of(scope, headers)
            async with self._place_for(visitor, length):
                await self._pass_on(scope, receive, answer, visitor, length)
        except IdpError as refusal:
            await answer.refuse(refusal, receive)

    @asynccontextmanager
    async def _place_for(self, visitor: Visitor, length: int) -> AsyncIterator[None]:
        """Holds a place while a large body is read. Raises NotSignedIn for a large one of nobody, and TooManyRequests."""
        bounds, asked = settings.BOUNDS, []
        if length > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            asking = f"asking who sends, {'familiar' if visitor.is_familiar else 'new'}"
            async with self._places.held(asking, _LOOK_UPS, seconds=_WAIT_SECONDS, waiting=_WAITING):
                if not await may_send_much(visitor):
                    raise NotSignedIn
            asked = [
                (f"person {visitor.name}", bounds["bodies_person"]),
                (f"address {visitor.address}", bounds["bodies_address"]),
            ]
        elif visitor.kind is not Kind.PERSON and length > _SMALL:
            asked = [("strangers", bounds["bodies_strangers"])]
        async with AsyncExitStack() as stack:
            for key, most in asked:
                await stack.enter_async_context(self._places.held(key, most, seconds=_WAIT_SECONDS, waiting=_WAITING))
            yield

    async def _pass_on(self, scope: Any, receive: Receive, answer: _Answer, visitor: Visitor, length: int) -> None:
        """A stranger's body is taken whole before they get a place to be at work in: who dribbles holds none."""
        is_person = visitor.kind is Kind.PERSON or length > settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = PacedBody(receive, settings.BOUNDS["body_seconds" if is_person else "stranger_body_seconds"])
        taken: Receive = body.receive
        if length and not is_person:
            taken = replayed(await body.whole(), receive)
        await self._application(scope, taken, answer.send, visitor)
        if body.is_too_slow:
            raise TooSlow


def _checked_length(path: str, headers: dict[bytes, bytes]) -> int:
    if b"transfer-encoding" in headers:
        raise LengthRequired
    length = headers.get(b"content-length", b"0")
    if not length.isdigit():
        raise InvalidInput(CONTENT_LENGTH_FORM(), code="invalid_length")
    most = most_bytes_of(path)
    if int(length) > most:
        raise TooLarge(REQUEST_TOO_LARGE(size=int(length), most=most), code="request_too_large")
    return int(length)


class _Answer:
    """What goes back: the application's, or a refusal if the application has not begun one."""

    def __init__(self, send: Send, *, is_for_people: bool) -> None:
        self._send, self._is_for_people, self._has_begun = send, is_for_people, False

    async def send(self, message: MutableMapping[str, Any]) -> None:
        self._has_begun = True
        await self._send(message)

    async def refuse(self, refusal: IdpError, receive: Receive) -> None:
        """Answers, and ends the connection once the sender had a little time to read that: they may still be sending."""
        if self._has_begun:
            return
        body, kind = self._body(refusal)
        headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode()), (b"connection", b"close")]
        headers += [(name.lower().encode(), value.encode()) for name, value in headers_of(refusal).items()]
        headers += [(b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff")]
        headers += [(b"content-security-policy", b"default-src 'none'")]
        await self._send({"type": "http.response.start", "status": int(refusal.http_status), "headers": headers})
        await self._send({"type": "http.response.body", "body": body, "more_body": True})
        with suppress(TimeoutError):
            async with asyncio.timeout(0 if isinstance(refusal, TooSlow) else _LINGER_SECONDS):
                while (await receive()).get("more_body", False):
                    pass
        await self._send({"type": "http.response.body", "body": b""})

    def _body(self, refusal: IdpError) -> tuple[bytes, bytes]:
        if not self._is_for_people:
            return json.dumps(refusal.as_dict()).encode(), b"application/json"
        page = "<!doctype html><title>{0}</title><h1>{0}</h1><p>{1}</p>"
        return format_html(page, refusal.http_status.phrase, refusal).encode(), b"text/html; charset=utf-8"
