"""A content stream's operands and operators by one regular expression, in place of pdfminer's parser.

Most of a page's time went into pdfminer's character-wise tokeniser. Streams with inline images, whose binary data no
expression can skip, still go there. Why not pdfium's characters: benchmarks/README.md. Syntax: ISO 32000-1, 7.2 and 7.8.
Child of the sandbox only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from pdfminer import pdfinterp
from pdfminer.pdftypes import stream_value
from pdfminer.psexceptions import PSEOF
from pdfminer.psparser import KWD, LIT

_TOKEN = re.compile(
    rb"""[\x00\t\n\f\r ]*+(?:
      (?P<number>[+-]?(?:\d+\.?\d*|\.\d+))
    | (?P<operator>[A-Za-z'"][A-Za-z0-9'"*]*)
    | /(?P<name>[^\x00\t\n\f\r ()<>\[\]{}/%]*)
    | \((?P<string>(?:[^()\\]|\\.|\((?:[^()\\]|\\.)*+\))*+)\)
    | <(?P<hex>[0-9A-Fa-f\x00\t\n\f\r ]*)>
    | (?P<open>\[|<<)
    | (?P<close>\]|>>)
    | %[^\r\n]*
    )""",
    re.VERBOSE | re.DOTALL,
)
_INLINE_IMAGE = re.compile(rb"(?:^|[\s\]>)])BI[\s/]")
_ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|(\r\n|.))", re.DOTALL)
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b"", b"\r": b"", b"\r\n": b""}
_SPACE = re.compile(rb"[\x00\t\n\f\r ]*+")
_PARENTHESIS = re.compile(rb"\\.|[()]", re.DOTALL)
_HEX_IN_NAME = re.compile(rb"#([0-9A-Fa-f]{2})")
_CONSTANTS: dict[bytes, bool | None] = {b"true": True, b"false": False, b"null": None}
_PdfminerParser = pdfinterp.PDFContentParser


class ContentParser(_PdfminerParser):
    """Same interface and same objects as pdfminer's parser: `nextobject` until PSEOF."""

    def __init__(self, streams: Sequence[object]) -> None:
        data = b"\n".join(stream_value(stream).get_data() for stream in streams)
        self._objects = None if _INLINE_IMAGE.search(data) else parse_content(data)
        super().__init__(streams)

    def nextobject(self) -> tuple[int, Any]:
        if self._objects is None:
            return super().nextobject()
        for item in self._objects:
            return 0, item
        raise PSEOF("end of content")


def parse_content(data: bytes) -> Iterator[Any]:
    """Numbers, names, strings, lists, dictionaries and keywords in order. A byte that begins no token is skipped."""
    position, end = 0, len(data)
    stack: list[tuple[bytes, list[Any]]] = []
    match = _TOKEN.match
    while position < end:
        found = match(data, position)
        if not found:
            position, text = _unmatched(data, position)
            if text is not None:
                if stack:
                    stack[-1][1].append(text)
                else:
                    yield text
            continue
        position = found.end()
        kind = found.lastgroup
        if kind == "open":
            stack.append((found["open"], []))
            continue
        if kind is None or (kind == "close" and not stack):
            continue
        item = _closed(*stack.pop()) if kind == "close" else _READERS[kind](found[kind])
        if stack:
            stack[-1][1].append(item)
        else:
            yield item


def _unmatched(data: bytes, position: int) -> tuple[int, bytes | None]:
    """A string with parentheses nested deeper than the expression looks, or a stray byte."""
    start = _SPACE.match(data, position).end()  # type: ignore[union-attr]
    if data[start : start + 1] != b"(":
        return start + 1, None
    depth = 0
    for found in _PARENTHESIS.finditer(data, start):
        depth += {b"(": 1, b")": -1}.get(found[0], 0)
        if depth == 0:
            return found.end(), _string(data[start + 1 : found.end() - 1])
    return len(data), None


def _closed(opened: bytes, items: list[Any]) -> Any:
    if opened == b"[":
        return items
    pairs = zip(items[::2], items[1::2], strict=False)
    return {getattr(key, "name", str(key)): value for key, value in pairs}


def _number(text: bytes) -> float:
    return float(text) if b"." in text else int(text[:32])


def _operator(text: bytes) -> Any:
    return _CONSTANTS[text] if text in _CONSTANTS else KWD(text)


def _name(text: bytes) -> Any:
    if b"#" in text:
        text = _HEX_IN_NAME.sub(lambda found: bytes([int(found[1], 16)]), text)
    try:
        return LIT(text.decode())
    except UnicodeDecodeError:
        return LIT(text)


def _string(text: bytes) -> bytes:
    return _ESCAPE.sub(_unescaped, text) if b"\\" in text else text


def _unescaped(found: re.Match[bytes]) -> bytes:
    if found[1]:
        return bytes([int(found[1], 8) & 255])
    return _ESCAPED.get(found[2], found[2])


def _hex(text: bytes) -> bytes:
    digits = re.sub(rb"[\x00\s]", b"", text)
    return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())


_READERS = {"number": _number, "operator": _operator, "name": _name, "string": _string, "hex": _hex}


def install() -> None:
    """pdfminer's interpreter uses this parser from now on, in this process."""
    pdfinterp.PDFContentParser = ContentParser  # type: ignore[misc]
