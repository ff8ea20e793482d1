"""Hashing passwords: Argon2id of bounded memory, by a few threads of its own, in two lanes.

A hash costs 46 MiB and a tenth of a second of a core, before anybody is known. So strangers share two threads, which
give way to everything else on the machine; who comes with a known device, or is signed in, has a lane of their own.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import cache
from typing import TypeVar

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher

from idp_project.core.errors import TooManyRequests

STRANGERS, KNOWN = "strangers", "known"
_NICENESS = 15
_lane: ContextVar[str] = ContextVar("hashing_lane", default=STRANGERS)
_Found = TypeVar("_Found")


class BoundedArgon2Hasher(Argon2PasswordHasher):
    """46 MiB, two passes, one thread a hash (OWASP's least is one pass). Others' hashes are replaced at the next sign-in.

    Raises TooManyRequests where too many wait.
    """

    time_cost = 2
    memory_cost = 46 * 1024  # KiB
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        encode = super().encode
        return in_lane(lambda: str(encode(password, salt)))

    def verify(self, password: str, encoded: str) -> bool:
        verify = super().verify
        return in_lane(lambda: bool(verify(password, encoded)))


@contextmanager
def lane_of(*, is_known: bool) -> Iterator[None]:
    """What is hashed inside waits in that lane."""
    token = _lane.set(KNOWN if is_known else STRANGERS)
    try:
        yield
    finally:
        _lane.reset(token)


def in_lane(work: Callable[[], _Found]) -> _Found:
    """The work's result, done by a thread of the present lane; TooManyRequests where the lane is full or too slow."""
    return _lane_named(_lane.get()).run(work)


class _Lane:
    """Some threads, and a bounded queue in front of them."""

    def __init__(self, threads: int, waiting: int, seconds: float, niceness: int) -> None:
        self._most, self._seconds, self._held, self._lock = threads + waiting, seconds, 0, threading.Lock()
        self._threads = ThreadPoolExecutor(threads, "hashing", initializer=_give_way, initargs=(niceness,))

    def run(self, work: Callable[[], _Found]) -> _Found:
        with self._lock:
            if self._held >= self._most:
                raise TooManyRequests(retry_after=self._seconds / 2)
            self._held += 1
        future = self._threads.submit(work)
        future.add_done_callback(self._leave)
        try:
            return future.result(self._seconds)
        except TimeoutError:
            future.cancel()  # unless it is at work: then it keeps its place until it ends
            raise TooManyRequests(retry_after=self._seconds / 2) from None

    def _leave(self, _: object) -> None:
        with self._lock:
            self._held -= 1


def _give_way(niceness: int) -> None:
    """On Linux a priority is a thread's own."""
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), niceness)


@cache
def _lane_named(name: str) -> _Lane:
    bounds = settings.BOUNDS
    threads, niceness = (bounds["hashing_threads"], _NICENESS) if name == STRANGERS else (1, 0)
    return _Lane(threads, bounds["hashing_waiting"], bounds["hashing_seconds"], niceness)


os.register_at_fork(after_in_child=_lane_named.cache_clear)  # threads stay with the parent
