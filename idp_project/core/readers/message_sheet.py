"""An e-mail on paper: header fields and text set on A4 pages, every word with its place. Child of the sandbox only.

Coordinates are points (1/72 inch) from a page's top-left corner.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from PIL import ImageFont

from idp_project.core.files.errors import ParseFailure, SandboxCode

WIDTH, HEIGHT = 595.28, 841.89
MOST_CHARACTERS = 12_000  # of a page: 53 lines of the narrowest letters come to less
_MARGIN, _INDENT = 54.0, 84.0
_BODY_SIZE, _TITLE_SIZE = 10.0, 14.0
_LEADING = 1.4  # of the size, from line to line
_ASCENT, _DESCENT = 0.76, 0.24  # of the size: above and below the baseline
_MEASURED_AT = 200  # pixels, so that widths are exact enough to scale
FONTS = Path(__file__).parent / "fonts"
_FONT = FONTS / "dejavu-sans.ttf"


@dataclass(frozen=True)
class SetWord:
    """A word on its page. `baseline` and `x` say where its drawing begins."""

    text: str
    x: float
    baseline: float
    width: float
    size: float
    is_label: bool = False

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        return self.x, self.baseline - _ASCENT * self.size, self.x + self.width, self.baseline + _DESCENT * self.size


@dataclass
class Sheet:
    """One page: its words, and how far down its lines across are."""

    words: list[SetWord] = field(default_factory=list)
    rules: list[float] = field(default_factory=list)


@cache
def font(pixels: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(_FONT), pixels, layout_engine=ImageFont.Layout.BASIC)


def set_message(title: str, fields: list[tuple[str, str]], text: str, max_pages: int) -> list[Sheet]:
    """Title, labelled fields, a line across, text. Raises ParseFailure too_many_pages as soon as there are too many."""
    setter = _Setter(max_pages)
    setter.put(title, size=_TITLE_SIZE)
    setter.skip(6)
    for label, value in fields:
        setter.put(value, indent=_INDENT, label=label)
    setter.rule()
    for line in text.expandtabs(4).splitlines():
        setter.put(line)
    return setter.sheets


class _Setter:
    """Puts lines below each other, from page to page."""

    def __init__(self, max_pages: int) -> None:
        self._max_pages = max_pages
        self._down = HEIGHT
        self.sheets: list[Sheet] = []
        self._advances: dict[str, float] = {}

    def put(self, text: str, *, size: float = _BODY_SIZE, indent: float = 0.0, label: str = "") -> None:
        """One line of the message, broken where the page ends; leading spaces are kept."""
        left, right = _MARGIN + indent, WIDTH - _MARGIN
        self._next_line(size)
        if label:
            self._word(label, _MARGIN, size, is_label=True)
        space = self._width(" ", size)
        x = left + min(len(text) - len(text.lstrip(" ")), 60) * space
        for word in text.split():
            for fragment in self._fragments(word, right - left, size):
                width = self._width(fragment, size)
                if x + width > right and x > left:
                    self._next_line(size)
                    x = left
                self._word(fragment, x, size)
                x += width + space

    def skip(self, points: float) -> None:
        self._down += points

    def rule(self) -> None:
        self._next_line(_BODY_SIZE)
        self.sheets[-1].rules.append(self._down - _BODY_SIZE / 2)

    def _next_line(self, size: float) -> None:
        self._down += size * _LEADING
        if self._down > HEIGHT - _MARGIN:
            if len(self.sheets) == self._max_pages:
                raise ParseFailure(SandboxCode.TOO_MANY_PAGES)
            self.sheets.append(Sheet())
            self._down = _MARGIN + size

    def _word(self, text: str, x: float, size: float, *, is_label: bool = False) -> None:
        self.sheets[-1].words.append(SetWord(text, x, self._down, self._width(text, size), size, is_label))

    def _fragments(self, word: str, available: float, size: float) -> Iterator[str]:
        """The word, in fragments where it is longer than a line."""
        start = end = 0
        width = 0.0
        for end, character in enumerate(word):
            width += self._width(character, size)
            if width > available:
                yield word[start:end]
                start, width = end, self._width(character, size)
        yield word[start:]

    def _width(self, text: str, size: float) -> float:
        return sum(self._advance(character) for character in text) * size

    def _advance(self, character: str) -> float:
        known = self._advances.get(character)
        if known is None:
            known = self._advances[character] = font(_MEASURED_AT).getlength(character) / _MEASURED_AT
        return known
