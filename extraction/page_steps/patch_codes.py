"""Patch codes: four bars across a separator page, two of them wide, which scanners look for.

Bar codes with a text are read by the step `layout`.
"""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np

from extraction.local.paper import Image, to_gray

_PATCH_LENGTH = 0.3  # of the page at least
_PATCH_BARS = (0.0035, 0.035)  # thickness of a bar, of the page's longer side
_MOSTLY, _FEWEST_ROWS = 0.8, 8  # of the length, with specks left out; of four bars, at least
_WIDE = 1.6  # times a narrow bar


def has_patch_code(image: Image) -> bool:
    """Whether a patch code stands at one of the page's edges."""
    gray = to_gray(image)
    scale = min(1.0, 800 / max(gray.shape))
    small = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    dark = small < 128
    longer = max(dark.shape)
    return any(_is_patch(page, longer) for page in (dark, dark.T))


def _is_patch(dark: Image, longer: int) -> bool:
    """Rows that are black for a good part of the page, as bars below each other."""
    if np.count_nonzero(dark.mean(axis=1) >= _MOSTLY * _PATCH_LENGTH) < _FEWEST_ROWS:
        return False  # as of nearly every page: text is lighter
    share = _longest_runs(dark) / dark.shape[1]
    bars = _runs_of(share >= _PATCH_LENGTH)
    for four in zip(bars, bars[1:], bars[2:], bars[3:], strict=False):
        thick = [(end - start) / longer for start, end in four]
        gaps = [(after[0] - before[1]) / longer for before, after in pairwise(four)]
        if not all(_PATCH_BARS[0] <= each <= _PATCH_BARS[1] for each in (*thick, *gaps)):
            continue
        narrow, wide = sorted(thick)[:2], sorted(thick)[2:]
        if wide[0] >= _WIDE * narrow[1] and max(gaps) <= 2 * min(gaps) and wide[1] <= 1.5 * wide[0]:
            return True
    return False


def _longest_runs(dark: Image) -> Image:
    """Of each row, how many dark pixels follow each other at most; specks in bars are closed first."""
    closed = cv2.morphologyEx(dark.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((1, 5), np.uint8))
    longest = np.zeros(len(closed))
    current = np.zeros(len(closed))
    for column in closed.T:
        current = (current + 1) * column
        longest = np.maximum(longest, current)
    return longest


def _runs_of(flags: Image) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]])))
    return [(int(start), int(end)) for start, end in zip(edges[::2], edges[1::2], strict=True)]
