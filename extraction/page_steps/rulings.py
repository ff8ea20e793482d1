"""Straight strokes of a page, found in its picture: drawn lines, and borders between filled cells. OpenCV on decoded pixels.

The picture is used for scans and for born-digital pages alike: what people see as a line is one, no matter how it was drawn.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from extraction.local.page_tables.strokes import Strokes
from extraction.local.paper import Image, to_gray

_LONGEST_SIDE = 1300  # pixels on which lines are looked for
_LEAST_SIDE = 50
_CONTRAST = 14  # grey levels between a line, or a filled cell, and what is beside it
_LEAST_ACROSS = 0.03  # of the page's height: shorter strokes are letters
_LEAST_DOWN = 0.8  # of a line of text: stems of letters are shorter
_TALLEST_LINE = 0.0135  # of the page's height
_SHORTEST = 8  # pixels
_DISTINCT = np.array([1 << 32, 1 << 16, 1], np.int64)
_MIDDLE = np.array([0.5, 0, 0], np.float32)  # of a pixel
_MOST = 6000  # runs of pixels a direction: beyond that the picture is a photograph


def find_strokes(image: Image, line_height: float) -> Strokes:
    """Strokes of the picture, those of letters among them; none where it is too small to have any.

    `line_height`: of the text, in page heights.
    """
    gray = to_gray(image)
    height, width = gray.shape[:2]
    if min(height, width) < _LEAST_SIDE:
        return Strokes()
    if max(height, width) > _LONGEST_SIDE:
        scale = _LONGEST_SIDE / max(height, width)
        gray = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    turned = cv2.transpose(gray)
    return Strokes(
        _along_rows(gray, _LEAST_ACROSS, gray.shape[0]),
        _along_rows(turned, _LEAST_DOWN * min(line_height, _TALLEST_LINE), gray.shape[0]),
    )


def _along_rows(gray: Image, shortest: float, page_height: int) -> NDArray[np.float32]:
    """Runs along the rows of pixels at which the brightness changes to the next row: [at, start, end] in page heights."""
    least = max(_SHORTEST, round(shortest * page_height))
    _, mask = cv2.threshold(cv2.absdiff(gray[1:], gray[:-1]), _CONTRAST, 255, cv2.THRESH_BINARY)
    thick = cv2.dilate(mask, np.ones((2, 1), np.uint8))  # a line that is not quite straight steps from row to row
    runs = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, least), np.uint8))
    framed = cv2.copyMakeBorder(runs, 0, 0, 1, 1, cv2.BORDER_CONSTANT, value=0)
    ends = cv2.findNonZero(cv2.absdiff(framed[:, 1:], framed[:, :-1]))
    if ends is None or len(ends) > 2 * _MOST:
        return np.empty((0, 3), np.float32)
    places = ends.reshape(-1, 4)[:, [1, 0, 2]]  # y, and x of both ends
    _, kept = np.unique(places // 2 @ _DISTINCT, return_index=True)  # most lines are seen in several rows of pixels
    strokes: NDArray[np.float32] = (places[kept].astype(np.float32) + _MIDDLE) / np.float32(page_height)
    return strokes
