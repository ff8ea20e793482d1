"""A PDF under construction whose bytes depend on nothing but what is drawn: fixed dates, fonts from this package."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

from fpdf import FPDF
from fpdf.fonts import TTFFont

logging.getLogger("fontTools").setLevel(logging.WARNING)  # at INFO it lists every glyph of every document

FONTS = Path(__file__).resolve().parents[1] / "fonts"
COREFONTS = ("helvetica", "times", "courier")
HANDWRITING = ("kalam", "caveat", "mansalva")  # in the regular weight only
Color = tuple[int, int, int]
BLACK: Color = (0, 0, 0)


@dataclass(frozen=True)
class Drawing:
    """A finished PDF."""

    content: bytes
    page_count: int


class Paper(FPDF):
    """Millimetres; text is placed by its top-left corner and never wraps or breaks pages by itself."""

    def __init__(self, size: tuple[float, float] | str, family: str, day: date, title: str) -> None:
        super().__init__(unit="mm", format=size)
        self.set_creation_date(datetime.combine(day, time(9), tzinfo=UTC))
        self.set_title(title)
        self.set_margin(0)
        self.set_auto_page_break(False)
        self.c_margin = 0
        self.core_fonts_encoding = "windows-1252"
        self.typeface = family
        if family not in COREFONTS:
            for style, weight in (("", "regular"), ("B", "bold")):
                self.add_font(family, style, FONTS / f"{family}-{weight}.ttf")

    def use(self, size: float, *, bold: bool = False, color: Color = BLACK) -> None:
        """Sets the font (size in points) and colour of what follows."""
        self.set_font(self.typeface, "B" if bold else "", size)
        self.set_text_color(*color)

    def write_by_hand(self, hand: str, size: float, x: float, y: float, text: str, color: Color = BLACK) -> None:
        """One line in a font of HANDWRITING; the font set before is not kept."""
        if hand not in self.fonts:
            self.add_font(hand, "", FONTS / f"{hand}-regular.ttf")
        self.set_font(hand, "", size)
        self.set_text_color(*color)
        self.put(x, y, text)

    @property
    def line_height(self) -> float:
        """Line height of the present font, in millimetres."""
        return self.font_size * 1.25

    def put(self, x: float, y: float, text: str, width: float = 0, align: str = "L") -> None:
        """One line of text; `align` (L, R or C) works within `width`."""
        self.set_xy(x, y)
        self.cell(width or self.get_string_width(text), self.line_height, text, align=align)

    def put_right(self, right: float, y: float, text: str) -> None:
        self.put(right - self.get_string_width(text), y, text)

    def wrapped(self, text: str, width: float) -> list[str]:
        """The words of the text in lines not wider than `width`."""
        lines: list[str] = []
        for word in text.split():
            if lines and self.get_string_width(f"{lines[-1]} {word}") <= width:
                lines[-1] = f"{lines[-1]} {word}"
            else:
                lines.append(word)
        return lines

    def finish(self) -> Drawing:
        """The paper cannot be drawn on any more."""
        drawing = Drawing(bytes(self.output()), self.pages_count)
        self.discard()
        return drawing

    def discard(self) -> None:
        """Closes the font files, which fpdf2 keeps open."""
        for font in self.fonts.values():
            if isinstance(font, TTFFont):
                font.ttfont.close()
