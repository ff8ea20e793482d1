"""Connections of the web process: how many one address may have, and how long the headers of a request may take.

uvicorn bounds all connections together and counts silent ones, so without this one address takes every place.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from functools import lru_cache
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from idp_project.core.client_addresses import counted_address
from idp_project.core.ip_addresses import Network
from idp_project.web.forwarded import is_within

_BODY = b'{"code": "too_many_connections", "message": "Too many open connections.", "is_retryable": true}'
_REFUSAL = (
    b"HTTP/1.1 429 Too Many Requests\r\nContent-Type: application/json\r\nRetry-After: 5\r\nConnection: close\r\n"
    b"Cache-Control: no-store\r\nContent-Length: %d\r\n\r\n%s" % (len(_BODY), _BODY)
)


class BoundedConnection(HttpToolsProtocol):
    """One connection. `proxies` bring many people each: their connections are counted in the total alone."""

    most_of_an_address: int
    header_seconds: int
    proxies: Collection[Network] = ()
    _deadline: asyncio.TimerHandle | None = None
    _is_socket = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Too many of this address: answered and closed at once, so that it takes no place."""
        super().connection_made(transport)
        if self._is_one_too_many():
            self.connections.discard(self)
            transport.write(_REFUSAL)
            transport.close()
        else:
            self._await_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        self._headers_are_there()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Data that begins no request stops uvicorn's own wait for the next one; then this deadline runs."""
        super().data_received(data)
        if not self._is_socket and self._deadline is None and (self.cycle is None or self.cycle.response_complete):
            self._await_headers()

    def on_headers_complete(self) -> None:
        self._headers_are_there()
        super().on_headers_complete()

    def handle_websocket_upgrade(self) -> None:
        self._is_socket = True  # from here on another protocol has the connection
        super().handle_websocket_upgrade()

    def _is_one_too_many(self) -> bool:
        host = self.client[0] if self.client else ""
        if is_within(host, self.proxies):
            return False
        mine = _counted(host)
        # Sockets are among them too. Looked through, not added up: nothing is left over when one changes its protocol.
        same = sum(1 for other in self.connections if _counted_of(other) == mine)
        return same > self.most_of_an_address

    def _await_headers(self) -> None:
        if not self.transport.is_closing():
            self._deadline = self.loop.call_later(self.header_seconds, self._give_up)

    def _headers_are_there(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        """An answer may be on its way, where the deadline is of what came after its request."""
        self._deadline = None
        if self.cycle is None or self.cycle.response_complete:
            self.transport.close()


def bounded(bounds: dict[str, int], proxies: Collection[Network]) -> type[BoundedConnection]:
    """The protocol with these numbers."""
    values: dict[str, Any] = {
        "most_of_an_address": bounds["connections_address"],
        "header_seconds": bounds["header_seconds"],
        "proxies": tuple(proxies),
    }
    return type("Connection", (BoundedConnection,), values)


def _counted_of(connection: Any) -> str:
    return _counted(connection.client[0] if connection.client else "")


@lru_cache(4096)
def _counted(host: str) -> str:
    return counted_address(host)
