"""Cutting detected boxes out of a page image so that their text runs left to right."""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from idp_project.providers.ocr.reading_order import Quad

_VERTICAL = 1.5  # height / width from which a box is taken for text that runs vertically
RgbImage = NDArray[np.uint8]


def quad_of(corners: NDArray[Any]) -> Quad:
    """Corners as a detector gives them (clockwise from top-left), turned so that a tall box is read top-down."""
    one, two, three, four = ((float(x), float(y)) for x, y in corners)
    across = max(math.dist(one, two), math.dist(four, three))
    down = max(math.dist(one, four), math.dist(two, three))
    return (two, three, four, one) if down >= _VERTICAL * across else (one, two, three, four)


def is_vertical(quad: Quad) -> bool:
    return abs(quad[1][1] - quad[0][1]) > abs(quad[1][0] - quad[0][0])


def turned_around(quad: Quad) -> Quad:
    """The same place, read in the opposite direction."""
    return quad[2], quad[3], quad[0], quad[1]


def cut(image: RgbImage, quad: Quad) -> RgbImage:
    """The rectangle along the quad, in the page's resolution, with its reading direction to the right."""
    width = max(1, round(max(math.dist(quad[0], quad[1]), math.dist(quad[3], quad[2]))))
    height = max(1, round(max(math.dist(quad[0], quad[3]), math.dist(quad[1], quad[2]))))
    target = np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(np.array(quad, dtype=np.float32), target)
    crop = cv2.warpPerspective(image, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return crop.astype(np.uint8, copy=False)
