"""A page as the extractor sees it: visual rows of words, cut into segments at wide gaps, with scale-free units.

Readers differ in what they call a line; rows and segments are built from the words alone, so all readers look alike here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from statistics import median
from typing import Any

from documents.domain.numbers import shows_space_groups, side_marks_in
from documents.domain.words import Words, built_in_words
from extraction.local.number_words import BoxedWord, join_numbers
from extraction.local.row_grouping import group_into_rows
from idp_project.core.geometry import BoundingBox, Polygon
from idp_project.core.page_text import PageText, Word
from idp_project.core.spans import Span

SEGMENT_GAP = 2.2  # in character widths: a wider gap separates label from value, or column from column


@dataclass(frozen=True)
class Place:
    """Where a stretch of text is: its box, its characters (None where they are not contiguous) and how well it was read."""

    text: str
    box: BoundingBox
    span: Span | None
    reading: float | None
    row: int

    @property
    def polygon(self) -> Polygon:
        return self.box.to_polygon()


@dataclass(frozen=True, eq=False)
class Segment:
    """Words of one row without a wide gap between them. `text` is the words joined by single spaces."""

    words: tuple[Word, ...]
    boxes: tuple[BoundingBox, ...]
    row: int
    index: int

    @cached_property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @cached_property
    def box(self) -> BoundingBox:
        return union_of(self.boxes)

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
        parts: list[tuple[Word, int, int]] = []
        boxes: list[BoundingBox] = []
        for word, box, offset in zip(self.words, self.boxes, self.offsets, strict=True):
            first, last = max(0, start - offset), min(len(word.text), end - offset)
            if first < last:
                parts.append((word, first, last))
                boxes.append(box if last - first == len(word.text) else slice_of_box(box, first, last, len(word.text)))
        reading = mean_reading(word for word, _, _ in parts)
        return Place(self.text[start:end], union_of(boxes), _joined_span(parts), reading, self.row)

    @cached_property
    def whole(self) -> Place:
        return self.place(0, len(self.text))


@dataclass(frozen=True, eq=False)
class Row:
    """Segments side by side, left to right."""

    index: int
    segments: tuple[Segment, ...]

    @cached_property
    def box(self) -> BoundingBox:
        return union_of([segment.box for segment in self.segments])

    @cached_property
    def text(self) -> str:
        return "  ".join(segment.text for segment in self.segments)


@dataclass(frozen=True, eq=False)
class PageView:
    """Rows from top to bottom. `char_width` and `line_height` are medians in page coordinates: the units of distance.

    `words` are those that documents of the page's organisation use.
    """

    page_text: PageText
    rows: tuple[Row, ...]
    char_width: float
    line_height: float
    words: Words

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        return tuple(segment for row in self.rows for segment in row.segments)

    @cached_property
    def text_box(self) -> BoundingBox:
        """Around all words; the whole page if it has none."""
        return union_of([row.box for row in self.rows]) if self.rows else BoundingBox(0.0, 0.0, 1.0, 1.0)

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """Of the segments, in their order."""
        return tuple(segment.text for segment in self.segments)

    @cached_property
    def found_labels(self) -> dict[str, Any]:
        """Where labels were found, by label: filled by `labels.find_labels`, each label looked for once per page."""
        return {}

    @cached_property
    def label_windows(self) -> dict[str, Any]:
        """Runs of words by their letters: filled by `labels.find_labels`."""
        return {}

    @cached_property
    def blocks(self) -> dict[str, Any]:
        """The blocks of parties: filled by `party_blocks.find_blocks`."""
        return {}

    @cached_property
    def found_values(self) -> dict[tuple[Any, ...], Any]:
        """Values by type, pattern and notation: filled by `candidates.find_values`, each kind looked for once per page."""
        return {}

    def relative_top(self, box: BoundingBox) -> float:
        """0 at the first word's top, 1 at the last word's bottom."""
        return (box.center[1] - self.text_box.top) / (self.text_box.height or 1.0)

    def relative_size(self, box: BoundingBox) -> float:
        """Letter height relative to the page's median."""
        return box.height / (self.line_height or 1.0)


