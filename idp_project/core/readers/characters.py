"""A pdfplumber page whose characters are collected straight from pdfminer's interpreter.

pdfplumber copies every character through a layout object and a generic resolver: 112 ms a dense page. Writing its
character dictionaries at the source gives the same words in under half. Child of the sandbox only.
"""

from __future__ import annotations

from hashlib import blake2b
from math import atan2, degrees, hypot
from typing import Any

from pdfminer.converter import PDFPageAggregator
from pdfminer.pdffont import PDFType3Font, PDFUnicodeNotDefined
from pdfminer.pdfinterp import PDFPageInterpreter
from pdfminer.pdftypes import PDFStream, resolve1
from pdfminer.utils import apply_matrix_rect
from pdfplumber.page import Page

from idp_project.core.readers import content_stream

content_stream.install()
_INVISIBLE_MODES = (3, 7)
_LONGEST_GLYPH = 32  # characters that one glyph may stand for; the longest ligature has 18
_MOST_CHARACTERS = 200_000  # of a page: more than fit on it in letters that can be read
_LEVEL = 6.0  # degrees: the text layer of a crooked scan is as crooked
_DOUBLE = 10  # a character drawn again within a tenth of its size is fake bold, not text
_LOOK_BACK = 64  # same letters of a line that are compared: bounds what a hostile page can cost


class TooManyCharacters(Exception):
    """What is written on the page is not meant to be read."""


class CharacterCollector(PDFPageAggregator):
    """Collects characters as dictionaries in pdfplumber's coordinates: x moves by `left`, `ground - y` is the top.

    Raises TooManyCharacters.
    """

    def __init__(self, resources: Any, page_number: int, left: float, ground: float) -> None:
        super().__init__(resources, pageno=page_number, laparams=None)
        self.left, self.ground = left, ground
        self.characters: list[dict[str, Any]] = []
        self._length = 0
        self._mode = 0
        self._whiteness: dict[Any, bool] = {}
        self._drawn: dict[tuple[str, int], list[tuple[float, float]]] = {}
        self._fonts: dict[int, tuple[Any, str]] = {}  # with the font itself, so that its id stays its own

    def render_string(self, textstate: Any, seq: Any, ncs: Any, graphicstate: Any) -> None:
        self._mode = textstate.render
        self._is_white = self._is_white_ink(ncs, graphicstate.ncolor)
        super().render_string(textstate, seq, ncs, graphicstate)

    def render_char(
        self,
        matrix: Any,
        font: Any,
        fontsize: float,
        scaling: float,
        rise: float,
        cid: int,
        ncs: Any,
        graphicstate: Any,
    ) -> float:
        """Called for every glyph. The box is pdfminer's: advance × font size, standing on the font's descent."""
        try:
            text = font.to_unichr(cid)[:_LONGEST_GLYPH]
        except PDFUnicodeNotDefined:
            text = f"(cid:{cid})"
        advance: float = font.char_width(cid) * fontsize * scaling
        if font.is_vertical():
            box = apply_matrix_rect(matrix, _vertical_box(font.char_disp(cid), fontsize, rise, advance))
        else:
            low = font.get_descent() * fontsize + rise
            box = apply_matrix_rect(matrix, (0, low, advance, low + fontsize))
        a, b, c, d, e, f = matrix
        rotation = (0 if a > 0 else 180) if abs(a) >= abs(b) else (270 if b > 0 else 90)
        slant = _slant_of(a, b)
        line = {"slant": slant, "origin": (e, f), "advance": advance * hypot(a, b)} if slant else {}
        self._collect(text, box, abs(fontsize) * hypot(c, d), rotation, self._font(font), line)
        return advance

    def _font(self, font: Any) -> str:
        known = self._fonts.get(id(font))
        if known is None:
            known = self._fonts[id(font)] = font, font_digest(font)
        return known[1]

    def _collect(
        self,
        text: str,
        box: tuple[float, float, float, float],
        size: float,
        rotation: int,
        font: str,
        line: dict[str, Any],
    ) -> None:
        """`line`: where a slanted line runs; empty for a level one."""
        x0, y0, x1, y1 = box
        if text != " " and self._is_drawn_already(text, x0, y0, size / _DOUBLE):
            return
        self._length += len(text)
        if self._length > _MOST_CHARACTERS:
            raise TooManyCharacters
        top = self.ground - max(y0, y1)
        left, right = (x0, x1) if x0 <= x1 else (x1, x0)
        self.characters.append(
            {
                "object_type": "char",
                "text": text,
                "x0": left + self.left,
                "x1": right + self.left,
                "top": top,
                "bottom": self.ground - min(y0, y1),
                "doctop": top,
                "width": right - left,
                "height": abs(y1 - y0),
                "size": size,
                "upright": rotation in (0, 180),
                "rotation": rotation,
                "font": font,
                "is_white": self._is_white,
                "is_invisible": self._mode in _INVISIBLE_MODES,
                **line,
            }
        )

    def _is_drawn_already(self, text: str, x: float, y: float, reach: float) -> bool:
        """Imitated bold: the same letter nearer than `reach` points, which no two neighbours of a word are."""
        row = int(y)
        for line in (row - 1, row, row + 1):
            for other_x, other_y in self._drawn.get((text, line), ())[-_LOOK_BACK:]:
                if abs(other_x - x) < reach and abs(other_y - y) < reach:
                    return True
        self._drawn.setdefault((text, row), []).append((x, y))
        return False

    def _is_white_ink(self, space: Any, color: Any) -> bool:
        name = getattr(space, "name", "")
        try:
            known = self._whiteness.get((name, color))
        except TypeError:  # a colour that is no colour
            return False
        if known is None:
            known = self._whiteness[(name, color)] = _is_white(name, color)
        return known


