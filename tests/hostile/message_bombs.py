"""E-mails that were made to do harm, and photographs likewise."""

from __future__ import annotations

import base64
from collections.abc import Callable

from tests.factories import files

HEAD = b"From: a@b.example\r\nSubject: bomb\r\n"
_MIXED = HEAD + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n"


def deep_messages(depth: int) -> bytes:
    return b"".join(
        b"From: a@b.example\r\nSubject: %d\r\nContent-Type: message/rfc822\r\n\r\n" % n for n in range(depth)
    )


def deep_parts(depth: int) -> bytes:
    """A multipart in a multipart in …"""
    parts = (b"--%d\r\nContent-Type: multipart/mixed; boundary=%d\r\n\r\n" % (n, n + 1) for n in range(depth))
    return (
        HEAD + b"Content-Type: multipart/mixed; boundary=0\r\n\r\n" + b"".join(parts) + b"--%d\r\n\r\nend\r\n" % depth
    )


def many_parts(count: int) -> bytes:
    part = (
        b"--x\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=a.pdf\r\n\r\n%PDF-1.4\r\n"
    )
    return _MIXED + part * count + b"--x--\r\n"


def encoded(size: int, kind: bytes = b"application/pdf") -> bytes:
    """One part of so many bytes in base64."""
    line = base64.b64encode(b"%PDF-" + bytes(52)) + b"\r\n"
    header = b"--x\r\nContent-Type: %s; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n" % kind
    return _MIXED + header + line * (size // 57) + b"--x--\r\n"


def one_text(body: bytes, kind: bytes = b"text/plain; charset=utf-8") -> bytes:
    return HEAD + b"Content-Type: " + kind + b"\r\n\r\n" + body


def huge_photo() -> bytes:
    """A photograph that says it has 60,000 × 60,000 pixels."""
    data = files.heic("invoice-0014")
    place = data.index(b"ispe") + 8
    while place > 7:
        data = data[:place] + (60000).to_bytes(4, "big") * 2 + data[place + 8 :]
        place = data.find(b"ispe", place) + 8
    return data


def lying_photo() -> bytes:
    """One that says it has 64 × 64."""
    return huge_photo().replace((60000).to_bytes(4, "big") * 2, (64).to_bytes(4, "big") * 2)


MESSAGE_BOMBS: dict[str, Callable[[], bytes]] = {
    "messages 10,000 deep": lambda: deep_messages(10_000),
    "messages 30 deep": lambda: deep_messages(30),
    "multiparts 10,000 deep": lambda: deep_parts(10_000),
    "10,000 attachments": lambda: many_parts(10_000),
    "1,000,000 header lines": lambda: HEAD + b"X-Line: again and again\r\n" * 10**6 + b"\r\nend",
    "header line of 50 MB": lambda: HEAD + b"To: " + b"a@b.example, " * 4_000_000 + b"\r\n\r\nend",
    "folded header 50 MB": lambda: HEAD + b"X-Folded:\r\n" + b" and on\r\n" * 6_000_000 + b"\r\nend",
    "parameters without end": lambda: HEAD + b"Content-Type: text/plain" + b'; a="' * 10**6 + b"\r\n\r\nend",
    "encoded words 5 MB": lambda: HEAD + b"Subject: " + b"=?utf-8?q?a?= " * 400_000 + b"\r\n\r\nend",
    "base64 of 70 MB": lambda: encoded(70 * 2**20),
    "base64 text of 70 MB": lambda: encoded(70 * 2**20, b"text/plain"),
    "uuencode without end": lambda: (
        HEAD + b"Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 a\r\n" + b"M" * 2**25
    ),
    "character set that is none": lambda: one_text(b"words", b'text/plain; charset="\xff\xfe\';drop"'),
    "character set punycode": lambda: one_text(b"a" * 10**6 + b"-" + b"9" * 10**6, b"text/plain; charset=punycode"),
    "text of 100 MB": lambda: one_text(b"word " * (20 * 2**20 - 100)),
    "line of 50 MB": lambda: one_text(b"w" * (50 * 2**20)),
    "empty lines 20 MB": lambda: one_text(b"\n" * (20 * 2**20)),
    "page of open tags": lambda: one_text(b"<p <b <a href='" * 10**6, b"text/html"),
    "page of entities": lambda: one_text(b"&amp;&#x41;&bogus" * 2 * 10**6, b"text/html"),
    "boundary that is no boundary": lambda: HEAD + b"Content-Type: multipart/mixed\r\n\r\n" + b"--\r\n" * 10**6,
    "boundaries 1,000,000": lambda: _MIXED + b"--x\r\n\r\n" * 10**6,
    "photo 60,000 squared": huge_photo,
    "photo that lies of its size": lying_photo,
    "photo cut off": lambda: files.heic("invoice-0014")[:20_000],
    "photo of noise": lambda: files.heic("invoice-0014")[:2000] + b"\xa5" * 50_000,
}
