"""A TCP proxy in front of a server's unix socket, that can be cut: PostgreSQL, the production database or Redis go away."""

from __future__ import annotations

import contextlib
import socket
import threading
from pathlib import Path

PASS, REFUSE, HANG = "pass", "refuse", "hang"


class Proxy:
    """Listens on a loopback port. `cut` ends what is open: later connections are refused, or accepted and never answered."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.connections = 0
        self._mode = PASS
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listener = self._listen(0)
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def cut(self, mode: str = REFUSE) -> None:
        self._mode = mode
        if mode == REFUSE:
            _close(self._listener)
        with self._lock:
            for end in list(self._open):
                _close(end)
            self._open.clear()

    def restore(self) -> None:
        """As before; connections that hang are ended."""
        was, self._mode = self._mode, PASS
        with self._lock:
            for end in list(self._open):
                _close(end)
            self._open.clear()
        if was == REFUSE:
            self._listener = self._listen(self.port)
            threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def close(self) -> None:
        self.cut(REFUSE)

    def _listen(self, port: int) -> socket.socket:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(64)
        return listener

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = listener.accept()
                self.connections += 1
                with self._lock:
                    self._open.add(near)
                if self._mode == PASS:
                    self._join(near)

    def _join(self, near: socket.socket) -> None:
        far = socket.socket(socket.AF_UNIX)
        try:
            far.connect(str(self.target))
        except OSError:
            _close(near)
            _close(far)
            return
        with self._lock:
            self._open.add(far)
        for source, sink in ((near, far), (far, near)):
            threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        for end in (source, sink):
            _close(end)
            with self._lock:
                self._open.discard(end)


def _close(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
