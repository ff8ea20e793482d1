"""A page as the extractor sees it: visual rows of words, cut into segments at wide gaps, with scale-free units.

Readers differ in what they call a line; rows and segments are built from the words alone, so all readers look alike here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median

from idp_project.core.geometry import BoundingBox, Polygon, enclosing_box
from idp_project.core.page_text import PageText, Word
from idp_project.core.spans import Span

SEGMENT_GAP = 2.2  # in character widths: a wider gap separates label from value, or column from column
_SAME_ROW = 0.5  # vertical overlap with the row's last word


@dataclass(frozen=True)
class Place:
    """Where a piece of text is: its box, its characters (None where they are not contiguous) and how well it was read."""

    text: str
    box: BoundingBox
    span: Span | None
    reading: float | None
    row: int

    @property
    def polygon(self) -> Polygon:
        return self.box.to_polygon()


@dataclass(frozen=True)
class Segment:
    """Words of one row without a wide gap between them. `text` is the words joined by single spaces."""

    words: tuple[Word, ...]
    row: int
    index: int

    @cached_property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @cached_property
    def box(self) -> BoundingBox:
        return enclosing_box(word.polygon for word in self.words)

    @cached_property
    def offsets(self) -> tuple[int, ...]:
        """Where each word starts in `text`."""
        starts, position = [], 0
        for word in self.words:
            starts.append(position)
            position += len(word.text) + 1
        return tuple(starts)

    def place(self, start: int, end: int) -> Place:
        """The place of `text[start:end]`, which must not be empty."""
        parts = [
            (word, max(0, start - offset), min(len(word.text), end - offset))
            for word, offset in zip(self.words, self.offsets, strict=True)
            if offset < end and offset + len(word.text) > start
        ]
        boxes = [slice_of_word(word, first, last) for word, first, last in parts]
        box = boxes[0]
        for other in boxes[1:]:
            box = box.union(other)
        return Place(
            self.text[start:end], box, _joined_span(parts), mean_reading(word for word, _, _ in parts), self.row
        )

    @cached_property
    def whole(self) -> Place:
        return self.place(0, len(self.text))


@dataclass(frozen=True)
class Row:
    """Segments side by side, left to right."""

    index: int
    segments: tuple[Segment, ...]

    @cached_property
    def box(self) -> BoundingBox:
        return enclosing_box(word.polygon for segment in self.segments for word in segment.words)

    @cached_property
    def text(self) -> str:
        return "  ".join(segment.text for segment in self.segments)


@dataclass(frozen=True)
class PageView:
    """Rows from top to bottom. `char_width` and `line_height` are medians in page coordinates: the units of distance."""

    page_text: PageText
    rows: tuple[Row, ...]
    char_width: float
    line_height: float

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        return tuple(segment for row in self.rows for segment in row.segments)

    @cached_property
    def text_box(self) -> BoundingBox:
        """Around all words; the whole page where there are none."""
        if not self.page_text.words:
            return BoundingBox(0.0, 0.0, 1.0, 1.0)
        return enclosing_box(word.polygon for word in self.page_text.words)

    def relative_top(self, box: BoundingBox) -> float:
        """0 at the first word's top, 1 at the last word's bottom."""
        return (box.center[1] - self.text_box.top) / (self.text_box.height or 1.0)

    def relative_size(self, box: BoundingBox) -> float:
        """Letter height relative to the page's median."""
        return box.height / (self.line_height or 1.0)


def build_page_view(page_text: PageText) -> PageView:
    """Groups the page's words into rows and segments."""
    words = page_text.words
    if not words:
        return PageView(page_text, (), 0.01, 0.01)
    char_width = median(word.polygon.bounding_box.width / max(1, len(word.text)) for word in words) or 0.005
    line_height = median(word.polygon.bounding_box.height for word in words) or 0.01
    rows = tuple(
        Row(number, _cut_into_segments(row, char_width, number)) for number, row in enumerate(_group_into_rows(words))
    )
    return PageView(page_text, rows, char_width, line_height)


def _group_into_rows(words: Sequence[Word]) -> list[list[Word]]:
    """A word joins the row whose nearest word to its left or right overlaps it vertically: follows slightly skewed rows."""
    boxed = sorted(((word.polygon.bounding_box, word) for word in words), key=lambda item: (item[0].left, item[0].top))
    rows: list[list[tuple[BoundingBox, Word]]] = []
    for box, word in boxed:
        best, best_overlap = None, _SAME_ROW
        for row in rows:
            last = row[-1][0]
            overlap = box.vertical_overlap(last)
            is_free = box.left >= last.left + 0.5 * min(last.width, box.width)
            if overlap > best_overlap and is_free and _similar_height(box, last):
                best, best_overlap = row, overlap
        if best is None:
            rows.append([(box, word)])
        else:
            best.append((box, word))
    rows.sort(key=lambda row: sum(box.center[1] for box, _ in row) / len(row))
    return [[word for _, word in row] for row in rows]


def _similar_height(one: BoundingBox, other: BoundingBox) -> bool:
    return max(one.height, other.height) < 3.5 * (min(one.height, other.height) or 0.001)


def _cut_into_segments(words: Sequence[Word], char_width: float, row: int) -> tuple[Segment, ...]:
    groups: list[list[Word]] = [[words[0]]]
    for before, word in zip(words, words[1:], strict=False):
        left, right = before.polygon.bounding_box, word.polygon.bounding_box
        own_width = max(left.width / max(1, len(before.text)), right.width / max(1, len(word.text)), char_width)
        if right.left - left.right > SEGMENT_GAP * min(own_width, 2 * char_width):
            groups.append([])
        groups[-1].append(word)
    return tuple(Segment(tuple(group), row, index) for index, group in enumerate(groups))


def slice_of_word(word: Word, first: int, last: int) -> BoundingBox:
    """The box of `word.text[first:last]`, as if all letters were equally wide."""
    box = word.polygon.bounding_box
    length = max(1, len(word.text))
    return BoundingBox(
        round(box.left + box.width * first / length, 5),
        box.top,
        round(box.left + box.width * last / length, 5),
        box.bottom,
    )


def _joined_span(parts: Sequence[tuple[Word, int, int]]) -> Span | None:
    spans = [Span(word.span.start + first, word.span.start + last) for word, first, last in parts]
    for before, after in zip(spans, spans[1:], strict=False):
        if after.start != before.end + 1:
            return None
    return Span(spans[0].start, spans[-1].end)


def mean_reading(words: Iterable[Word]) -> float | None:
    """The words' mean confidence weighted by length, None where none reports one."""
    known = [(len(word.text), word.confidence) for word in words if word.confidence is not None]
    weight = sum(length for length, _ in known)
    return sum(length * confidence for length, confidence in known) / weight if weight else None


def join_places(places: Sequence[Place], separator: str = "\n") -> Place:
    """One place of several lines, top to bottom."""
    box = places[0].box
    for place in places[1:]:
        box = box.union(place.box)
    readings = [(len(place.text), place.reading) for place in places if place.reading is not None]
    weight = sum(length for length, _ in readings)
    reading = sum(length * value for length, value in readings) / weight if weight else None
    spans = [place.span for place in places]
    span: Span | None = None
    if all(spans):
        known = [item for item in spans if item is not None]
        is_contiguous = all(b.start == a.end + 1 for a, b in zip(known, known[1:], strict=False))
        span = known[0].union(known[-1]) if is_contiguous else None
    return Place(separator.join(place.text for place in places), box, span, reading, places[0].row)
