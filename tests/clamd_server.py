"""A server on loopback that speaks clamd's INSTREAM, finds the word EICAR, and misbehaves when it is told to."""

from __future__ import annotations

import socket
import socketserver
import struct
import threading
from typing import Any

FOUND = b"stream: Eicar-Signature FOUND\0"


class _Handler(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        assert self._take(10) == b"zINSTREAM\0"
        content = b""
        while size := struct.unpack(">I", self._take(4))[0]:
            content += self._take(size)
            if len(content) > self.server.limit:
                return self.request.sendall(b"INSTREAM size limit exceeded. ERROR\0")
        self.server.seen.append(content)
        self.request.sendall(self.server.says or (FOUND if b"EICAR" in content else b"stream: OK\0"))
        return None

    def _take(self, size: int) -> bytes:
        found = b""
        while len(found) < size and (fragment := self.request.recv(size - len(found))):
            found += fragment
        return found


class Clamd:
    """`with Clamd() as clamd`: `url` names it; `says` replaces its verdict; `seen` is what it was sent."""

    def __init__(self, path: str = "", *, limit: int = 2**30) -> None:
        address: Any = path or ("127.0.0.1", 0)
        kind = socketserver.ThreadingUnixStreamServer if path else socketserver.ThreadingTCPServer
        self._server: Any = kind(address, _Handler)
        self._server.seen, self._server.says, self._server.limit = [], b"", limit
        self.url = f"unix://{path}" if path else f"tcp://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Clamd:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def seen(self) -> list[bytes]:
        return self._server.seen

    def answer_with(self, says: bytes) -> None:
        self._server.says = says


def closed_port() -> int:
    """A port of loopback on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
