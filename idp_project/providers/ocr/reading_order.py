"""From recognised boxes in any order to lines in reading order. Pure geometry in pixels, shared by the engines."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from idp_project.core.scripts import runs_right_to_left

Point = tuple[float, float]
Quad = tuple[Point, Point, Point, Point]
"""Corners in the direction of reading: start-top, end-top, end-bottom, start-bottom."""

_SAME_ROW = 0.5  # of the smaller height: how far apart the middles of two boxes in one row may be
_MAX_SLOPE = 0.2  # about 11°: beyond it a box is not a row's


@dataclass(frozen=True)
class OcrWord:
    text: str
    quad: Quad
    confidence: float


@dataclass(frozen=True)
class OcrBox:
    """One detected fragment of a line and its words in order."""

    quad: Quad
    words: tuple[OcrWord, ...]

    @property
    def center(self) -> Point:
        return sum(x for x, _ in self.quad) / 4, sum(y for _, y in self.quad) / 4

    @property
    def height(self) -> float:
        return (math.dist(self.quad[0], self.quad[3]) + math.dist(self.quad[1], self.quad[2])) / 2

    @property
    def width(self) -> float:
        return (math.dist(self.quad[0], self.quad[1]) + math.dist(self.quad[3], self.quad[2])) / 2

    @property
    def slope(self) -> float | None:
        """Slope of the reading direction; None for vertical or upside-down text."""
        dx = self.quad[1][0] - self.quad[0][0]
        dy = self.quad[1][1] - self.quad[0][1]
        return dy / dx if dx > 0 and abs(dy) <= _MAX_SLOPE * dx else None


def lines_of(boxes: Sequence[OcrBox]) -> list[list[OcrWord]]:
    """Lines top-down; boxes whose middles lie on one row, the page's slope allowed for, form one line left to right.

    On a page whose letters are mostly of a script that runs right to left, its rows do so too, those of numbers included.
    """
    level = [box for box in boxes if box.slope is not None]
    rows = _rows(level, _page_slope(level))
    if runs_right_to_left("".join(word.text for box in boxes for word in box.words)):
        rows = [row[::-1] for row in rows]
    rows.extend([box] for box in boxes if box.slope is None)
    rows.sort(key=lambda row: median(box.center[1] for box in row))
    return [[word for box in row for word in box.words] for row in rows]


def _page_slope(boxes: Sequence[OcrBox]) -> float:
    """Median slope of the long boxes, whose corners tell it best."""
    slopes = [box.slope for box in boxes if box.slope is not None and box.width > 4 * box.height]
    return median(slopes) if slopes else 0.0


def _rows(boxes: Sequence[OcrBox], slope: float) -> list[list[OcrBox]]:
    middles = {id(box): box.center[1] - slope * box.center[0] for box in boxes}
    rows: list[list[OcrBox]] = []
    for box in sorted(boxes, key=lambda item: middles[id(item)]):
        for row in reversed(rows[-4:]):
            if _fits(box, row, middles):
                row.append(box)
                break
        else:
            rows.append([box])
    for row in rows:
        row.sort(key=lambda item: item.center[0])
    return rows


def _fits(box: OcrBox, row: Sequence[OcrBox], middles: dict[int, float]) -> bool:
    nearest = min(row, key=lambda other: _gap(box, other))
    distance = abs(middles[id(box)] - middles[id(nearest)])
    overlaps = any(_gap(box, other) < -0.5 * min(box.width, other.width) for other in row)
    return not overlaps and distance <= _SAME_ROW * min(box.height, nearest.height)


def _gap(one: OcrBox, other: OcrBox) -> float:
    """Horizontal distance between two boxes; negative where they overlap."""
    return abs(one.center[0] - other.center[0]) - (one.width + other.width) / 2