def build_page_view(page_text: PageText, words: Words | None = None) -> PageView:
    """Groups the page's words into rows and segments; `words` are the built-in ones unless given.

    The last page's view is kept: steps ask for it one after the other.
    """
    global _latest
    known = words or built_in_words()
    if _latest is not None and _latest.page_text is page_text and _latest.words is known:
        return _latest
    _latest = _build(page_text, known)
    return _latest


_latest: PageView | None = None


def _build(page_text: PageText, known: Words) -> PageView:
    words = page_text.words
    if not words:
        return PageView(page_text, (), 0.01, 0.01, known)
    boxes = [word.polygon.bounding_box for word in words]
    char_width = median(box.width / max(1, len(word.text)) for word, box in zip(words, boxes, strict=True)) or 0.005
    line_height = median(box.height for box in boxes) or 0.01
    lines = [[(words[index], boxes[index]) for index in indexes] for indexes in group_into_rows(boxes)]
    texts = [segment.text for line in lines for segment in _cut_into_segments(line, char_width, 0)]
    has_groups, sides = shows_space_groups(texts), side_marks_in(texts)
    rows = []
    for number, line in enumerate(lines):
        numbers = join_numbers(line, char_width, has_groups, sides)
        rows.append(Row(number, _cut_into_segments(numbers, char_width, number)))
    return PageView(page_text, tuple(rows), char_width, line_height, known)


def _cut_into_segments(row: Sequence[BoxedWord], char_width: float, number: int) -> tuple[Segment, ...]:
    groups: list[list[BoxedWord]] = [[row[0]]]
    for (before, left), (word, right) in pairwise(row):
        own_width = max(left.width / max(1, len(before.text)), right.width / max(1, len(word.text)), char_width)
        if right.left - left.right > SEGMENT_GAP * min(own_width, 2 * char_width):
            groups.append([])
        groups[-1].append((word, right))
    return tuple(
        Segment(tuple(word for word, _ in group), tuple(box for _, box in group), number, index)
        for index, group in enumerate(groups)
    )


def segment_below(view: PageView, segment: Segment, reach: int = 1) -> Segment | None:
    """The segment in one of the next `reach` rows that overlaps horizontally, close below."""
    for row in view.rows[segment.row + 1 : segment.row + 1 + reach]:
        for other in row.segments:
            if (
                other.box.horizontal_overlap(segment.box) > 0.3
                and other.box.top - segment.box.bottom < 1.6 * view.line_height
            ):
                return other
    return None


def union_of(boxes: Sequence[BoundingBox]) -> BoundingBox:
    """The smallest box around all of them."""
    if len(boxes) == 1:
        return boxes[0]
    return BoundingBox(
        min(box.left for box in boxes),
        min(box.top for box in boxes),
        max(box.right for box in boxes),
        max(box.bottom for box in boxes),
    )


def slice_of_box(box: BoundingBox, first: int, last: int, length: int) -> BoundingBox:
    """The part of a word's box that its characters `[first, last)` of `length` take, as if all were equally wide."""
    left, right = box.left + box.width * first / length, box.left + box.width * last / length
    return BoundingBox(round(left, 5), box.top, round(right, 5), box.bottom)


def _joined_span(parts: Sequence[tuple[Word, int, int]]) -> Span | None:
    spans = [Span(word.span.start + first, word.span.start + last) for word, first, last in parts]
    for before, after in pairwise(spans):
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
    box = union_of([place.box for place in places])
    readings = [(len(place.text), place.reading) for place in places if place.reading is not None]
    weight = sum(length for length, _ in readings)
    reading = sum(length * value for length, value in readings) / weight if weight else None
    spans = [place.span for place in places]
    span: Span | None = None
    if all(spans):
        known = [item for item in spans if item is not None]
        is_contiguous = all(b.start == a.end + 1 for a, b in pairwise(known))
        span = known[0].union(known[-1]) if is_contiguous else None
    return Place(separator.join(place.text for place in places), box, span, reading, places[0].row)
