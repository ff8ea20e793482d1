"""Asks a virus scanner about bytes: clamd's INSTREAM command, as its manual page clamd(8) describes it."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Iterable
from contextlib import suppress
from urllib.parse import unquote, urlsplit

from idp_project.core.errors import OutageAwaited, PermanentFailure
from idp_project.core.refusals import SCANNER_AWAY, TOO_LARGE_TO_SCAN

INFECTED = "infected"
"""The code of a file in which something was found."""
_CHUNK_BYTES = 2**16
_WHOLE = 10  # times the seconds of silence: the most that one file may take
_LONGEST_ANSWER = 4096


class ScannerAway(OutageAwaited):
    """Nobody answers, or what answers is busy or no clamd."""

    code = "scanner_unavailable"
    default_message = SCANNER_AWAY


def scan(url: str, chunks: Iterable[bytes], *, seconds: float) -> str:
    """What clamd found in the bytes, by its name; empty where they are clean.

    `url` is `tcp://host:port` or `unix:///path`; `seconds` of silence end the attempt, and so do ten times as many of
    anything else: the verdict has the time of one silence. Raises ScannerAway, and PermanentFailure `too_large_to_scan`
    above clamd's own limit (StreamMaxLength).
    """
    ends = time.monotonic() + _WHOLE * seconds
    try:
        with _connect(url, seconds) as connection:
            with suppress(BrokenPipeError, ConnectionResetError):  # it has said why, and does not listen any more
                _send(connection, chunks, seconds, ends)
            answer = _read(connection, time.monotonic() + seconds)
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


def _send(connection: socket.socket, chunks: Iterable[bytes], seconds: float, ends: float) -> None:
    connection.sendall(b"zINSTREAM\0")
    for chunk in chunks:
        for start in range(0, len(chunk), _CHUNK_BYTES):
            fragment = chunk[start : start + _CHUNK_BYTES]
            connection.settimeout(min(seconds, _left(ends)))
            connection.sendall(struct.pack(">I", len(fragment)) + fragment)
    connection.sendall(struct.pack(">I", 0))


def _left(ends: float) -> float:
    if (left := ends - time.monotonic()) <= 0:
        raise TimeoutError
    return left


def _read(connection: socket.socket, ends: float) -> str:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < _LONGEST_ANSWER:
        connection.settimeout(_left(ends))  # for all of it: who sends byte by byte gains nothing
        fragment = connection.recv(_LONGEST_ANSWER)
        if not fragment:
            break
        answer += fragment
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")


def _verdict(answer: str) -> str:
    """Returns the verdict in `stream: OK`, `stream: Eicar-Signature FOUND` or `INSTREAM size limit exceeded. ERROR`."""
    if "size limit exceeded" in answer:
        raise PermanentFailure(TOO_LARGE_TO_SCAN(), code="too_large_to_scan")
    found = answer.removeprefix("stream: ")
    if found == "OK":
        return ""
    if found.endswith(" FOUND"):
        return found.removesuffix(" FOUND")
    raise ScannerAway
