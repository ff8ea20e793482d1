"""What is printed, as the table finder sees it: words and ruling lines in page heights, lines of words, their chunks.

Lengths are fractions of the page's height in both directions, so that a square is one; `em` is the width of a character.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from extraction.local.page_tables.strokes import Rulings, Strokes, rulings_of
from extraction.local.row_grouping import group_into_rows
from idp_project.core.geometry import BoundingBox
from idp_project.core.page_text import PageText, Word

_SPACE = 1.2  # a gap of fewer spaces between words is an ordinary one
_LEADER = re.compile(r"^[.…·_•]{1,}$")
_TRAILING_LEADER = re.compile(r"[.…_]{3,}$")
_NUMBER = re.compile(r"^[^\w]*[\d.,'’ ]*\d[\d.,'’ ]*\W*\w{0,3}\W*$")
_EMPTY_VALUES = frozenset({"-", "–", "—", "−", "na", "n.a.", "n/a", "†", "‡", "#", "x", "*****", "(x)", ".."})


@dataclass(frozen=True, slots=True)
class Print:
    """A word: its text and its box."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


@dataclass(frozen=True)
class Chunk:
    """Words of one line with nothing but spaces between them."""

    prints: tuple[Print, ...]

    @cached_property
    def text(self) -> str:
        return _TRAILING_LEADER.sub("", " ".join(one.text for one in self.prints)).strip()

    @property
    def left(self) -> float:
        return self.prints[0].left

    @cached_property
    def right(self) -> float:
        return max(one.right for one in self.prints)

    @cached_property
    def is_number(self) -> bool:
        """An amount, a share, a year, or the sign that stands where one is missing."""
        return is_number(self.text)


def is_number(text: str) -> bool:
    return text.casefold() in _EMPTY_VALUES or bool(_NUMBER.match(text))


def _middle(values: list[float]) -> float:
    """The upper median: by far faster than that of `statistics`."""
    return sorted(values)[len(values) // 2]


@dataclass(frozen=True)
class PrintedLine:
    """Words side by side, left to right, and their chunks."""

    prints: tuple[Print, ...]
    chunks: tuple[Chunk, ...]

    @cached_property
    def top(self) -> float:
        return _middle([one.top for one in self.prints])

    @cached_property
    def bottom(self) -> float:
        return _middle([one.bottom for one in self.prints])

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def left(self) -> float:
        return self.prints[0].left

    @cached_property
    def right(self) -> float:
        return max(one.right for one in self.prints)

    @cached_property
    def text(self) -> str:
        return "  ".join(chunk.text for chunk in self.chunks)


@dataclass(frozen=True)
class PrintedPage:
    """All words of a page without leaders (dotted lines), its ruling lines, and the units of distance."""

    prints: tuple[Print, ...]
    rulings: Rulings
    aspect: float
    em: float
    line_height: float

    @cached_property
    def rows(self) -> list[list[Print]]:
        """All words, row by row: grouped once for all that looks at a section of the page."""
        boxes = [BoundingBox(one.left, one.top, one.right, one.bottom) for one in self.prints]
        return [[self.prints[index] for index in indexes] for indexes in group_into_rows(boxes)]

    def lines(self, gap: float, is_wanted: Callable[[Print], bool]) -> list[PrintedLine]:
        """From top to bottom, of the words that are wanted; `gap`: in characters, what parts two chunks."""
        kept = ([one for one in row if is_wanted(one)] for row in self.rows)
        return [PrintedLine(tuple(row), tuple(chunks_of(row, self.em, gap))) for row in kept if row]

    def box(self, left: float, top: float, right: float, bottom: float) -> BoundingBox:
        """In page coordinates."""
        return BoundingBox.from_pixels(left, top, right, bottom, width=self.aspect, height=1.0)


def print_page(
    page_text: PageText, aspect: float, find_strokes: Callable[[float], Strokes] | None = None
) -> PrintedPage:
    """`aspect`: the page's width as a multiple of its height. `find_strokes` sees the page's strokes, given the height of
    a line of text; without it the page has no lines."""
    prints = []
    for number, word in enumerate(page_text.words):
        box = word.polygon.bounding_box
        if not _is_leader(number, page_text.words):
            prints.append(Print(word.text, box.left * aspect, box.top, box.right * aspect, box.bottom))
    if not prints:
        return PrintedPage((), Rulings(), aspect, 0.01, 0.01)
    boxes = np.array([(one.left, one.top, one.right, one.bottom) for one in prints], np.float32)
    lengths = np.array([max(1, len(one.text)) for one in prints], np.float32)
    em = float(np.median((boxes[:, 2] - boxes[:, 0]) / lengths)) or 0.005
    height = float(np.median(boxes[:, 3] - boxes[:, 1])) or 0.01
    em = max(em, _SPACE * _usual_space(boxes, em))
    rulings = rulings_of(find_strokes(height), aspect, boxes, lengths) if find_strokes else Rulings()
    return PrintedPage(tuple(prints), rulings, aspect, em, height)


def _usual_space(boxes: NDArray[np.float32], em: float) -> float:
    """Between words that follow each other: as wide as a character where a typewriter wrote, half of it in print."""
    gaps = boxes[1:, 0] - boxes[:-1, 2]
    is_beside = (np.abs(boxes[1:, 1] - boxes[:-1, 1]) < em) & (gaps > 0.1 * em) & (gaps < 2 * em)
    return float(np.median(gaps[is_beside])) if is_beside.any() else 0.0


def _is_leader(number: int, words: tuple[Word, ...]) -> bool:
    """Dots that lead from a label to its value; two of them alone stand for a missing value."""
    if not _LEADER.match(words[number].text):
        return False
    beside = words[max(0, number - 1) : number] + words[number + 1 : number + 2]
    return len(words[number].text) != 2 or any(_LEADER.match(word.text) for word in beside)


def lines_of(prints: Sequence[Print], em: float, gap: float) -> list[PrintedLine]:
    """As `PrintedPage.lines`, with rows that are grouped of these words alone."""
    boxes = [BoundingBox(one.left, one.top, one.right, one.bottom) for one in prints]
    rows = ([prints[index] for index in indexes] for indexes in group_into_rows(boxes))
    return [PrintedLine(tuple(row), tuple(chunks_of(row, em, gap))) for row in rows]


def chunks_of(row: Sequence[Print], em: float, gap: float) -> Iterable[Chunk]:
    """The words of one line, cut at gaps of at least `gap` characters."""
    groups = [[row[0]]]
    for before, after in pairwise(row):
        own = min(2 * em, max(em, (before.right - before.left) / max(1, len(before.text))))
        if after.left - before.right > gap * own:
            groups.append([])
        groups[-1].append(after)
    return [Chunk(tuple(group)) for group in groups]
