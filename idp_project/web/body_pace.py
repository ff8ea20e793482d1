"""A request's body while it arrives: not too slow on average, and within its deadline."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from django.conf import settings

from idp_project.core.errors import TooSlow

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]


class PacedBody:
    """Hands messages on. Where the sender is too slow, the application is told that it has gone, and `is_too_slow` is true.

    Only time spent waiting for the sender counts for the rate, not what the application takes to write.
    """

    def __init__(self, receive: Receive, seconds: float) -> None:
        self._receive, self._window = receive, float(settings.BOUNDS["body_window"])
        self._ends = time.monotonic() + seconds
        self._waited, self._arrived = 0.0, 0
        self.is_whole = self.is_too_slow = False

    async def receive(self) -> Message:
        if self.is_whole:
            return await self._receive()  # the application waits for the sender to go
        try:
            message = await self._next()
        except TooSlow:
            self.is_too_slow = self.is_whole = True
            return {"type": "http.disconnect"}
        self._arrived += len(message.get("body", b""))
        self.is_whole = not message.get("more_body", False)
        return message

    async def whole(self) -> list[Message]:
        """All of it; raises TooSlow. For small bodies."""
        messages = [await self.receive()]
        while not self.is_whole:
            messages.append(await self.receive())
        if self.is_too_slow:
            raise TooSlow
        return messages

    async def _next(self) -> Message:
        """The next message; a window that has passed must have brought enough."""
        while True:
            began = time.monotonic()
            left = min(self._window - self._waited, self._ends - began)
            try:
                async with asyncio.timeout(max(0.0, left)):
                    return await self._receive()
            except TimeoutError:
                is_late = time.monotonic() >= self._ends
                if is_late or self._arrived < settings.BOUNDS["body_rate"] * self._window:
                    raise TooSlow from None
                self._waited, self._arrived, began = 0.0, 0, time.monotonic()
            finally:
                self._waited += time.monotonic() - began


def replayed(messages: list[Message], receive: Receive) -> Receive:
    """Hands the messages on, then what comes after them."""
    waiting = list(reversed(messages))

    async def next_message() -> Message:
        return waiting.pop() if waiting else await receive()

    return next_message
