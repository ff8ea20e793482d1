"""The words around a place on a page, and how much two places are alike: what a value is known again by."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from documents.domain.learned import Surroundings
from documents.domain.plain_text import plain
from extraction.local.page_view import PageView, Row
from idp_project.core.geometry import BoundingBox

_WORD = re.compile(r"[^\W\d_]+")
_MOST_WORDS = 6
_ROWS_ABOVE = 3
_REACH_X, _REACH_Y = 0.10, 0.16  # of the page: places farther apart have nothing in common
_LEFT, _ABOVE, _PLACE = 1.0, 0.6, 0.7  # what each counts
_LEAST_LIKE = 0.7  # likeness of labels from which they say the same
_OTHER_PAGE = 0.6


def surroundings_of(view: PageView, box: BoundingBox, *, from_start: int, from_end: int) -> Surroundings:
    """Of a place of the page that `view` shows; counted from the sub-document's first and last page."""
    row = _row_at(view, box)
    if row is None:
        return Surroundings(from_start, from_end, box)
    return Surroundings(from_start, from_end, box, _left_of(row, box), _above(view, row, box))


def _row_at(view: PageView, box: BoundingBox) -> Row | None:
    """The row of the place's first line."""
    middle = box.top + min(box.height, view.line_height) / 2
    near = [row for row in view.rows if row.box.left <= box.right and row.box.right >= box.left]
    return min(near, key=lambda row: abs(row.box.center[1] - middle), default=None)


def _left_of(row: Row, box: BoundingBox) -> str:
    """The last words before it: of its own segment, else of the one before."""
    for segment in reversed(row.segments):
        before = [
            word.text
            for word, place in zip(segment.words, segment.boxes, strict=True)
            if place.center[0] < box.left and place.left < box.left
        ]
        if words := _plain_words(before):
            return words
    return ""


def _above(view: PageView, row: Row, box: BoundingBox) -> str:
    for number in range(row.index - 1, max(-1, row.index - 1 - _ROWS_ABOVE), -1):
        for segment in view.rows[number].segments:
            is_below = (
                segment.box.horizontal_overlap(box) > 0.3 or abs(segment.box.left - box.left) < 2 * view.char_width
            )
            if is_below and (words := _plain_words([segment.text])):
                return words
    return ""


def _plain_words(texts: Sequence[str]) -> str:
    words = _WORD.findall(plain(" ".join(texts)))
    return " ".join(words[-_MOST_WORDS:])


def likeness(place: Surroundings, known: Surroundings) -> float:
    """How much a place is like a known one, 0..1: by its labels, and by where on the page it is.

    Where the known place has a label before it, what stands above hardly matters; lines above it push a place down, so the
    columns count as much as the height.
    """
    counted = [(_PLACE, (_closeness_x(place.box, known.box) + _closeness_y(place.box, known.box)) / 2)]
    if known.left:
        counted.append((_LEFT, label_likeness(place.left, known.left)))
    elif place.left:
        counted.append((_LEFT, 0.0))
    if known.above and not known.left:
        counted.append((_ABOVE, label_likeness(place.above, known.above)))
    total = sum(weight for weight, _ in counted)
    found = sum(weight * size for weight, size in counted) / total
    is_same_page = place.from_start == known.from_start or place.from_end == known.from_end
    return found if is_same_page else found * _OTHER_PAGE


def label_likeness(one: str, other: str) -> float:
    """0 where two labels say something else, 1 where they are spelled alike."""
    if not one or not other:
        return 0.0
    return max(0.0, (float(fuzz.ratio(one, other)) / 100 - _LEAST_LIKE) / (1 - _LEAST_LIKE))


def _closeness_x(box: BoundingBox, known: BoundingBox) -> float:
    """By the nearer edge: columns are flush left or right."""
    return max(0.0, 1 - min(abs(box.left - known.left), abs(box.right - known.right)) / _REACH_X)


def _closeness_y(box: BoundingBox, known: BoundingBox) -> float:
    return max(0.0, 1 - abs(box.top - known.top) / _REACH_Y)
