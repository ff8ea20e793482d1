"""A server on loopback that answers every connection with what it is told to: too much, or too slowly."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress

Fragments = Callable[[], Iterable[bytes]]


@contextmanager
def pouring(fragments: Fragments, *, pause: float = 0.0, is_asked: bool = True) -> Iterator[tuple[int, list[int]]]:
    """The port, and how many bytes each connection took so far; with `is_asked` an answer waits for the first request."""
    taken: list[int] = []
    is_over = threading.Event()
    with socket.create_server(("127.0.0.1", 0), backlog=32) as listener:
        thread = threading.Thread(
            target=_accept, args=(listener, fragments, pause, taken, is_over, is_asked), daemon=True
        )
        thread.start()
        try:
            yield listener.getsockname()[1], taken
        finally:
            is_over.set()


def _accept(
    listener: socket.socket,
    fragments: Fragments,
    pause: float,
    taken: list[int],
    is_over: threading.Event,
    is_asked: bool,
) -> None:
    with suppress(OSError):
        while True:
            line, _ = listener.accept()
            threading.Thread(target=_pour, args=(line, fragments, pause, taken, is_over, is_asked), daemon=True).start()


def _pour(
    line: socket.socket, fragments: Fragments, pause: float, taken: list[int], is_over: threading.Event, is_asked: bool
) -> None:
    number = len(taken)
    taken.append(0)
    with line, suppress(OSError):
        line.settimeout(10)
        if is_asked:
            line.recv(65536)
        for fragment in fragments():
            if is_over.is_set():
                return
            line.sendall(fragment)
            taken[number] += len(fragment)
            time.sleep(pause)
