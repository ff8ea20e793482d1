"""Running text of a page: lines one below the other joined to blocks, hyphens at their ends undone, cut into sentences.

Every character knows the segment it was read from, so that what is found in a sentence has its place on the page.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from documents.domain.dates import month_number_in
from documents.domain.words import Words, word_set
from extraction.local.page_view import PageView, Place, Segment, join_places

_FEWEST_WORDS = 5  # in a line of running text
_REACH = 2  # rows between one line of a block and the next
_GAP = 1.7  # line heights between them
_OVERLAP = 0.3
_ENDS_IN_HYPHEN = re.compile(r"[^\W\d_]{2,}[-\u00ad\u2010]$")
_STOP = re.compile(
    r"""[.!?;]["”»’)]*\s+(?=["“„«(]?[A-ZÀ-ÖØ-Þ\d(§])|\s+(?=\(?\d{1,2}(?:\.\d{1,2})*[.)]\s+[A-ZÀ-ÖØ-Þ])"""
)
_MONTH = re.compile(r"(?P<name>[^\W\d_]{3,})")
_DAY = re.compile(rf"\d{{1,2}}\.\s+{_MONTH.pattern}")
_DAY_BEFORE = re.compile(r"(?<![\w.,])\d{1,2}$")
_LAST_WORD = re.compile(r"(?:^|[\s(“\"„])([\w.&'’]+?)\.?$")


@dataclass(frozen=True)
class _Stretch:
    """`length` characters of the prose from `start` on are those of a segment from `offset` on."""

    start: int
    length: int
    segment: Segment
    offset: int


@dataclass(frozen=True, eq=False)
class Prose:
    """One block of running text."""

    text: str
    stretches: tuple[_Stretch, ...]

    @property
    def segments(self) -> list[Segment]:
        """Its lines, in reading order."""
        return [stretch.segment for stretch in self.stretches]

    @property
    def is_running(self) -> bool:
        """Whether it is text and not a heading, a label or a number of a page."""
        return any(_is_running(segment) for segment in self.segments)

    def stretches_of(self, start: int, end: int) -> list[tuple[Segment, int, int]]:
        """The stretches of segments that `text[start:end]` was read from, in reading order."""
        first = max(0, bisect_right([stretch.start for stretch in self.stretches], start) - 1)
        found = []
        for stretch in self.stretches[first:]:
            if stretch.start >= end:
                break
            begin, stop = max(start, stretch.start), min(end, stretch.start + stretch.length)
            if begin < stop:
                found.append(
                    (stretch.segment, stretch.offset + begin - stretch.start, stretch.offset + stop - stretch.start)
                )
        return found

    def place(self, start: int, end: int) -> Place | None:
        """Where `text[start:end]` stands; None for nothing but spaces."""
        places = [
            segment.place(begin, stop)
            for segment, begin, stop in self.stretches_of(start, end)
            if segment.text[begin:stop].strip()
        ]
        return join_places(places, " ") if places else None


@lru_cache(maxsize=2)
def prose_of(view: PageView) -> tuple[Prose, ...]:
    """The page's blocks of running text from top to bottom; none on a page without lines of words."""
    if not any(_is_running(segment) for segment in view.segments):
        return ()
    return tuple(prose_of_lines(lines) for lines in _blocks(view))


def _is_running(segment: Segment) -> bool:
    return (
        len(segment.text.split()) >= _FEWEST_WORDS
        and sum(mark.islower() for mark in segment.text) >= len(segment.text) / 3
    )


def _blocks(view: PageView) -> list[list[Segment]]:
    """Segments that follow each other in one column. Two segments of one row below a wide line are one line cut at a gap."""
    blocks: list[list[Segment]] = []
    for row in view.rows:
        open_blocks = [block for block in blocks[-12:] if row.index - block[-1].row <= _REACH]
        for segment in row.segments:
            block = _block_of(view, segment, open_blocks)
            if block is None:
                block = []
                blocks.append(block)
                open_blocks.append(block)
            block.append(segment)
    return blocks


def _block_of(view: PageView, segment: Segment, blocks: Sequence[list[Segment]]) -> list[Segment] | None:
    best, widest = None, 0.0
    for block in blocks:
        above = next((line for line in reversed(block) if line.row < segment.row), None)
        if above is None or segment.box.top - above.box.bottom > _GAP * view.line_height:
            continue
        shared = above.box.horizontal_overlap(segment.box)
        width = min(above.box.right, segment.box.right) - max(above.box.left, segment.box.left)
        if shared > _OVERLAP and width > widest:
            best, widest = block, width
    return best


def prose_of_lines(lines: Sequence[Segment]) -> Prose:
    """One block of these lines; words cut by a hyphen at the end of a line are whole."""
    text, stretches = "", []
    for number, segment in enumerate(lines):
        kept = segment.text
        following = lines[number + 1].text if number + 1 < len(lines) else ""
        is_cut = _ENDS_IN_HYPHEN.search(kept) is not None and following[:1].islower()
        kept = kept[:-1] if is_cut else kept
        stretches.append(_Stretch(len(text), len(kept), segment, 0))
        text += kept + ("" if is_cut or kept.endswith(("-", "/")) else " ")
    return Prose(text.rstrip(), tuple(stretches))


def sentences(text: str, words: Words) -> Iterator[tuple[int, int]]:
    """`[start, end)` of every sentence of a block. A point behind an abbreviation, a legal form, an initial or
    the day before a month ends none."""
    start = 0
    for match in _STOP.finditer(text):
        if match.start() <= start or _is_abbreviation(text[start : match.start()], text[match.start()], words):
            continue
        if _is_in_date(text, match.start(), match.end(), words):
            continue
        yield start, match.start() + (text[match.start()] in ".!?;")
        start = match.end()
    if start < len(text):
        yield start, len(text)


def _is_abbreviation(before: str, mark: str, words: Words) -> bool:
    if mark != ".":
        return False
    last = _LAST_WORD.search(before)
    if last is None:
        return False
    word = last[1].lower()
    return (
        len(word) == 1
        or re.fullmatch(r"(?:[^\W\d_]\.)+[^\W\d_]", word) is not None
        or word in word_set(words, "abbreviation")
        or word in words.legal_words
    )


def _is_in_date(text: str, end: int, start: int, words: Words) -> bool:
    """Whether "22. Oktober" stands around or behind the cut: one day, and neither an end nor a numbered heading."""
    month = _DAY.match(text, start) or (_MONTH.match(text, start) if _DAY_BEFORE.search(text[:end]) else None)
    return month is not None and month_number_in(month["name"], "", words) is not None
