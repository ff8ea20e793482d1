"""Strokes that were seen in a page's picture, and the ruling lines among them: those of letters are left out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

_SAME_LINE = 0.0035  # of the page's height
_BRIDGED = 0.005  # of the page's height: gaps inside one line, where print or noise crosses it
_LOOKED_BACK = 60  # lines that may stand side by side
_OF_LETTERS = 0.4  # of a line inside words
_ALL_INSIDE = 0.95
_EDGE = 0.012  # page heights: shadows of a scanner lie at the rim
_RIM = 0.12  # of a word's height, above and below: lines may touch it


def _none() -> NDArray[np.float32]:
    return np.empty((0, 3), np.float32)


@dataclass(frozen=True)
class Strokes:
    """[at, start, end] each, in page heights: `at` is y of strokes across and x of strokes down."""

    across: NDArray[np.float32] = field(default_factory=_none)
    down: NDArray[np.float32] = field(default_factory=_none)


@dataclass(frozen=True, slots=True)
class Ruling:
    """A straight line along one axis: `at` on the other one, from `start` to `end`; in page heights."""

    at: float
    start: float
    end: float

    @property
    def length(self) -> float:
        return self.end - self.start

    def covers(self, start: float, end: float, share: float) -> bool:
        """Whether it runs along at least `share` of the stretch."""
        return min(end, self.end) - max(start, self.start) >= share * (end - start)


@dataclass(frozen=True)
class Rulings:
    """Lines across (`at` is y) and lines down (`at` is x), sorted by `at`, in page heights from the top-left corner."""

    across: tuple[Ruling, ...] = ()
    down: tuple[Ruling, ...] = ()


def rulings_of(strokes: Strokes, aspect: float, boxes: NDArray[np.float32], lengths: NDArray[np.float32]) -> Rulings:
    """Lines without the strokes of letters and the rim of the paper.

    `boxes` of words: [left, top, right, bottom]; `lengths` in characters.
    """
    left, top, right, bottom = boxes.T
    rim, side = _RIM * (bottom - top), -0.05 * (right - left) / lengths
    in_rows, in_columns = ((top + rim, bottom - rim), (left, right)), ((left + side, right - side), (top, bottom))
    return Rulings(_lines(strokes.across, 1.0, *in_rows), _lines(strokes.down, aspect, *in_columns))


def _lines(
    strokes: NDArray[np.float32], limit: float, through: tuple[Any, Any], along: tuple[Any, Any]
) -> tuple[Ruling, ...]:
    """Strokes inside words are left out, and so are lines that were made of strokes at the rims of letters."""
    strokes = strokes[(strokes[:, 0] > _EDGE) & (strokes[:, 0] < limit - _EDGE)]
    clear = _outside(strokes, through, along, _ALL_INSIDE)
    joined = np.array(_joined(clear), np.float32).reshape(-1, 3)
    return tuple(Ruling(*line) for line in _outside(joined, through, along, _OF_LETTERS).tolist())


def _outside(
    strokes: NDArray[np.float32], through: tuple[Any, Any], along: tuple[Any, Any], share: float
) -> NDArray[np.float32]:
    """Strokes that do not run through words for most of their length."""
    if not len(strokes):
        return strokes
    at, start, end = (column[:, None] for column in strokes.T)
    shared = np.minimum(end, along[1]) - np.maximum(start, along[0])
    is_through = (through[0] < at) & (at < through[1]) & (shared > 0)
    inside = np.where(is_through, shared, 0.0).sum(axis=1)
    kept: NDArray[np.float32] = strokes[inside < share * (strokes[:, 2] - strokes[:, 1])]
    return kept


def _joined(strokes: NDArray[np.float32]) -> list[tuple[float, float, float]]:
    """Both edges of a line, and its stretches, become one; sorted by `at`."""
    joined: list[tuple[float, float, float]] = []
    for at, start, end in strokes[np.lexsort((strokes[:, 1], strokes[:, 0]))].tolist():
        for number in range(len(joined) - 1, max(-1, len(joined) - 1 - _LOOKED_BACK), -1):
            place, first, last = joined[number]
            if at - place <= _SAME_LINE and start <= last + _BRIDGED and first <= end + _BRIDGED:
                weight, own = last - first, end - start
                middle = (at * own + place * weight) / ((own + weight) or 1.0)
                joined[number] = (middle, min(start, first), max(end, last))
                break
        else:
            joined.append((at, start, end))
    return sorted(joined)
