"""Counting what `rate_limits.py` limits: in Redis, for all processes, and in this process, by the library `limits`.

Both count always and either refuses, so that the limits hold while Redis is away and after it was emptied.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import TypeVar

from django.conf import settings
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import MovingWindowRateLimiter
from redis.exceptions import RedisError

from idp_project.core.errors import TooManyRequests

logger = logging.getLogger(__name__)
_AWAY_SECONDS = 5.0  # so long Redis is not asked again after it did not answer
_SWEEP_SECONDS = 30.0
_STREAK_SECONDS = 24 * 3600
_RETRY_SECONDS = 2
_Found = TypeVar("_Found")


class _Memory(MemoryStorage):
    """The library looks through all keys after every count, and keeps those without entries: here a sweep does both."""

    _swept_at = 0.0

    def _MemoryStorage__schedule_expiry(self) -> None:  # noqa: N802 - the library's own name for it
        if time.monotonic() - self._swept_at < _SWEEP_SECONDS:
            return
        self._swept_at = time.monotonic()
        for key in [key for key, entries in list(self.events.items()) if not entries]:
            with self.locks[key]:
                if not self.events.get(key):
                    self.events.pop(key, None)
            self.locks.pop(key, None)
        super()._MemoryStorage__schedule_expiry()  # type: ignore[misc]


class _Counters:
    """Both storages of this process."""

    def __init__(self) -> None:
        self.memory = _Memory()
        self.redis = RedisStorage(
            settings.REDIS_URL,
            key_prefix=f"{settings.REDIS_PREFIX}:limits",
            socket_timeout=1,
            socket_connect_timeout=1,
        )
        self._away_until = 0.0

    def by_redis(self, work: Callable[[RedisStorage], _Found], otherwise: _Found) -> _Found:
        """`otherwise` while Redis does not answer."""
        if time.monotonic() < self._away_until:
            return otherwise
        try:
            return work(self.redis)
        except RedisError:
            self._away_until = time.monotonic() + _AWAY_SECONDS
            logger.warning("Redis does not answer: limits are counted in this process alone.")
            return otherwise


def count(name: str, *who: object, cost: int = 1) -> None:
    """Counts `cost` for this limit and these (an address, an account …); TooManyRequests where it is used up."""
    item, key = _item(name), _key(who)
    counters = _counters()

    def hit(storage: MemoryStorage | RedisStorage) -> bool:
        return MovingWindowRateLimiter(storage).hit(item, name, key, cost=cost)

    if cost > item.amount or not hit(counters.memory) or not counters.by_redis(hit, True):
        raise TooManyRequests(retry_after=_wait(item, name, key))


def forget(name: str, *who: object) -> None:
    """Nothing was counted."""
    item, key = _item(name), _key(who)
    counters = _counters()
    MovingWindowRateLimiter(counters.memory).clear(item, name, key)
    counters.by_redis(lambda redis: MovingWindowRateLimiter(redis).clear(item, name, key), None)


def streak(name: str, *who: object) -> int:
    """How many were added one after the other, within a day of the first."""
    key, counters = _key((name, "streak", *who)), _counters()
    return max(counters.memory.get(key), counters.by_redis(lambda redis: redis.get(key), 0))


def streak_add(name: str, *who: object) -> int:
    """One more; says how many they are."""
    key, counters = _key((name, "streak", *who)), _counters()
    found = counters.memory.incr(key, _STREAK_SECONDS)
    return max(found, counters.by_redis(lambda redis: redis.incr(key, _STREAK_SECONDS), 0))


def streak_end(name: str, *who: object) -> None:
    """The next one is the first again."""
    key, counters = _key((name, "streak", *who)), _counters()
    counters.memory.clear(key)
    counters.by_redis(lambda redis: redis.clear(key), None)


def pause(name: str, *who: object, seconds: int) -> None:
    """Begins a pause of that many seconds, in place of one that runs; `paused_seconds` returns what is left of it."""
    key, counters = _key((name, "pause", *who)), _counters()
    counters.memory.clear(key)
    counters.memory.incr(key, seconds)
    counters.by_redis(lambda redis: redis.clear(key), None)
    counters.by_redis(lambda redis: redis.incr(key, seconds), 0)


def paused_seconds(name: str, *who: object) -> float:
    """How much of the pause is left; 0 outside one."""
    key, counters = _key((name, "pause", *who)), _counters()
    ends = counters.memory.get_expiry(key) if counters.memory.get(key) else 0.0
    ends = max(ends, counters.by_redis(lambda redis: redis.get_expiry(key) if redis.get(key) else 0.0, 0.0))
    return max(0.0, ends - time.time())


_held: Counter[tuple[str, str]] = Counter()
_held_lock = threading.Lock()


@contextmanager
def at_once(bound: str, *who: object) -> Iterator[None]:
    """Holds one of the places that this bound gives these, in this process; TooManyRequests where all are taken."""
    place = (bound, _key(who))
    with _held_lock:
        if _held[place] >= settings.BOUNDS[bound]:
            raise TooManyRequests(retry_after=_RETRY_SECONDS)
        _held[place] += 1
    try:
        yield
    finally:
        with _held_lock:
            _held[place] -= 1
            if not _held[place]:
                del _held[place]


def is_full(bound: str, *who: object) -> bool:
    """Whether `at_once` would refuse now."""
    return _held[(bound, _key(who))] >= settings.BOUNDS[bound]


def forget_here() -> None:
    """Every count of this process starts again."""
    _counters.cache_clear()


def forget_everything() -> None:
    """Every count of every limit starts again. Raises RedisError where Redis does not answer."""
    _counters().redis.reset()
    forget_here()


def _wait(item: RateLimitItem, name: str, key: str) -> float:
    """Seconds until one more is let through, by the storage that refuses for longer."""
    counters = _counters()

    def left(storage: MemoryStorage | RedisStorage) -> float:
        stats = MovingWindowRateLimiter(storage).get_window_stats(item, name, key)
        return 0.0 if stats.remaining else stats.reset_time - time.time()

    return max(left(counters.memory), counters.by_redis(left, 0.0))


@cache
def _parsed(rate: str) -> RateLimitItem:
    return parse(rate)


def _item(name: str) -> RateLimitItem:
    return _parsed(settings.RATE_LIMITS[name])


def _key(who: tuple[object, ...]) -> str:
    """Keyed, because people type passwords where a name belongs; of one length, so that keys cost the same."""
    text = "\0".join(str(part) for part in who)
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(errors="replace"), hashlib.sha256).hexdigest()[:32]


@cache
def _counters() -> _Counters:
    return _Counters()


os.register_at_fork(after_in_child=_counters.cache_clear)  # the parent's locks may be held, its sockets are its own
