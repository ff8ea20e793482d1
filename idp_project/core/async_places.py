"""Bounded numbers of places on an event loop: who finds none waits its turn, holding no thread."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from idp_project.core.errors import TooManyRequests


@dataclass
class _Queue:
    places: asyncio.Semaphore
    interested: int = 0


@dataclass
class Places:
    """Each key has this many places of its own; queues live as long as somebody stands in them."""

    _queues: dict[str, _Queue] = field(default_factory=dict)

    @asynccontextmanager
    async def held(self, key: str, most: int, *, seconds: float, waiting: int) -> AsyncIterator[Place]:
        """One of `most` places; TooManyRequests where `waiting` others wait already, or after `seconds` of waiting."""
        queue = self._queues.setdefault(key, _Queue(asyncio.Semaphore(most)))
        if queue.interested >= most + waiting:
            raise TooManyRequests(retry_after=seconds)
        queue.interested += 1
        try:
            await _turn(queue.places, seconds)
            place = Place(queue.places)
            try:
                yield place
            finally:
                place.leave()
        finally:
            queue.interested -= 1
            if not queue.interested:
                self._queues.pop(key, None)


class Place:
    """May be left before the block ends."""

    def __init__(self, places: asyncio.Semaphore) -> None:
        self._places: asyncio.Semaphore | None = places

    def leave(self) -> None:
        """The next one's turn; harmless a second time."""
        places, self._places = self._places, None
        if places:
            places.release()


async def _turn(places: asyncio.Semaphore, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await places.acquire()
    except TimeoutError:
        raise TooManyRequests(retry_after=seconds) from None
