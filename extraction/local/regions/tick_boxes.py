"""Tick boxes on the picture of a page: squares and circles of the size of a letter, and whether they are marked.

Squares are found by their four sides, so that a cross or a scribble over the frame does not hide it; circles by the ring
that a connected fragment makes, and again where a mark runs over a ring of the page's usual size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from documents.domain.regions import Region, RegionKind
from extraction.local.regions.ink import UNIT, Mask, PageInk
from idp_project.core.page_text import PageText

_SMALLEST, _LARGEST = round(5.5 * UNIT), round(24 * UNIT)  # sides in pixels
_RUN = 9  # pixels: the shortest straight fragment of a frame
_LEAST_SIDE = 0.80  # share of a side that has to be there
_LEAST_SIDES = 0.86  # the same, the mean of all four
_LEAST_WORN = 0.46  # mean of all four sides, of a frame like others of the page
_FEWEST_WHOLE = 2
_AS_LARGE = 0.12  # of the size of others
_FEW_PEERS = 0.34  # of the most frames of one size
_BEYOND = (0.18, 0.45)  # of the side: where a line that runs on is looked for
_RUNS_ON = 0.8
_CORNER = 0.11  # of the side
_BESIDE = 0.3  # of the middle rows
_REACH, _REACH_OF_WORD = 4, 9  # pixels to the next letter
_LETTERS, _WELL_READ = 3, 0.85  # of a word that is no box misread
_LETTER_SHARE = 0.4  # of a word's width
_RING_ANGLES = 64
_LEAST_RING = 0.92
_MARKED = 0.055  # share of the inside under ink
_SURE = 0.05  # so much more or less is certain
_MOST_BOXES = 400

Boxes = NDArray[np.int32]  # n × 4: left, top, right, bottom (the last pixel's)


@dataclass(frozen=True)
class _Frame:
    left: int
    top: int
    right: int
    bottom: int
    fit: float  # 0..1
    is_round: bool

    @property
    def side(self) -> float:
        return (self.right - self.left + self.bottom - self.top) / 2 + 1


def find_tick_boxes(page: PageInk, page_text: PageText | None = None) -> list[Region]:
    """Boxes and circles, from top to bottom, each with its state and how sure both are; no letters of words that were read."""
    words = _well_read(page, page_text)
    frames = _squares(page, words)
    frames += [ring for ring in _rings(page, words) if not _overlaps(ring, frames)]
    frames = _without_grids(frames)
    frames = sorted(frames, key=lambda one: (one.top, one.left))[:_MOST_BOXES]
    widths = [_line_width(page.mask, frame) for frame in frames]
    usual = round(float(np.percentile(widths, 35))) if widths else 0  # all are drawn alike; a mark makes a line wider
    return [_judged(page, frame, min(width, usual)) for frame, width in zip(frames, widths, strict=True)]


def _well_read(page: PageInk, page_text: PageText | None) -> Boxes:
    """Places of words that are no boxes misread, in pixels."""
    words = page_text.words if page_text is not None else ()
    known = [
        page.pixels(word.polygon.bounding_box)
        for word in words
        if sum(map(str.isalpha, word.text)) >= _LETTERS and (word.confidence or 1.0) >= _WELL_READ
    ]
    return np.array(known, np.int32).reshape(-1, 4)


def _squares(page: PageInk, words: Boxes) -> list[_Frame]:
    across = cv2.morphologyEx(page.mask, cv2.MORPH_CLOSE, np.ones((1, 3), np.uint8))
    across = cv2.morphologyEx(across, cv2.MORPH_OPEN, np.ones((1, _RUN), np.uint8))
    down = cv2.morphologyEx(page.mask, cv2.MORPH_CLOSE, np.ones((3, 1), np.uint8))
    down = cv2.morphologyEx(down, cv2.MORPH_OPEN, np.ones((_RUN, 1), np.uint8))
    guesses = np.concatenate([_from_runs(across, down), _from_fragments(page)])
    if not len(guesses):
        return []
    fitting, worn = _fitting(guesses, across, down)
    whole = [frame for frame in fitting if _has_corners(page.mask, frame) and not _goes_on(across, down, frame)]
    whole = _of_usual_size([frame for frame in _best(whole) if not _is_letter(page, frame, words)])
    return whole + _like_others(page, words, worn, whole)


def _goes_on(across: Mask, down: Mask, frame: _Frame) -> bool:
    """Whether a side runs on beyond its corner: then it is the line of a table, or the stem of a letter."""
    start, end = round(_BEYOND[0] * frame.side), round(_BEYOND[1] * frame.side)
    for column in (frame.left, frame.right):
        for rows in ((frame.bottom + start, frame.bottom + end), (frame.top - end, frame.top - start)):
            part = down[max(0, rows[0]) : max(0, rows[1]), max(0, column - 1) : column + 2]
            if part.size and part.any(axis=1).mean() > _RUNS_ON:
                return True
    for row in (frame.top, frame.bottom):
        for columns in ((frame.right + start, frame.right + end), (frame.left - end, frame.left - start)):
            part = across[max(0, row - 1) : row + 2, max(0, columns[0]) : max(0, columns[1])]
            if part.size and part.any(axis=0).mean() > _RUNS_ON:
                return True
    return False


def _of_usual_size(frames: Sequence[_Frame]) -> list[_Frame]:
    """A form has boxes of one size, or of few: a single one of another size is a letter or a part of a drawing."""
    peers = [sum(abs(other.side - frame.side) <= _AS_LARGE * frame.side for other in frames) for frame in frames]
    least = _FEW_PEERS * max(peers, default=0)
    return [frame for frame, count in zip(frames, peers, strict=True) if count >= least]


def _like_others(page: PageInk, words: Boxes, worn: Sequence[_Frame], whole: Sequence[_Frame]) -> list[_Frame]:
    """Frames with whole upright sides, where the page has whole ones of the same size: fax machines lose thin level lines."""
    if len(whole) < _FEWEST_WHOLE:
        return []
    usual = float(np.median([frame.side for frame in whole]))
    alike = [
        frame
        for frame in worn
        if abs(frame.side - usual) < _AS_LARGE * usual
        and not _overlaps(frame, whole)
        and not any(abs(frame.left - one.right) < 4 or abs(frame.right - one.left) < 4 for one in whole)
    ]
    return [frame for frame in _best(alike) if not _is_letter(page, frame, words)]


def _from_runs(across: Mask, down: Mask) -> Boxes:
    """Squares that have a straight fragment of ink of their size as one side."""
    found: list[Boxes] = []
    stats = cv2.connectedComponentsWithStats(across, connectivity=8)[2][1:]
    left, top, width, height = (stats[:, n] for n in range(4))
    is_side = (width >= _SMALLEST) & (width <= _LARGEST) & (height <= width // 2)
    left, top, width, height = left[is_side], top[is_side], width[is_side], height[is_side]
    right, bottom = left + width - 1, top + height - 1
    found += [np.stack([left, top, right, top + width - 1], 1), np.stack([left, bottom - width + 1, right, bottom], 1)]
    stats = cv2.connectedComponentsWithStats(down, connectivity=8)[2][1:]
    left, top, width, height = (stats[:, n] for n in range(4))
    is_side = (height >= _SMALLEST) & (height <= _LARGEST) & (width <= height // 2)
    left, top, width, height = left[is_side], top[is_side], width[is_side], height[is_side]
    right, bottom = left + width - 1, top + height - 1
    found += [
        np.stack([left, top, left + height - 1, bottom], 1),
        np.stack([right - height + 1, top, right, bottom], 1),
    ]
    return np.concatenate(found).astype(np.int32)


def _from_fragments(page: PageInk) -> Boxes:
    """Connected fragments as large as a box: a frame with what is in it."""
    fragments = page.fragments
    is_box = (np.minimum(fragments.width, fragments.height) >= _SMALLEST) & (
        np.maximum(fragments.width, fragments.height) <= _LARGEST
    )
    is_box &= (fragments.width <= 1.4 * fragments.height) & (fragments.height <= 1.4 * fragments.width)
    is_box[0] = False
    left, top = fragments.left[is_box], fragments.top[is_box]
    boxes = np.stack([left, top, left + fragments.width[is_box] - 1, top + fragments.height[is_box] - 1], 1)
    return boxes.astype(np.int32)


def _fitting(guesses: Boxes, across: Mask, down: Mask) -> tuple[list[_Frame], list[_Frame]]:
    """Guesses whose four sides are there, each moved by a few pixels to where it fits best; and those of which only the
    upright sides are whole.
    """
    height, width = across.shape
    rows = np.cumsum(cv2.dilate(across, np.ones((3, 1), np.uint8)), axis=1, dtype=np.int32)
    columns = np.cumsum(cv2.dilate(down, np.ones((1, 3), np.uint8)), axis=0, dtype=np.int32)
    guesses = np.unique(guesses, axis=0)
    slack = np.maximum(2, (guesses[:, 2] - guesses[:, 0]) // 6)

    def along(sums: NDArray[Any], fixed: NDArray[Any], first: NDArray[Any], last: NDArray[Any], axis: int) -> Any:
        first, last = np.clip(first, 0, sums.shape[axis] - 1), np.clip(last, 0, sums.shape[axis] - 1)
        fixed = np.clip(fixed, 0, sums.shape[1 - axis] - 1)
        ends = (sums[fixed, last], sums[fixed, first]) if axis else (sums[last, fixed], sums[first, fixed])
        return (ends[0] - ends[1]) / np.maximum(1, last - first)

    def best_side(sums: NDArray[Any], fixed: NDArray[Any], first: NDArray[Any], last: NDArray[Any], axis: int) -> Any:
        shares, places = np.full(len(fixed), -1.0), fixed.copy()
        for shift in sorted(range(-10, 11), key=abs):
            share = np.where(abs(shift) <= slack, along(sums, fixed + shift, first, last, axis), -1.0)
            is_better = share > shares + 0.04
            shares, places = np.where(is_better, share, shares), np.where(is_better, fixed + shift, places)
        return shares, places

    left, top, right, bottom = (guesses[:, n] for n in range(4))
    up, top = best_side(rows, top, left, right, 1)
    low, bottom = best_side(rows, bottom, left, right, 1)
    one, left = best_side(columns, left, top, bottom, 0)
    other, right = best_side(columns, right, top, bottom, 0)
    sides = np.stack([up, low, one, other])
    wide, high = right - left + 1, bottom - top + 1
    is_square = (wide <= 1.3 * high) & (high <= 1.3 * wide) & (np.minimum(wide, high) >= _SMALLEST)
    is_square &= (left > 1) & (top > 1) & (right < width - 2) & (bottom < height - 2)
    is_there = (sides.min(axis=0) >= _LEAST_SIDE) & (sides.mean(axis=0) >= _LEAST_SIDES) & is_square
    is_worn = (np.minimum(one, other) >= _LEAST_SIDE) & (sides.mean(axis=0) >= _LEAST_WORN) & is_square & ~is_there

    def frames(chosen: NDArray[Any]) -> list[_Frame]:
        fits = sides.mean(axis=0)
        return [
            _Frame(int(left[n]), int(top[n]), int(right[n]), int(bottom[n]), float(fits[n]), False)
            for n in np.flatnonzero(chosen)
        ]

    return frames(is_there), frames(is_worn)


def _has_corners(mask: Mask, frame: _Frame) -> bool:
    """A letter is round where a frame has corners; one may be worn, or a little round."""
    reach = max(2, round(_CORNER * frame.side))
    rows, columns = (frame.top, frame.bottom + 1 - reach), (frame.left, frame.right + 1 - reach)
    there = [mask[row : row + reach, column : column + reach].any() for row in rows for column in columns]
    return sum(map(bool, there)) >= 3


def _best(frames: Sequence[_Frame]) -> list[_Frame]:
    """Of frames that overlap the one that fits best, the larger of equals."""
    kept: list[_Frame] = []
    for frame in sorted(frames, key=lambda one: (-round(one.fit, 1), -one.side)):
        if not _overlaps(frame, kept):
            kept.append(frame)
    return kept


def _overlaps(frame: _Frame, others: Sequence[_Frame]) -> bool:
    return any(
        min(frame.right, other.right) - max(frame.left, other.left) > 0.15 * min(frame.side, other.side)
        and min(frame.bottom, other.bottom) - max(frame.top, other.top) > 0.15 * min(frame.side, other.side)
        for other in others
    )


def _rings(page: PageInk, words: Boxes) -> list[_Frame]:
    fragments = page.fragments
    longer, shorter = np.maximum(fragments.width, fragments.height), np.minimum(fragments.width, fragments.height)
    is_candidate = (shorter >= _SMALLEST) & (longer <= _LARGEST) & (longer <= 1.18 * shorter)
    is_candidate[0] = False
    found = []
    for number in np.flatnonzero(is_candidate):
        left, top = int(fragments.left[number]), int(fragments.top[number])
        frame = _Frame(
            left, top, left + int(fragments.width[number]) - 1, top + int(fragments.height[number]) - 1, 1.0, True
        )
        fit = _ring_share(page.mask, frame)
        if fit >= _LEAST_RING and not _is_letter(page, frame, words):
            found.append(_Frame(frame.left, frame.top, frame.right, frame.bottom, fit, True))
    found = _of_usual_size(found)
    if len(found) < _FEWEST_WHOLE:
        return found
    return found + [ring for ring in _overdrawn_rings(page, found) if not _is_letter(page, ring, words)]


def _ring_share(mask: Mask, frame: _Frame) -> float:
    """The share of directions in which there is ink at the edge, 0 where the corners are not empty."""
    x, y, radius = (frame.left + frame.right) / 2, (frame.top + frame.bottom) / 2, frame.side / 2
    angles = np.linspace(0, 2 * np.pi, _RING_ANGLES, endpoint=False)
    is_ink = np.zeros(_RING_ANGLES, bool)
    for share in (0.72, 0.8, 0.88, 0.96):
        columns = np.clip(np.rint(x + share * radius * np.cos(angles)).astype(int), 0, mask.shape[1] - 1)
        rows = np.clip(np.rint(y + share * radius * np.sin(angles)).astype(int), 0, mask.shape[0] - 1)
        is_ink |= mask[rows, columns] > 0
    rows_of, columns_of = (frame.top + 1, frame.bottom - 1), (frame.left + 1, frame.right - 1)
    corners = [mask[row, column] for row in rows_of for column in columns_of]
    return float(is_ink.mean()) if sum(map(int, corners)) <= 1 else 0.0


def _is_letter(page: PageInk, frame: _Frame, words: Boxes) -> bool:
    """Whether it lies in the middle of a word, or there is ink close beside its middle, of a word closer than of none. Marks
    run over a frame's corners.
    """
    width = frame.right - frame.left
    inside = np.minimum(words[:, 2], frame.right) - np.maximum(words[:, 0], frame.left) > 0.5 * width
    middle = (frame.top + frame.bottom) / 2
    inside &= (words[:, 1] < middle) & (middle < words[:, 3])
    around = words[inside]
    place = ((frame.left + frame.right) / 2 - around[:, 0]) / np.maximum(1, around[:, 2] - around[:, 0])
    if np.any((place > 0.15) & (place < 0.85) & (width < _LETTER_SHARE * (around[:, 2] - around[:, 0]))):
        return True
    reach = _REACH_OF_WORD if len(around) else _REACH
    top, bottom = frame.top + round(0.25 * frame.side), frame.bottom + 1 - round(0.25 * frame.side)
    for left, right in ((frame.left - 1 - reach, frame.left - 1), (frame.right + 2, frame.right + 2 + reach)):
        beside = page.mask[top:bottom, max(0, left) : right]
        if beside.size and beside.any(axis=1).mean() > _BESIDE:
            return True
    return False


def _overdrawn_rings(page: PageInk, found: Sequence[_Frame]) -> list[_Frame]:
    """Rings of the same size as those found, in fragments that are larger because a mark runs over the edge."""
    side = float(np.median([frame.side for frame in found]))
    fragments = page.fragments
    longer, shorter = np.maximum(fragments.width, fragments.height), np.minimum(fragments.width, fragments.height)
    is_candidate = (shorter >= 0.95 * side) & (longer > 1.05 * side) & (longer <= 3 * side)
    is_candidate[0] = False
    radius = side / 2
    kernel = _ring_kernel(radius)
    rings = []
    for number in np.flatnonzero(is_candidate):
        left, top = int(fragments.left[number]), int(fragments.top[number])
        width, height = int(fragments.width[number]), int(fragments.height[number])
        own = (page.fragments.labels[top : top + height, left : left + width] == number).astype(np.float32)
        own = cv2.dilate(np.pad(own, 3), np.ones((3, 3), np.uint8))
        answer = cv2.filter2D(own, cv2.CV_32F, kernel, borderType=cv2.BORDER_CONSTANT)
        _, share, _, (column, row) = cv2.minMaxLoc(answer)
        if share >= _LEAST_RING:
            x, y = left + column - 3, top + row - 3
            edges = (round(x - radius), round(y - radius), round(x + radius), round(y + radius))
            rings.append(_Frame(*edges, float(share), True))
    return [ring for ring in rings if not _overlaps(ring, found)]


def _ring_kernel(radius: float) -> NDArray[Any]:
    size = int(radius) + 2
    kernel = np.zeros((2 * size + 1, 2 * size + 1), np.float32)
    angles = np.linspace(0, 2 * np.pi, 4 * _RING_ANGLES, endpoint=False)
    inner = radius - 1.5
    columns, rows = (
        np.rint(size + inner * np.cos(angles)).astype(int),
        np.rint(size + inner * np.sin(angles)).astype(int),
    )
    kernel[rows, columns] = 1.0
    shares: NDArray[Any] = kernel / kernel.sum()
    return shares


def _without_grids(frames: Sequence[_Frame]) -> list[_Frame]:
    """Without cells for single letters, which share their sides with neighbours."""

    def is_cell(frame: _Frame) -> bool:
        touching = (
            other
            for other in frames
            if other is not frame
            and abs(other.top - frame.top) < 0.25 * frame.side
            and min(abs(other.left - frame.right), abs(frame.left - other.right)) < 0.15 * frame.side
        )
        return any(True for _ in touching)

    return [frame for frame in frames if frame.is_round or not is_cell(frame)]


def _judged(page: PageInk, frame: _Frame, line_width: int) -> Region:
    share = _inner_ink(page.mask, frame, line_width)
    certainty = min(1.0, 0.5 + 0.5 * abs(share - _MARKED) / (_SURE if share > _MARKED else _MARKED))
    box = page.box(frame.left, frame.top, frame.right + 1, frame.bottom + 1)
    return Region(RegionKind.TICK_BOX, box, round(min(1.0, frame.fit + 0.05) * certainty, 4), share > _MARKED)


def _inner_ink(mask: Mask, frame: _Frame, line_width: int) -> float:
    """The share of the inside that is ink, single specks left out."""
    inset = min(line_width + 2, int(0.34 * frame.side))
    inside = mask[frame.top + inset : frame.bottom + 1 - inset, frame.left + inset : frame.right + 1 - inset]
    if not inside.size:
        return 0.0
    if frame.is_round:
        rows, columns = np.ogrid[: inside.shape[0], : inside.shape[1]]
        middle = (np.array(inside.shape) - 1) / 2
        is_in = (rows - middle[0]) ** 2 + (columns - middle[1]) ** 2 <= (min(inside.shape) / 2) ** 2
        inside = inside * is_in
        size = int(is_in.sum())
    else:
        size = inside.size
    count, _, stats, _ = cv2.connectedComponentsWithStats(np.ascontiguousarray(inside), connectivity=8)
    areas = stats[1:count, cv2.CC_STAT_AREA]
    least = max(3, round(0.015 * frame.side**2))
    return float(areas[areas >= least].sum()) / max(1, size)


def _line_width(mask: Mask, frame: _Frame) -> int:
    """Of the frame: the usual run of ink from its edge inwards."""
    most = max(2, int(0.3 * frame.side))
    runs = []
    part = mask[frame.top : frame.bottom + 1, frame.left : frame.right + 1]
    for view in (part, part[:, ::-1], part.T, part.T[:, ::-1]):
        first = round((0.42 if frame.is_round else 0.25) * len(view))
        edge = view[first : max(first + 1, len(view) - first), : most + 2]
        for line in edge:
            ink = np.flatnonzero(line)
            if ink.size:
                gaps = np.flatnonzero(line[ink[0] :] == 0)
                runs.append(int(ink[0] + (gaps[0] if gaps.size else len(line))))
    return min(most, int(np.percentile(runs, 40))) if runs else 1
