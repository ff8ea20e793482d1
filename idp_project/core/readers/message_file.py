"""An e-mail as a document: what its header says, its attachments, and the pages of the PDF that is made of it.

Child of the sandbox only.
"""

from __future__ import annotations

from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import Any

from numpy import uint8
from numpy.typing import NDArray

from idp_project.core.readers.attached_file import AttachedFile
from idp_project.core.readers.message import Mail
from idp_project.core.readers.message_pdf import MOST_CHARACTERS, message_pdf
from idp_project.core.readers.message_text import CELL
from idp_project.core.readers.pdf_file import PdfFile

_SAMPLE_CHARACTERS = 4000
_FIELDS = (("From", "From"), ("To", "To"), ("Cc", "Cc"), ("Date", "Date"))
_UNNAMED = "(no subject)"


class MessageFile:
    """A message as pages of A4: subject, sender, recipients, date, names of the attachments, text.

    Raises ParseFailure as `Mail` does; what needs its PDF, also too_many_pages and too_many_pixels.
    """

    def __init__(self, data: bytes, max_pages: int, max_page_pixels: int, max_attachments: int) -> None:
        self._mail = Mail(data, max_attachments, max_text=max_pages * MOST_CHARACTERS)
        self._max_pages, self._max_page_pixels = max_pages, max_page_pixels

    @cached_property
    def pdf(self) -> bytes:
        title = _printable(self._mail.header("Subject")) or _UNNAMED
        return message_pdf(title, self._fields(), self._text, self._max_pages)

    @property
    def page_count(self) -> int:
        return self._pages.page_count

    @cached_property
    def _pages(self) -> PdfFile:
        return PdfFile(self.pdf, self._max_pages, self._max_page_pixels)

    @cached_property
    def _text(self) -> str:
        return _printable(self._mail.text)

    def _fields(self) -> list[tuple[str, str]]:
        values = [(label, _printable(self._mail.header(name))) for label, name in _FIELDS]
        values.append(("Attached", _printable(", ".join(self._mail.attachment_names()))))
        return [(label, value) for label, value in values if value]

    def attachments(self) -> Iterator[AttachedFile]:
        return self._mail.attachments()

    def facts(self) -> dict[str, Any]:
        return {
            **self._pages.facts(),
            "producer": (self._mail.header("X-Mailer") or self._mail.header("User-Agent"))[:200],
            "title": self._mail.header("Subject")[:300],
            "sender": self._mail.header("From")[:300],
            "sent_on": _day_of(self._mail.header("Date")),
            "pdf_version": "",
            "has_text_layer": True,
            "has_attachments": bool(self._mail.attachment_names()),
            "left_out": self._mail.picture_names()[:50],
            "text_sample": self._text[:_SAMPLE_CHARACTERS].replace(CELL, "  "),
        }

    def page_size(self, number: int) -> tuple[float, float]:
        return self._pages.page_size(number)

    def render(self, number: int, dpi: float) -> NDArray[uint8]:
        return self._pages.render(number, dpi)

    def text_layer(self, number: int) -> dict[str, Any]:
        return self._pages.text_layer(number)


def _printable(text: str) -> str:
    """Strips control characters, surrogates and what turns the direction of writing; keeps lines and cells."""
    kept = (character if character.isprintable() or character in f"\n\t{CELL}" else " " for character in text)
    return "".join(kept).encode("utf-8", "ignore").decode("utf-8")


def _day_of(header: str) -> str:
    """The day of a date header, in ISO; empty where it cannot be read."""
    try:
        return parsedate_to_datetime(header).date().isoformat()
    except (TypeError, ValueError, IndexError):
        return ""
