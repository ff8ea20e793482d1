"""How many requests are at work at once: strangers wait for a few places, without a thread or a connection."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from django.conf import settings

from idp_project.core.async_places import Place, Places
from idp_project.web.visitors import Kind, Visitor

_UNCROWDED = {"/health/": "health", settings.STATIC_URL: "static"}  # quick, and asked for while strangers crowd in
_FEW = 8
_WAITING_OF_AN_ADDRESS = 16


class CrowdLimits:
    """ASGI, behind the limits of bodies. A place is held until the answer begins: who reads slowly holds up nobody.

    Raises TooManyRequests.
    """

    def __init__(self, application: Callable[..., Awaitable[None]]) -> None:
        self._application, self._places = application, Places()

    async def __call__(self, scope: Any, receive: Any, send: Any, visitor: Visitor) -> None:
        crowd, most = _crowd_of(scope["path"], visitor)
        async with self._place(crowd, most, visitor) as (place, own):

            async def send_and_leave(message: Any) -> None:
                place.leave()
                own.leave()
                await send(message)

            await self._application(scope, receive, send_and_leave)

    @asynccontextmanager
    async def _place(self, crowd: str, most: int, visitor: Visitor) -> AsyncIterator[tuple[Place, Place]]:
        """A place in the crowd, and before it one of the few of an address among keys that nobody has seen yet."""
        bounds = settings.BOUNDS
        seconds, waiting = bounds["strangers_seconds"], bounds["strangers_waiting"]
        if crowd != Kind.KEY.value:
            async with self._places.held(crowd, most, seconds=seconds, waiting=waiting) as place:
                yield place, place
            return
        of_address = self._places.held(
            f"key {visitor.address}", bounds["keys_address"], seconds=seconds, waiting=_WAITING_OF_AN_ADDRESS
        )
        async with of_address as own, self._places.held(crowd, most, seconds=seconds, waiting=waiting) as place:
            yield place, own


def _crowd_of(path: str, visitor: Visitor) -> tuple[str, int]:
    """The name of the queue and its places."""
    for start, name in _UNCROWDED.items():
        if path.startswith(start):
            return name, _FEW
    if visitor.is_familiar or visitor.kind in (Kind.PERSON, Kind.KNOWN_DEVICE):
        return "people", settings.BOUNDS["people_at_once"]
    return visitor.kind.value, settings.BOUNDS["strangers_at_once"]
