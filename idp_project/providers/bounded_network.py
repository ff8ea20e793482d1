"""Connections whose whole answer is bounded, head and body, in bytes and in time: what a server dribbles or pours is cut.

For httpcore, as its network backend. Time-outs between two reads alone would let a byte a second go on for ever.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterable
from typing import Any

import httpcore

MOST_BYTES = 8 * 2**20


class AnswerBounds:
    """The limit of one call: this many bytes, this many seconds from `begin` on. `exceeded` is called once, and raises."""

    def __init__(self, too_large: Callable[[], Exception], too_late: Callable[[], Exception]) -> None:
        self._too_large, self._too_late = too_large, too_late
        self._left, self._ends = MOST_BYTES, float("inf")

    def begin(self, seconds: float) -> None:
        """The first request's time counts for all of the call's."""
        self._ends = min(self._ends, time.monotonic() + seconds)

    def seconds(self, wanted: float | None) -> float:
        """How long the next step may take; raises where nothing is left."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise self._too_late()
        return left if wanted is None else min(left, wanted)

    def took(self, count: int) -> None:
        """Counts this many bytes; raises where they are too many, or too late."""
        self._left -= count
        if self._left < 0:
            raise self._too_large()
        self.seconds(None)


class BoundedBackend(httpcore.NetworkBackend):
    """Ordinary sockets, watched."""

    def __init__(self, bounds: AnswerBounds) -> None:
        self._bounds, self._inner = bounds, httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        seconds = self._bounds.seconds(timeout)
        stream = self._inner.connect_tcp(host, port, seconds, local_address, socket_options)
        return _BoundedStream(stream, self._bounds)

    def connect_unix_socket(self, *arguments: Any, **options: Any) -> httpcore.NetworkStream:
        raise httpcore.ConnectError("only TCP leads to a provider")


class _BoundedStream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream, bounds: AnswerBounds) -> None:
        self._inner, self._bounds = inner, bounds

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        seconds = self._bounds.seconds(timeout)
        try:
            found = self._inner.read(max_bytes, seconds)
        except httpcore.ReadTimeout:
            self._bounds.seconds(None)  # raises if it was the call's time that ran out
            raise
        self._bounds.took(len(found))
        return found

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._bounds.seconds(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        stream = self._inner.start_tls(ssl_context, server_hostname, self._bounds.seconds(timeout))
        return _BoundedStream(stream, self._bounds)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)
