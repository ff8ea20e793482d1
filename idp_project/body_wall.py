"""The wall before Django: a request whose body is too large or of unknown length is refused before a byte is read.

Behind it Django spools a body to disk before any view runs, so that no view could refuse in time.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from django.utils.html import format_html

from idp_project.core.bodies import most_bytes_of
from idp_project.core.errors import IdpError, InvalidInput, LengthRequired, TooLarge

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class BodyWall:
    """ASGI middleware for HTTP."""

    def __init__(self, application: Callable[..., Awaitable[None]]) -> None:
        self._application = application

    async def __call__(self, scope: Any, receive: Any, send: Send) -> None:
        headers = dict(scope["headers"])
        refusal = _refusal(scope["path"], headers)
        if refusal is None:
            await self._application(scope, receive, send)
        else:
            await _answer(refusal, b"text/html" in headers.get(b"accept", b""), send)


def _refusal(path: str, headers: dict[bytes, bytes]) -> IdpError | None:
    if b"transfer-encoding" in headers:
        return LengthRequired()
    length = headers.get(b"content-length", b"0")
    if not length.isdigit():
        return InvalidInput("The header Content-Length must be a number of bytes.", code="invalid_length")
    most = most_bytes_of(path)
    if int(length) <= most:
        return None
    return TooLarge(
        f"The request has {int(length):,} bytes; at most {most:,} are taken here.", code="request_too_large"
    )


async def _answer(refusal: IdpError, is_for_people: bool, send: Send) -> None:
    text = format_html("<!doctype html><title>{0}</title><h1>{0}</h1><p>{1}</p>", refusal.http_status.phrase, refusal)
    body = text.encode() if is_for_people else json.dumps(refusal.as_dict()).encode()
    kind = b"text/html; charset=utf-8" if is_for_people else b"application/json"
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode()), (b"cache-control", b"no-store")]
    headers += [(b"x-content-type-options", b"nosniff"), (b"content-security-policy", b"default-src 'none'")]
    await send({"type": "http.response.start", "status": int(refusal.http_status), "headers": headers})
    await send({"type": "http.response.body", "body": body})
