"""Boxes into rows: the one place that decides what stands side by side."""

from __future__ import annotations

from collections.abc import Sequence

from idp_project.core.geometry import BoundingBox

_SAME_ROW = 0.5  # vertical overlap with the row's last box, as a fraction of the smaller height
_HEIGHT_RATIO = 3.5  # larger differences of height are a heading beside small print


def group_into_rows(boxes: Sequence[BoundingBox]) -> list[list[int]]:
    """Indexes of the boxes, row by row from top to bottom, left to right in a row.

    A box joins the row whose last box to its left overlaps it most: that follows slightly skewed rows.
    """
    order = sorted(range(len(boxes)), key=lambda number: (boxes[number].left, boxes[number].top))
    rows: list[list[int]] = []
    ends: list[tuple[float, float, float, float]] = []  # top, bottom, left, width of each row's last box
    for number in order:
        box = boxes[number]
        top, bottom, height = box.top, box.bottom, box.bottom - box.top
        best, best_share = -1, _SAME_ROW
        for row, (row_top, row_bottom, row_left, row_width) in enumerate(ends):
            if row_bottom <= top or row_top >= bottom:  # most rows: asked first, because it is cheap
                continue
            shared = min(bottom, row_bottom) - max(top, row_top)
            if shared <= 0:
                continue
            low, high = sorted((height, row_bottom - row_top))
            if high >= _HEIGHT_RATIO * (low or 0.001):
                continue
            share = shared / (low or 1.0)
            if share > best_share and box.left >= row_left + 0.5 * min(row_width, box.width):
                best, best_share = row, share
        if best < 0:
            best = len(rows)
            rows.append([])
            ends.append((0.0, 0.0, 0.0, 0.0))
        rows[best].append(number)
        ends[best] = (top, bottom, box.left, box.width)
    rows.sort(key=lambda row: sum(boxes[number].top + boxes[number].bottom for number in row) / len(row))
    return rows
