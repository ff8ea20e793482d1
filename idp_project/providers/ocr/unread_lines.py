"""Print that a recogniser passed over: lines, and stretches of lines, that gave too few characters for their length.

A recogniser that has no letters for a script gives little or nothing for it, at a high confidence. Print of its own scripts
has 1.2 (Chinese) to 3 characters per height of the line; Cyrillic, Arabic or Thai 0 to 0.3.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import cv2

from idp_project.providers.ocr.crops import RgbImage
from idp_project.providers.ocr.ctc_words import DecodedLine, slice_of
from idp_project.providers.ocr.reading_order import Quad

_LEAST_DENSITY = 0.6
_FULL_DENSITY = 1.7  # denser lines have no stretch without characters
_LEAST_LENGTH = 2.0  # heights; shorter boxes tell nothing
_LEAST_GAP = 1.6  # heights between characters
_EDGE = 0.3  # heights that a character reaches to both sides
_INK, _INK_ROWS = 0.05, 0.4  # of a gap's pixels and rows: rules and dots have less


def unread_parts(crop: RgbImage, quad: Quad, line: DecodedLine, *, is_read: bool) -> Iterator[Quad]:
    """Places of the line whose print gave no characters: all of it, or stretches between characters."""
    height, width = crop.shape[:2]
    length = width / height
    if length < _LEAST_LENGTH:
        return
    density = len(line.columns) / length
    if not is_read or density < _LEAST_DENSITY:
        yield quad
    elif density < _FULL_DENSITY:
        scale = length / max(1.0, line.columns_total)
        ends = [-_EDGE, *((column + 0.5) * scale for column in line.columns), length + _EDGE]
        for before, after in pairwise(ends):
            start, end = max(0.0, before + _EDGE), min(length, after - _EDGE)
            if end - start >= _LEAST_GAP and _has_letters(crop[:, int(start * height) : int(end * height)]):
                yield slice_of(quad, start / length, end / length)


def _has_letters(part: RgbImage) -> bool:
    gray = cv2.cvtColor(part, cv2.COLOR_RGB2GRAY)
    low, high = float(gray.min()), float(gray.max())
    if high - low < 60:
        return False
    ink = gray < (low + high) / 2
    if ink.mean() > 0.5:
        ink = ~ink
    return bool(ink.mean() >= _INK and ink.any(axis=1).mean() >= _INK_ROWS)
