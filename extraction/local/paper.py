"""Pixels of a page: grey levels, smaller copies, and how bright its paper is everywhere."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[Any]


def to_gray(image: Image) -> Image:
    """Grey levels of an RGB image."""
    return cv2.cvtColor(image, cv2.COLOR_RGB2GRAY) if image.ndim == 3 else image


def shrink(gray: Image, longest: int) -> Image:
    """Not larger than `longest` pixels a side; a strip keeps the one pixel that it is wide."""
    scale = longest / max(gray.shape[:2])
    if scale >= 1:
        return gray
    if scale <= 0.5:  # by whole pixels first: five times as fast
        height, width = (max(1, side // 2) for side in gray.shape[:2])
        return shrink(
            cv2.resize(gray[: 2 * height, : 2 * width], (width, height), interpolation=cv2.INTER_AREA), longest
        )
    down, across = (max(scale, 1 / side) for side in gray.shape[:2])
    return cv2.resize(gray, None, fx=across, fy=down, interpolation=cv2.INTER_AREA)


def paper_of(gray: Image) -> Image:
    """The paper's brightness everywhere: print removed by closing, then smoothed."""
    small = shrink(gray, 250)
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((15, 15), np.uint8))
    smooth = cv2.GaussianBlur(closed, (0, 0), 8)
    return cv2.resize(smooth, (gray.shape[1], gray.shape[0]), interpolation=cv2.INTER_LINEAR)
