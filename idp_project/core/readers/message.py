"""One e-mail (RFC 5322, MIME: RFC 2045 to 2049) taken apart: header fields, text, attachments. Child of the sandbox only.

Python's parser does the parsing; the classes here hold it to limits while it works, before anything is decoded.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.errors import HeaderParseError
from email.feedparser import BytesFeedParser
from email.generator import BytesGenerator
from email.header import decode_header
from email.message import Message
from email.utils import collapse_rfc2231_value
from typing import Any

from idp_project.core.files.errors import MESSAGE_ENCRYPTED, ParseFailure, SandboxCode
from idp_project.core.files.formats import CONTENT_TYPES
from idp_project.core.readers.attached_file import AttachedFile
from idp_project.core.readers.decoration import is_decoration
from idp_project.core.readers.message_text import CELL, decoded_text, plain_text

_MAX_DEPTH = 40  # of parts in parts; mail programs stay below ten
_MAX_HEADERS = 1000  # of one part
_MAX_HEADER_BYTES = 2**20  # of one part
_MAX_PARAMETERS = 4096  # characters of a Content-* field: reading its parameters takes quadratic time
_MAX_FIELD = 4000  # characters of a field that is shown
_PARTS_AN_ATTACHMENT = 8
_ENCODED_CHARACTER = 12  # at most: four bytes, each written as “=XX”
_CHUNK = 2**16
_TABLE_ROWS, _TABLE_COLUMNS = 2, 3  # of a web page that is read in place of the plain text beside it
_NESTED = ("message/rfc822", "message/global")
_SIGNATURES = ("application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature")
_EXTENSIONS = {content_type: f".{file_format}" for file_format, content_type in CONTENT_TYPES.items()}
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")


@dataclass
class _Contents:
    """What was found in the parts of a message, in their order."""

    max_text: int
    texts: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)  # the message's web pages, as they came
    attached: list[_Part] = field(default_factory=list)


class Mail:
    """The message in `data`. Raises ParseFailure: damaged, encrypted, nested_too_deep, too_many_headers,
    too_many_attachments (those of messages inside it count too), too_many_pages (plain text that can only have more than
    `max_text` characters).
    """

    def __init__(self, data: bytes, max_attachments: int, max_text: int) -> None:
        self._root = _parsed(data, max_attachments)
        _check_readable(self._root)
        if sum(1 for _ in _attached_below(self._root)) > max_attachments:
            raise ParseFailure(SandboxCode.TOO_MANY_ATTACHMENTS)
        self._contents = _Contents(max_text)
        _collect(self._root, self._contents)
        self._pictures = [part for part in self._contents.attached if _is_decoration(part, self._contents.pages)]

    def header(self, name: str) -> str:
        """A header field as people read it, in one line; several of that name joined."""
        values = (_readable_field(value) for value in (self._root.get_all(name) or ())[:20])
        return ", ".join(value for value in values if value)[:_MAX_FIELD]

    @property
    def text(self) -> str:
        texts = (text.replace("\r\n", "\n").replace("\r", "\n") for text in self._contents.texts)
        return "\n\n".join(text.strip("\n") for text in texts if text.strip())

    def attachment_names(self) -> list[str]:
        return [name for name, part in self._named() if part not in self._pictures]

    def picture_names(self) -> list[str]:
        """Names of pictures that belong to its signature or design: they are no attachments."""
        return [name for name, part in self._named() if part in self._pictures]

    def attachments(self) -> Iterator[AttachedFile]:
        """Yields attachments in the order of their parts, each decoded when it is asked for."""
        for name, part in self._named():
            if part not in self._pictures:
                yield AttachedFile(name, _content_of(part))

    def _named(self) -> list[tuple[str, _Part]]:
        return [(_name_of(part, number), part) for number, part in enumerate(self._contents.attached, start=1)]


class _Part(Message):
    """A part that counts while the parser fills it."""

    depth = 0
    header_count = 0
    header_bytes = 0

    def set_raw(self, name: str, value: str) -> None:
        self.header_count += 1
        self.header_bytes += len(name) + len(value)
        if self.header_count > _MAX_HEADERS or self.header_bytes > _MAX_HEADER_BYTES:
            raise ParseFailure(SandboxCode.TOO_MANY_HEADERS)
        super().set_raw(name, value[:_MAX_PARAMETERS] if name.lower().startswith("content-") else value)

    def attach(self, payload: Any) -> None:
        payload.depth = self.depth + 1
        if payload.depth > _MAX_DEPTH:
            raise ParseFailure(SandboxCode.NESTED_TOO_DEEP)
        super().attach(payload)

    def parts(self) -> list[_Part]:
        payload = self.get_payload()
        return [part for part in payload if isinstance(part, _Part)] if isinstance(payload, list) else []


def _parsed(data: bytes, max_attachments: int) -> _Part:
    left = _PARTS_AN_ATTACHMENT * max_attachments + 100

    def new_part(**options: Any) -> _Part:
        nonlocal left
        left -= 1
        if left < 0:
            raise ParseFailure(SandboxCode.TOO_MANY_ATTACHMENTS)
        return _Part(**options)

    parser = BytesFeedParser(new_part)
    for start in range(0, len(data), _CHUNK):
        parser.feed(data[start : start + _CHUNK])
    return parser.close()


def _check_readable(root: _Part) -> None:
    kind = root.get_content_type()
    content = str(root.get_param("smime-type", "enveloped-data")).lower()
    is_enveloped = kind in ("application/pkcs7-mime", "application/x-pkcs7-mime") and "enveloped" in content
    if kind == "multipart/encrypted" or is_enveloped:
        raise ParseFailure(SandboxCode.ENCRYPTED, MESSAGE_ENCRYPTED())


def _attached_below(part: _Part) -> Iterator[_Part]:
    """Every file in it, those of the messages inside it too."""
    for inner in part.parts():
        if inner.get_content_type() in _NESTED or (not inner.parts() and not _is_text(inner)):
            yield inner
        yield from _attached_below(inner)


def _collect(part: _Part, found: _Contents, *, reads_text: bool = True) -> None:
    kind = part.get_content_type()
    if kind in _SIGNATURES:
        return
    if kind in _NESTED and part.depth:
        found.attached.append(part)
    elif kind.startswith("message/") and part.depth:
        found.texts.append(_notice(part))
    elif kind == "multipart/alternative":
        chosen = _best(part.parts(), found.max_text)
        found.pages += [_page_of(inner) for inner in _pages_below(part)]
        for inner in part.parts():
            _collect(inner, found, reads_text=reads_text and inner is chosen)
    elif part.parts():
        for inner in part.parts():
            _collect(inner, found, reads_text=reads_text)
    elif not _is_text(part):
        found.attached.append(part)
    elif reads_text:
        found.texts.append(_text_of(part, found.max_text))
        if _is_page(part):
            found.pages.append(_page_of(part))


def _is_text(part: _Part) -> bool:
    """Whether it is to be read with the message rather than kept as a file. A multipart without parts is text, too."""
    is_file = part.get_content_disposition() == "attachment" or bool(part.get_filename())
    return part.get_content_maintype() in ("text", "multipart") and not is_file


def _best(alternatives: list[_Part], max_text: int) -> _Part | None:
    """A web page with a table, whose columns plain text loses; else plain text where it says something; else the last, which
    is the richest (RFC 2046, 5.1.4)."""
    for alternative in alternatives:
        pages = [alternative] if _is_page(alternative) else list(_pages_below(alternative))
        if any(_has_table(_text_of(page, max_text)) for page in pages):
            return alternative
    for alternative in alternatives:
        if alternative.get_content_type() == "text/plain" and _text_of(alternative, max_text).strip():
            return alternative
    readable = [part for part in alternatives if part.get_content_maintype() in ("text", "multipart")]
    return readable[-1] if readable else None


def _is_page(part: _Part) -> bool:
    return part.get_content_type() in ("text/html", "application/xhtml+xml") and _is_text(part)


def _pages_below(part: _Part) -> Iterator[_Part]:
    for inner in part.parts():
        if _is_page(inner):
            yield inner
        yield from _pages_below(inner)


def _has_table(text: str) -> bool:
    """Rows of a table of several columns with figures in it; mails are laid out by tables, too."""
    rows = [line.split(CELL) for line in text.split("\n") if CELL in line]
    full = [row for row in rows if sum(bool(cell.strip()) for cell in row) >= _TABLE_COLUMNS]
    return sum(any(mark.isdigit() for cell in row for mark in cell) for row in full) >= _TABLE_ROWS


def _page_of(part: _Part) -> str:
    return decoded_text(_content_of(part), str(part.get_content_charset() or ""))


def _is_decoration(part: _Part, pages: list[str]) -> bool:
    if part.get_content_maintype() != "image":
        return False
    identifier = str(part.get("Content-ID", "")).strip().strip("<>")
    is_attached = part.get_content_disposition() == "attachment"
    return is_decoration(_content_of(part), identifier, pages, is_attached=is_attached)


def _text_of(part: _Part, max_text: int) -> str:
    is_page = part.get_content_subtype() in ("html", "xhtml")
    if not is_page and len(str(part.get_payload())) > _ENCODED_CHARACTER * max_text:
        raise ParseFailure(SandboxCode.TOO_MANY_PAGES)
    text = decoded_text(_content_of(part), str(part.get_content_charset() or ""))
    return plain_text(text) if is_page else text


def _notice(part: _Part) -> str:
    """A report of a mail server, which is header fields in groups; or whatever else came as a message."""
    groups = ["\n".join(f"{name}: {_readable_field(value)}" for name, value in inner.items()) for inner in part.parts()]
    return "\n\n".join(groups)


def _content_of(part: _Part) -> bytes:
    """The bytes of a leaf, transfer encoding undone; of a message inside this one, that message as it would be sent."""
    if part.get_content_type() in _NESTED and part.parts():
        return _message_inside(part)
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _message_inside(part: _Part) -> bytes:
    """The parser takes what is encoded, which RFC 2046 forbids here and some programs do, for a message without fields."""
    inner = part.parts()[0]
    if not inner.keys() and part.get("Content-Transfer-Encoding"):
        holder = Message()
        holder["Content-Transfer-Encoding"] = part["Content-Transfer-Encoding"]
        holder.set_payload(inner.get_payload())
        payload = holder.get_payload(decode=True)
        return payload if isinstance(payload, bytes) else b""
    target = io.BytesIO()
    BytesGenerator(target, mangle_from_=False, maxheaderlen=0).flatten(inner)
    return target.getvalue()


def _name_of(part: _Part, number: int) -> str:
    name = _CONTROL.sub(" ", _readable_field(collapse_rfc2231_value(part.get_filename() or ""))).strip()
    is_message = part.get_content_type() in _NESTED
    if name:
        return name[-200:] + (".eml" if is_message and not name.lower().endswith(".eml") else "")
    if is_message:
        subject = _readable_field(part.parts()[0].get("Subject", ""))[:100] if part.parts() else ""
        words = subject.replace("/", " ").replace("\\", " ").split()
        return f"{' '.join(words) or f'message {number}'}.eml"
    return f"attachment {number}{_EXTENSIONS.get(part.get_content_type(), '')}"


def _readable_field(value: Any) -> str:
    """A header field's value with its encoded words decoded (RFC 2047), in one line."""
    text = str(value)[:_MAX_FIELD]
    try:
        fragments = decode_header(text)
    except (HeaderParseError, ValueError):
        fragments = [(text, None)]
    decoded = "".join(
        decoded_text(fragment, charset or "") if isinstance(fragment, bytes) else _repaired(fragment)
        for fragment, charset in fragments
    )
    return " ".join(_CONTROL.sub(" ", decoded).split())


def _repaired(text: str) -> str:
    """Bytes above 127, which the parser keeps as surrogates, as the letters that they were meant to be."""
    if text.isascii():
        return text
    return decoded_text(text.encode("utf-8", "surrogateescape"), "")