def _slant_of(a: float, b: float) -> float | None:
    """Degrees, counter-clockwise, of a line that runs along none of the page's sides; None for one that does."""
    angle = degrees(atan2(b, a))
    return round(angle, 1) if abs((angle + 45) % 90 - 45) > _LEVEL else None


def font_digest(font: Any) -> str:
    """The same for fonts with the same glyphs and the same meanings of their codes; empty for a font that is not in the file
    and gives no meanings, whose text is what its encoding says."""
    meanings = getattr(getattr(font, "unicode_map", None), "cid2unichr", None) or {}
    programs = [resolve1(font.descriptor.get(name)) for name in ("FontFile", "FontFile2", "FontFile3")]
    data = [program.get_data() for program in programs if isinstance(program, PDFStream)]
    is_drawn = isinstance(font, PDFType3Font)  # its glyphs are drawings in the file
    if not (meanings or data or is_drawn):
        return ""
    digest = blake2b(digest_size=12)
    for part in data:
        digest.update(part)
    encoding = getattr(font, "cid2unicode", None) or {}
    widths = font.widths if is_drawn else {}
    parts = (font.fontname, *(sorted(each.items(), key=repr) for each in (meanings, encoding, widths)))
    digest.update(repr(parts).encode("utf-8", "replace"))
    return digest.hexdigest()


def _is_white(space: str, color: Any) -> bool:
    """No ink at all: full light in grey and RGB, no ink in CMYK and spot colours."""
    values = color if isinstance(color, tuple | list) else (color,)
    if not values or not all(isinstance(value, int | float) for value in values):
        return False
    is_ink = len(values) == 4 or space in ("Separation", "DeviceN")
    return bool(max(values) <= 0.01 if is_ink else min(values) >= 0.99)


def _vertical_box(displacement: Any, fontsize: float, rise: float, advance: float) -> tuple[float, float, float, float]:
    across, down = displacement
    x = fontsize * 0.5 if across is None else across * fontsize * 0.001
    y = (1000 - down) * fontsize * 0.001
    return -x, y + rise + advance, -x + fontsize, y + rise


class CharacterPage(Page):
    """pdfplumber's page; shapes and images are its own, characters come from the collector."""

    @property
    def layout(self) -> Any:
        if not hasattr(self, "_layout"):
            collector = CharacterCollector(
                self.pdf.rsrcmgr, self.page_number, self.mediabox[0], self.height + self.mediabox[1]
            )
            PDFPageInterpreter(self.pdf.rsrcmgr, collector).process_page(self.page_obj)
            self._layout = collector.get_result()
            self._characters = collector.characters
        return self._layout

    def parse_objects(self) -> dict[str, list[dict[str, Any]]]:
        objects = super().parse_objects()
        objects["char"] = self._characters
        return objects
