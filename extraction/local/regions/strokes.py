"""How the ink of a line of text was made: by a machine, whose letters are upright, alike and level, or by a hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from extraction.local.paper import Image
from extraction.local.regions.ink import Mask

_LEAST_PIXELS = 5
_AXIS = 0.985  # of a gradient's length along one axis: within 10 degrees of it
_LEAN = (0.2126, 1.0)  # tangents of 12 and 45 degrees


@dataclass(frozen=True)
class StrokeMaps:
    """What `stroke_features` measures, made once for a page: the ink without ruled lines; how strong its edges are, those
    along an axis, those that lean like a hand; and how far each pixel of ink is from the paper.
    """

    mask: Mask
    edges: NDArray[np.float32]
    straight: NDArray[np.float32]
    slanted: NDArray[np.float32]
    distance: NDArray[Any]


def stroke_maps(gray: Image, mask: Mask) -> StrokeMaps:
    """Of a page, or of a part of it."""
    smooth = cv2.GaussianBlur(gray, (0, 0), 0.8)
    near = np.flatnonzero(cv2.dilate(mask, np.ones((3, 3), np.uint8)))
    across = np.abs(cv2.Sobel(smooth, cv2.CV_16S, 1, 0).ravel()[near]).astype(np.float32)
    down = np.abs(cv2.Sobel(smooth, cv2.CV_16S, 0, 1).ravel()[near]).astype(np.float32)
    size = np.hypot(across, down)
    is_straight = np.maximum(across, down) > _AXIS * size
    is_slanted = (down > _LEAN[0] * across) & (down < _LEAN[1] * across)
    distance = np.asarray(cv2.distanceTransform(np.pad(mask, 1), cv2.DIST_L2, 3)[1:-1, 1:-1], np.float32)

    def on_page(values: NDArray[np.float32]) -> NDArray[np.float32]:
        whole = np.zeros(mask.size, np.float32)
        whole[near] = values
        return whole.reshape(mask.shape)

    return StrokeMaps(mask, on_page(size), on_page(size * is_straight), on_page(size * is_slanted), distance)


def stroke_features(maps: StrokeMaps, left: int, top: int, right: int, bottom: int) -> NDArray[np.float64] | None:
    """Straight, slanted, thin, heights, bottoms, joined, spread, curled: of the ink in a box of the page, each about 0..1;
    None where there is too little of it."""
    place = slice(max(0, top), bottom + 1), slice(max(0, left), right + 1)
    mask = maps.mask[place]
    if not mask.size:
        return None
    count, _, stats, _ = cv2.connectedComponentsWithStats(np.ascontiguousarray(mask), connectivity=8)
    stats = stats[1:count]
    stats = stats[stats[:, cv2.CC_STAT_AREA] >= _LEAST_PIXELS]
    if not len(stats):
        return None
    height, width = stats[:, cv2.CC_STAT_HEIGHT].astype(float), stats[:, cv2.CC_STAT_WIDTH].astype(float)
    low = stats[:, cv2.CC_STAT_TOP] + height
    tall = height >= 0.4 * height.max()
    line = float(np.median(height[tall]))
    inside = np.sort(maps.distance[place][mask > 0])
    stroke = 2 * float(inside[int(0.8 * (len(inside) - 1))])
    edges = float(maps.edges[place].sum()) or 1.0
    return np.array(
        [
            float(maps.straight[place].sum()) / edges,
            float(maps.slanted[place].sum()) / edges,
            min(1.0, stroke / line),
            min(1.0, float(height[tall].std()) / line),
            min(1.0, float(np.abs(low[tall] - np.median(low[tall])).mean()) / line),
            min(1.0, float(np.median(width[tall])) / (3 * line)),
            min(1.0, float(width.max()) / (8 * line)),
            min(1.0, mask.sum() / max(1.0, stroke) / (12 * width[tall].sum() + 1)),
        ]
    )
