"""How many requests are at work at once: strangers wait for a few places, without a thread or a connection."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from django.conf import settings

from idp_project.core.async_places import Places
from idp_project.visitors import Kind, Visitor

_UNCROWDED = {"/health/": "health", settings.STATIC_URL: "static"}  # quick, and asked for while strangers crowd in
_FEW = 8


class CrowdWall:
    """ASGI, behind the wall for bodies. A place is held until the answer begins: who reads slowly holds up nobody.

    Raises TooManyRequests.
    """

    def __init__(self, application: Callable[..., Awaitable[None]]) -> None:
        self._application, self._places = application, Places()

    async def __call__(self, scope: Any, receive: Any, send: Any, visitor: Visitor) -> None:
        crowd, most = _crowd_of(scope["path"], visitor)
        bounds = settings.BOUNDS
        held = self._places.held(crowd, most, seconds=bounds["strangers_seconds"], waiting=bounds["strangers_waiting"])
        async with held as place:

            async def send_and_leave(message: Any) -> None:
                place.leave()
                await send(message)

            await self._application(scope, receive, send_and_leave)


def _crowd_of(path: str, visitor: Visitor) -> tuple[str, int]:
    """The name of the queue and its places."""
    for start, name in _UNCROWDED.items():
        if path.startswith(start):
            return name, _FEW
    if visitor.kind in (Kind.PERSON, Kind.KNOWN_DEVICE):
        return "people", settings.BOUNDS["people_at_once"]
    return visitor.kind.value, settings.BOUNDS["strangers_at_once"]
