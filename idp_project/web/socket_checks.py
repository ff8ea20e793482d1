"""WebSockets: from our own hosts, to addresses that exist. Every other handshake is refused without a word in the log."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from channels.routing import URLRouter
from channels.security.websocket import AllowedHostsOriginValidator, WebsocketDenier
from django.urls import URLPattern, re_path

from idp_project.core.logs import log_scope


def sockets(patterns: list[URLPattern]) -> OriginCheck:
    """ASGI application for these routes."""
    nowhere = re_path("", WebsocketDenier.as_asgi())
    return OriginCheck(AllowedHostsOriginValidator(URLRouter([*patterns, nowhere])))


class OriginCheck:
    """Refuses an origin that is no address; Channels' own check of origins raises on it."""

    def __init__(self, application: Any) -> None:
        self._application, self._denier = application, WebsocketDenier.as_asgi()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        origins = [value for name, value in scope["headers"] if name == b"origin"]
        is_readable = all(_is_address(origin) for origin in origins)
        with log_scope(request_id=uuid4().hex):
            await (self._application if is_readable else self._denier)(scope, receive, send)


def _is_address(origin: bytes) -> bool:
    try:
        return urlsplit(origin.decode("latin1")).port is not False  # reading the port checks it
    except ValueError:
        return False
