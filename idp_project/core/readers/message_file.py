"""An e-mail as a document: facts, pixels and words of the pages it is set on, and its attachments. Child of the sandbox
only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from idp_project.core.files.errors import ParseFailure, SandboxCode
from idp_project.core.readers.message import AttachedFile, Mail
from idp_project.core.readers.message_sheet import HEIGHT, MOST_CHARACTERS, WIDTH, SetWord, Sheet, font, set_message

_SAMPLE_CHARACTERS = 4000
_MINIMUM_DPI = 20
_INK, _GRAY = (20, 20, 20), (110, 110, 110)
_FIELDS = (("From", "From"), ("To", "To"), ("Cc", "Cc"), ("Date", "Date"))
_UNNAMED = "(no subject)"


class MessageFile:
    """A message as pages of A4: subject, sender, recipients, date, names of the attachments, text.

    Raises ParseFailure as `Mail` does, and too_many_pages, too_many_pixels.
    """

    def __init__(self, data: bytes, max_pages: int, max_page_pixels: int, max_attachments: int) -> None:
        self._mail = Mail(data, max_attachments, max_text=max_pages * MOST_CHARACTERS)
        self._max_page_pixels = max_page_pixels
        self._title = _printable(self._mail.header("Subject")) or _UNNAMED
        self._text = _printable(self._mail.text)
        self._sheets = set_message(self._title, self._fields(), self._text, max_pages)
        self.page_count = len(self._sheets)

    def _fields(self) -> list[tuple[str, str]]:
        values = [(label, _printable(self._mail.header(name))) for label, name in _FIELDS]
        values.append(("Attached", _printable(", ".join(self._mail.attachment_names()))))
        return [(label, value) for label, value in values if value]

    def attachments(self) -> Iterator[AttachedFile]:
        return self._mail.attachments()

    def facts(self) -> dict[str, Any]:
        return {
            "is_encrypted": False,
            "producer": (self._mail.header("X-Mailer") or self._mail.header("User-Agent"))[:200],
            "title": self._mail.header("Subject")[:300],
            "sender": self._mail.header("From")[:300],
            "pdf_version": "",
            "has_text_layer": True,
            "has_javascript": False,
            "has_attachments": bool(self._mail.attachment_names()),
            "is_repaired": False,
            "text_sample": self._text[:_SAMPLE_CHARACTERS],
        }

    def page_size(self, number: int) -> tuple[float, float]:
        return WIDTH, HEIGHT

    def render(self, number: int, dpi: float) -> NDArray[np.uint8]:
        """RGB. Where the pixel limit asks for it, at less than `dpi`, but not below 20."""
        fitting = 72 * (self._max_page_pixels / (WIDTH * HEIGHT)) ** 0.5
        if fitting < _MINIMUM_DPI:
            raise ParseFailure(SandboxCode.TOO_MANY_PIXELS)
        scale = min(dpi, fitting * 0.999) / 72
        image = Image.new("RGB", (round(WIDTH * scale), round(HEIGHT * scale)), "white")
        _draw(ImageDraw.Draw(image), self._sheets[number - 1], scale)
        return np.asarray(image)

    def text_layer(self, number: int) -> dict[str, Any]:
        """As `text_layer.TextLayerReader.read` gives it; every word is where it is drawn."""
        words = self._sheets[number - 1].words
        return {
            "width": WIDTH,
            "height": HEIGHT,
            "words": [[word.text, *(round(side, 2) for side in word.box), 0, word.size, True] for word in words],
            "tables": [],
            "char_count": sum(len(word.text) for word in words),
            "garbage_ratio": 0.0,
            "invisible_ratio": 0.0,
            "image_area": 0.0,
        }


def _draw(canvas: ImageDraw.ImageDraw, sheet: Sheet, scale: float) -> None:
    for down in sheet.rules:
        canvas.line(
            (54 * scale, down * scale, (WIDTH - 54) * scale, down * scale), fill=_GRAY, width=max(1, round(scale))
        )
    for word in sheet.words:
        _draw_word(canvas, word, scale)


def _draw_word(canvas: ImageDraw.ImageDraw, word: SetWord, scale: float) -> None:
    place = (word.x * scale, word.baseline * scale)
    canvas.text(place, word.text, _GRAY if word.is_label else _INK, font(word.size * scale), anchor="ls")


def _printable(text: str) -> str:
    """Without control characters, surrogates and what turns the direction of writing, lines kept."""
    kept = (character if character.isprintable() or character in "\n\t " else " " for character in text)
    return "".join(kept).encode("utf-8", "ignore").decode("utf-8")
