"""Lines in reading order from loose words: rows first, and the left column before the right where a page has two."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from extraction.local.row_grouping import group_into_rows
from idp_project.core.geometry import BoundingBox, Polygon

LooseWord = tuple[str, Polygon, float | None]
_Boxed = tuple[BoundingBox, LooseWord]

_MIN_ROWS = 8  # of two-column text, to call it columns
_MIN_COLUMN = 0.18  # a column's lines are at least so wide, as a fraction of the page


def order_lines(words: Sequence[LooseWord]) -> list[list[LooseWord]]:
    """Words as lines in reading order, words of a line from left to right."""
    boxed: list[_Boxed] = [(word[1].bounding_box, word) for word in words]
    rows = [[boxed[number] for number in row] for row in group_into_rows([box for box, _ in boxed])]
    char_width = median([box.width / max(1, len(word[0])) for box, word in boxed]) if boxed else 0.01
    ordered: list[list[LooseWord]] = []
    run: list[list[_Boxed]] = []
    for row in rows:
        if _gutter(row, char_width):
            run.append(row)
            continue
        ordered.extend(_columns(run, char_width))
        run = []
        ordered.append([word for _, word in row])
    ordered.extend(_columns(run, char_width))
    return ordered


def _gutter(row: Sequence[_Boxed], char_width: float) -> float | None:
    """Where a row of two columns may be cut: one wide gap near the middle, long text on both sides."""
    gaps = [
        (after[0].left - before[0].right, (after[0].left + before[0].right) / 2)
        for before, after in pairwise(row)
        if after[0].left - before[0].right > 2.2 * char_width
    ]
    if len(gaps) != 1 or not 0.3 < gaps[0][1] < 0.7:
        return None
    at = gaps[0][1]
    left, right = at - row[0][0].left, row[-1][0].right - at
    return at if min(left, right) > _MIN_COLUMN else None


def _columns(run: Sequence[Sequence[_Boxed]], char_width: float) -> list[list[LooseWord]]:
    if len(run) < _MIN_ROWS:
        return [[word for _, word in row] for row in run]
    cuts = [_gutter(row, char_width) or 0.5 for row in run]
    middle = median(cuts)
    if sum(abs(cut - middle) < 0.05 for cut in cuts) < 0.8 * len(cuts):
        return [[word for _, word in row] for row in run]
    left = [[word for box, word in row if box.center[0] < middle] for row in run]
    right = [[word for box, word in row if box.center[0] >= middle] for row in run]
    return [line for line in (*left, *right) if line]
