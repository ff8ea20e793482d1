"""Tick boxes among the words of a page: which words stand beside each box, and to which of them it belongs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from documents.domain.field_types.tick_box import signs_in
from documents.domain.plain_text import plain
from documents.domain.regions import Region, RegionKind, share_inside
from extraction.local.page_view import PageView
from idp_project.core.geometry import BoundingBox
from idp_project.core.page_text import Word

_PRINTED_SCORE = 0.98  # of a box that is a letter of the text layer
_COVERED = 0.5  # of a word by a box: what OCR made of the box
_GAP = 3.2  # character widths: a wider gap ends a phrase
_NEAR = 1.3  # times as far as the other side's words: the box belongs to the nearer ones
_TOUCH = 0.005  # of the page: words may reach into a box so far
_SAME_LINE = 0.62  # of the larger height


@dataclass(frozen=True)
class Phrase:
    """Words beside a box, in reading order; `gap` to it in character widths."""

    text: str
    gap: float

    @property
    def plain(self) -> str:
        return plain(self.text)


@dataclass(frozen=True)
class PlacedBox:
    """A tick box with the phrases on both sides, None where nothing stands there; `is_before_text`: it belongs to the words
    at its right.
    """

    region: Region
    row: int
    right: Phrase | None
    left: Phrase | None
    is_before_text: bool = True

    @property
    def own(self) -> Phrase | None:
        """The words that say what is ticked."""
        return self.right if self.is_before_text else self.left


def printed_boxes(view: PageView) -> list[Region]:
    """Boxes that are letters of the text: "☒ Married", "[x] Married"."""
    found = []
    for segment in view.segments:
        for start, end, is_marked in signs_in(segment.text):
            place = segment.place(start, end)
            score = _PRINTED_SCORE if place.reading is None else _PRINTED_SCORE * place.reading
            found.append(Region(RegionKind.TICK_BOX, place.box, round(score, 4), is_marked))
    return found


def joined_boxes(drawn: Sequence[Region], printed: Iterable[Region]) -> list[Region]:
    """Both without what is there twice: a pen may have marked a printed empty box."""
    found = list(drawn)
    for box in printed:
        same = next((one for one in found if share_inside(one.box, box.box) > 0.3), None)
        if same is None:
            found.append(box)
        elif same.is_marked == box.is_marked:
            found[found.index(same)] = replace(same, score=max(same.score, box.score))
        elif box.is_marked:
            found[found.index(same)] = box
    return found


def place_boxes(view: PageView, boxes: Sequence[Region]) -> list[PlacedBox]:
    """Each box among the words of its line."""
    if not view.rows:
        return []
    words = [(word, word.polygon.bounding_box) for word in view.page_text.words]
    words = [_without_box(word, box, boxes) for word, box in words]
    words = [pair for pair in words if any(mark.isalnum() for mark in pair[0].text)]
    placed = []
    for box in boxes:
        line = [pair for pair in words if _is_beside(pair[1], box.box)]
        others = [one.box for one in boxes if one is not box and _is_beside(one.box, box.box)]
        right, left = _right_of(view, box.box, line, others), _left_of(view, box.box, line, others)
        placed.append(PlacedBox(box, _row_of(view, box.box), right, left))
    return _with_sides(placed)


def _with_sides(placed: Sequence[PlacedBox]) -> list[PlacedBox]:
    """A box belongs to the nearer words; where both are as near, it is as with most boxes of the page."""
    votes = [vote for one in placed if (vote := _nearer_is_right(one)) is not None]
    usual = sum(votes) * 2 >= len(votes)
    return [
        replace(one, is_before_text=usual if (nearer := _nearer_is_right(one)) is None else nearer) for one in placed
    ]


def _nearer_is_right(box: PlacedBox) -> bool | None:
    if box.right is None or box.left is None:
        return None if box.right is box.left else box.right is not None
    near, far = sorted((box.right.gap, box.left.gap))
    return None if far < _NEAR * near + 0.5 else box.right.gap < box.left.gap


def _without_box(word: Word, box: BoundingBox, boxes: Sequence[Region]) -> tuple[Word, BoundingBox]:
    """Without what a reader made of a box beside or in the word: "OYes", "[]Yes", "X"."""
    for region in boxes:
        mark = region.box
        shared = min(box.right, mark.right) - max(box.left, mark.left)
        if shared <= 0 or not _is_beside(box, mark):
            continue
        if shared >= _COVERED * box.width:
            return replace(word, text=""), box
        cut = max(1, round(len(word.text) * shared / box.width))
        if mark.left < box.left + 0.3 * box.width:
            return replace(word, text=word.text[cut:]), replace(box, left=min(box.right, mark.right))
        if mark.right > box.right - 0.3 * box.width:
            return replace(word, text=word.text[:-cut]), replace(box, right=max(box.left, mark.left))
    return word, box


def _is_beside(word: BoundingBox, box: BoundingBox) -> bool:
    reach = _SAME_LINE * max(word.height, min(box.height, 2 * word.height))
    return abs(word.center[1] - box.center[1]) < reach


def _row_of(view: PageView, box: BoundingBox) -> int:
    return min(view.rows, key=lambda row: abs(row.box.center[1] - box.center[1])).index


_Words = Sequence[tuple[Word, BoundingBox]]


def _right_of(view: PageView, box: BoundingBox, line: _Words, others: Sequence[BoundingBox]) -> Phrase | None:
    stop = min((other.left for other in others if other.left >= box.right), default=1.0)
    after = [
        pair for pair in line if box.right - 0.3 * pair[1].width <= pair[1].left and pair[1].right <= stop + _TOUCH
    ]
    after.sort(key=lambda pair: pair[1].left)
    return _phrase(view, after, after[0][1].left - box.right) if after else None


def _left_of(view: PageView, box: BoundingBox, line: _Words, others: Sequence[BoundingBox]) -> Phrase | None:
    stop = max((other.right for other in others if other.right <= box.left), default=0.0)
    before = [
        pair for pair in line if pair[1].right <= box.left + 0.3 * pair[1].width and pair[1].left >= stop - _TOUCH
    ]
    before.sort(key=lambda pair: -pair[1].left)
    return _phrase(view, before, box.left - before[0][1].right) if before else None


def _phrase(view: PageView, words: _Words, gap: float) -> Phrase:
    """From the word next to the box outwards, to the first wide gap."""
    kept = [words[0]]
    for before, after in pairwise(words):
        space = max(after[1].left - before[1].right, before[1].left - after[1].right)
        if space > _GAP * view.char_width:
            break
        kept.append(after)
    kept.sort(key=lambda pair: pair[1].left)
    text = " ".join(word.text for word, _ in kept)
    return Phrase(text, max(0.0, gap) / view.char_width)
