"""One background event loop a process, on a daemon thread, for asyncpg. Made on first use, and again after a fork.

A pool that was made in one loop fails in the next, so everything asynchronous with a memory lives here. `run` is the
door for synchronous code, `run_async` for a coroutine on another loop.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from typing import Any, TypeVar

T = TypeVar("T")


class _Background:
    """The loop of this process. `abandoned` keeps a parent's loop in a child: closing it there disturbs the parent."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.loop: asyncio.AbstractEventLoop | None = None
        self.pid = 0
        self.abandoned: list[asyncio.AbstractEventLoop] = []

    def get(self) -> asyncio.AbstractEventLoop:
        with self.lock:
            if self.loop is None or self.pid != os.getpid():
                self.loop, self.pid = asyncio.new_event_loop(), os.getpid()
                threading.Thread(target=self.loop.run_forever, name="background-event-loop", daemon=True).start()
            return self.loop

    def forget_after_fork(self) -> None:
        # The fork may have happened while another thread held the lock, and that thread does not exist here.
        self.lock = threading.Lock()
        if self.loop is not None:
            self.abandoned.append(self.loop)
        self.loop = None


_background = _Background()
os.register_at_fork(after_in_child=_background.forget_after_fork)


def _submit(coroutine: Coroutine[Any, Any, T], timeout: float | None) -> Future[T]:
    async def bounded() -> T:
        async with asyncio.timeout(timeout):
            return await coroutine

    return asyncio.run_coroutine_threadsafe(bounded(), _background.get())


def run(coroutine: Coroutine[Any, Any, T], timeout: float | None = 30.0) -> T:
    """Waits in this thread for the coroutine's result. Raises TimeoutError after `timeout` seconds and cancels it."""
    if _is_inside():
        coroutine.close()
        raise RuntimeError("The background event loop may not wait for itself.")
    future = _submit(coroutine, timeout)
    try:
        return future.result(None if timeout is None else timeout + 5.0)  # it ends itself; 5 s for its clean-up
    except FutureTimeout:
        future.cancel()
        raise


async def run_async(coroutine: Coroutine[Any, Any, T], timeout: float | None = 30.0) -> T:
    """The same for a coroutine that runs on any loop. Raises TimeoutError after `timeout` seconds."""
    if _is_inside():
        async with asyncio.timeout(timeout):
            return await coroutine
    return await asyncio.wrap_future(_submit(coroutine, timeout))


def _is_inside() -> bool:
    try:
        running = asyncio.get_running_loop()
    except RuntimeError:
        return False
    return running is _background.loop
