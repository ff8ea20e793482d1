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
    """One part of this many bytes in base64."""
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


def attached(
    disposition: bytes, body: bytes = b"%PDF-1.4 x", head: bytes = b"Content-Type: application/pdf\r\n"
) -> bytes:
    """One attachment; `disposition` is that header field with the name in it."""
    return _MIXED + b"--x\r\n" + head + disposition + b"\r\n\r\n" + body + b"\r\n--x--\r\n"


def named(name: bytes) -> bytes:
    return attached(b'Content-Disposition: attachment; filename="' + name + b'"')


ODD_MESSAGES: dict[str, Callable[[], bytes]] = {
    "message of fields only": lambda: HEAD,
    "message without empty line": lambda: HEAD + b"just words\r\nand more",
    "message of old line ends": lambda: b"From: a@b.example\rSubject: Mac\r\rwords\r",
    "message after a mark of utf-8": lambda: b"\xef\xbb\xbf" + HEAD + b"\r\nwords",
    "message in a mailbox of many": lambda: b"".join(
        b"From a@b.example Mon Jan  1 00:00:00 2026\n" + HEAD + b"\r\nword\n\n" for _ in range(2000)
    ),
    "message of eight bits in its fields": lambda: (
        b"From: M\xfcller <a@b.example>\r\nSubject: Gr\xfc\xdfe\r\n\r\nG\xfcnstig"
    ),
    "message in a character set that it is not in": lambda: one_text(b"\xff\xfe\xfd", b"text/plain; charset=utf-16"),
    "message in a coded character set": lambda: one_text(b"\x1b$B" * 10**6, b"text/plain; charset=iso-2022-jp"),
    "message in zip as a character set": lambda: one_text(b"words", b"text/plain; charset=zip"),
    "boundaries in boundaries, one name": lambda: (
        _MIXED + (b"--x\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n") * 5000
    ),
    "boundary of 100,000 letters": lambda: (
        HEAD
        + b"Content-Type: multipart/mixed; boundary="
        + b"b" * 100_000
        + b"\r\n\r\n--"
        + b"b" * 100_000
        + b"\r\n\r\nend"
    ),
    "boundary of nothing": lambda: HEAD + b'Content-Type: multipart/mixed; boundary=""\r\n\r\n--\r\n\r\nend\r\n----',
    "base64 of noise": lambda: attached(b"Content-Transfer-Encoding: base64", b"!!!===\xff\xfe" * 1000),
    "base64 cut off": lambda: attached(b"Content-Transfer-Encoding: base64", b"JVBERi0xLjQKJ"),
    "quoted-printable of noise": lambda: attached(
        b"Content-Transfer-Encoding: quoted-printable", b"=ZZ=\r\n=" * 100_000
    ),
    "unknown encoding": lambda: attached(b"Content-Transfer-Encoding: rot13", b"words"),
    "tnef": lambda: attached(
        b'Content-Disposition: attachment; filename="winmail.dat"',
        b"\x78\x9f\x3e\x22" + b"\xff" * 5000,
        b"Content-Type: application/ms-tnef\r\n",
    ),
    "name that is a path": lambda: named(b"../../../../etc/passwd"),
    "name that is a device": lambda: named(b"CON.pdf"),
    "name of a share": lambda: named(b"\\\\\\\\host\\\\share\\\\x.pdf"),
    "name with zeros": lambda: named(b"a\0.pdf\x1b[31m"),
    "name of 100,000 letters": lambda: named(b"n" * 100_000 + b".pdf"),
    "name turned around": lambda: named("\u202efdp.exe".encode()),
    "name with a script": lambda: named(b"<img src=x onerror=alert(1)>.pdf"),
    "name of fields": lambda: named(b"=?utf-8?b?Li4vLi4vZXRjDQpYLUluamVjdGVkOiAx?=.pdf"),
    "name in fragments, 10,000": lambda: attached(
        b"Content-Disposition: attachment" + b"".join(b"; filename*%d=a" % n for n in range(10_000))
    ),
    "name in fragments that are missing": lambda: attached(
        b"Content-Disposition: attachment; filename*9=a; filename*3*=b%2e%2e%2f; filename*0*=utf-8''%00%ff"
    ),
    "name in an unknown character set": lambda: attached(
        b"Content-Disposition: attachment; filename*=nope'x'%e4%f6.pdf"
    ),
    "attachment elsewhere": lambda: attached(
        b"", b"", b'Content-Type: message/external-body; access-type=URL; URL="http://127.0.0.1/x"\r\n'
    ),
    "attachment in part": lambda: attached(
        b"", b"fragment", b'Content-Type: message/partial; id="a"; number=1; total=999999\r\n'
    ),
    "message in base64 in a message": lambda: attached(
        b"Content-Transfer-Encoding: base64", base64.b64encode(HEAD + b"\r\ninner"), b"Content-Type: message/rfc822\r\n"
    ),
    "pgp": lambda: HEAD + b"Content-Type: multipart/encrypted; boundary=x\r\n\r\n--x\r\n\r\nVersion: 1\r\n--x--",
    "attachment of a message with many": lambda: attached(b"", many_parts(90), b"Content-Type: message/rfc822\r\n"),
    "calendar": lambda: attached(
        b"", b"BEGIN:VCALENDAR\r\n" * 1000, b"Content-Type: text/calendar; method=REQUEST\r\n"
    ),
    "page with everything to fetch": lambda: one_text(
        b"<meta http-equiv=refresh content='0;url=//h'><link rel=stylesheet href=//h><img src=//h/x.png><iframe src=//h></iframe>"
        * 500,
        b"text/html",
    ),
    "page in pages": lambda: one_text(b"<table><tr><td>" * 100_000, b"text/html"),
}

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
    "unknown character set": lambda: one_text(b"words", b'text/plain; charset="\xff\xfe\';drop"'),
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
