"""Asks a virus scanner about bytes: clamd's INSTREAM command, as its manual page clamd(8) describes it."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterable
from contextlib import suppress
from urllib.parse import unquote, urlsplit

from idp_project.core.errors import OutageAwaited, PermanentFailure

INFECTED = "infected"
"""The code of a file in which something was found."""
_CHUNK_BYTES = 2**16
_LONGEST_ANSWER = 4096


class ScannerAway(OutageAwaited):
    """Nobody answers, or what answers is busy or no clamd."""

    code = "scanner_unavailable"
    default_message = "The virus scanner does not answer. The file waits for it; this is tried again by itself."


def scan(url: str, chunks: Iterable[bytes], *, seconds: float) -> str:
    """What clamd found in the bytes, by its name; empty where they are clean.

    `url` is `tcp://host:port` or `unix:///path`; `seconds` of silence end the attempt. Raises ScannerAway, and
    PermanentFailure `too_large_to_scan` above clamd's own limit (StreamMaxLength).
    """
    try:
        with _connect(url, seconds) as connection:
            with suppress(BrokenPipeError, ConnectionResetError):  # it has said why, and does not listen any more
                _send(connection, chunks)
            answer = _read(connection)
    except OSError as error:
        raise ScannerAway from error
    return _verdict(answer)


def _connect(url: str, seconds: float) -> socket.socket:
    parts = urlsplit(url)
    if parts.scheme == "unix":
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(seconds)
        try:
            connection.connect(unquote(parts.path))
        except OSError:
            connection.close()
            raise
        return connection
    return socket.create_connection((parts.hostname or "", parts.port or 3310), timeout=seconds)


def _send(connection: socket.socket, chunks: Iterable[bytes]) -> None:
    connection.sendall(b"zINSTREAM\0")
    for chunk in chunks:
        for start in range(0, len(chunk), _CHUNK_BYTES):
            piece = chunk[start : start + _CHUNK_BYTES]
            connection.sendall(struct.pack(">I", len(piece)) + piece)
    connection.sendall(struct.pack(">I", 0))


def _read(connection: socket.socket) -> str:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < _LONGEST_ANSWER:
        piece = connection.recv(_LONGEST_ANSWER)
        if not piece:
            break
        answer += piece
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")


def _verdict(answer: str) -> str:
    """Of `stream: OK`, `stream: Eicar-Signature FOUND` or `INSTREAM size limit exceeded. ERROR`."""
    if "size limit exceeded" in answer:
        message = (
            "The file is larger than the virus scanner takes (StreamMaxLength of clamd). Split it, or raise that limit."
        )
        raise PermanentFailure(message, code="too_large_to_scan")
    found = answer.removeprefix("stream: ")
    if found == "OK":
        return ""
    if found.endswith(" FOUND"):
        return found.removesuffix(" FOUND")
    raise ScannerAway
