"""Measurements on page images: ink, sharpness, contrast, noise, skew, sideways text. NumPy and OpenCV on decoded pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[Any]

_MEASURED_WIDTH = 1000  # pixels of the longer side on which ink is measured
_SKEW_WIDTH = 700
_INK_CONTRAST = (
    38  # grey levels darker than the paper around: bleed-through and stains stay below, faint print does not
)
_GHOST_CONTRAST = 75.0  # grey levels
_GHOST_EDGE = 0.30  # a blurred scan has 0.3, sharp print 0.6 to 0.9
_EDGE_MARGIN = 0.03  # scanner shadows live at the rim
_MAX_SKEW = 8.0  # degrees


@dataclass(frozen=True)
class Quality:
    """Each 0..1, higher is more of it."""

    sharpness: float
    contrast: float
    noise: float


def to_gray(image: Image) -> Image:
    """Grey levels of an RGB image."""
    return cv2.cvtColor(image, cv2.COLOR_RGB2GRAY) if image.ndim == 3 else image


def shrink(gray: Image, longest: int) -> Image:
    """Not larger than `longest` pixels a side."""
    scale = longest / max(gray.shape[:2])
    if scale >= 1:
        return gray
    return cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


def paper_of(gray: Image) -> Image:
    """The paper's brightness everywhere: print removed by closing, then smoothed."""
    small = shrink(gray, 250)
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((15, 15), np.uint8))
    smooth = cv2.GaussianBlur(closed, (0, 0), 8)
    return cv2.resize(smooth, (gray.shape[1], gray.shape[0]), interpolation=cv2.INTER_LINEAR)


def ink_mask(gray: Image, contrast: int = _INK_CONTRAST) -> Image:
    """1 where something is printed: clearly darker than the paper around it; single specks and the rim do not count."""
    small = cv2.medianBlur(shrink(gray, _MEASURED_WIDTH), 3)
    darker = cv2.subtract(paper_of(small), small)
    mask = (darker > contrast).astype(np.uint8)
    rows, columns = (max(1, int(side * _EDGE_MARGIN)) for side in mask.shape[:2])
    mask[:rows], mask[-rows:], mask[:, :columns], mask[:, -columns:] = 0, 0, 0, 0
    return mask


@dataclass(frozen=True)
class Ink:
    """`share` of the page that is ink; `marks`: connected pieces large enough to be letters or rules.

    `contrast`: how much darker than paper the darkest of it is, 0..255; `edge`: how steep its edges are for that, 0..1.
    """

    share: float
    marks: int
    contrast: float
    edge: float

    @property
    def is_ghost(self) -> bool:
        """Pale and soft: the print of the reverse side."""
        return self.contrast < _GHOST_CONTRAST and self.edge < _GHOST_EDGE


def measure_ink(gray: Image) -> Ink:
    """What is printed on the page, specks left out."""
    mask = ink_mask(gray)
    _, numbered, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    sides = np.maximum(stats[:, cv2.CC_STAT_HEIGHT], stats[:, cv2.CC_STAT_WIDTH])
    is_real = (stats[:, cv2.CC_STAT_AREA] >= 8) & (sides >= 4)
    is_real[0] = False
    printed = is_real[numbered]
    if not printed.any():
        return Ink(0.0, 0, 0.0, 0.0)
    small = shrink(gray, _MEASURED_WIDTH)
    darker = cv2.subtract(paper_of(small), small)[printed]
    steep = np.abs(cv2.Sobel(small, cv2.CV_16S, 1, 0))[printed] / 4
    contrast = float(np.percentile(darker, 95))
    edge = min(1.0, float(np.percentile(steep, 90)) / max(1.0, contrast))
    return Ink(float(printed.mean()), int(is_real.sum()), contrast, edge)


def measure_quality(gray: Image) -> Quality:
    """Sharpness by the steepest edges, contrast by the spread of grey levels, noise by Immerkær's estimate (1996)."""
    middle = shrink(gray, 1600)
    low, high = np.percentile(middle[::4, ::4], (1, 95))
    spread = float(high - low)
    gradient = cv2.Sobel(middle, cv2.CV_16S, 1, 0)
    steep = float(np.percentile(np.abs(gradient[::2, ::2]), 99.5)) / 4
    kernel = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
    response = np.abs(cv2.filter2D(middle[:: max(1, middle.shape[0] // 800)], cv2.CV_32F, kernel))
    sigma = float(np.median(response)) * 1.4826 / 6
    return Quality(
        sharpness=round(min(1.0, steep / max(20.0, spread)), 3),
        contrast=round(min(1.0, spread / 200), 3),
        noise=round(min(1.0, sigma / 20), 3),
    )


def sideways_score(gray: Image) -> float:
    """Above 1: lines of text run top to bottom. Lines and the gaps between them make the profile across them uneven."""
    mask = ink_mask(gray)
    rows, columns = np.nonzero(mask.any(axis=1))[0], np.nonzero(mask.any(axis=0))[0]
    if rows.size < 2 or columns.size < 2:
        return 1.0
    printed = mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].astype(np.float32)
    return _unrest(printed.sum(axis=0)) / (_unrest(printed.sum(axis=1)) or 1e-6)


def _unrest(profile: NDArray[Any]) -> float:
    smooth = np.convolve(profile, np.ones(5) / 5, mode="same")
    mean = float(smooth.mean())
    return float(smooth.std()) / mean if mean else 0.0


def estimate_skew(gray: Image) -> float:
    """Degrees by which the text is turned clockwise (the page must be turned back by so much); 0 where it cannot be told.

    The angle at which the horizontal projection is most uneven (Postl's method), coarse then fine.
    """
    small = shrink(gray, _SKEW_WIDTH)
    mask = ink_mask(small)
    if int(mask.sum()) < 150:
        return 0.0
    mask = (mask * 255).astype(np.uint8)
    coarse = [(_unevenness(mask, angle), angle) for angle in np.arange(-_MAX_SKEW, _MAX_SKEW + 0.1, 1.0)]
    best = max(coarse)[1]
    fine = [(_unevenness(mask, angle), angle) for angle in np.arange(best - 0.9, best + 0.91, 0.15)]
    score, angle = max(fine)
    if score < 1.04 * _unevenness(mask, 0.0):
        return 0.0
    return round(float(angle), 2)


def _unevenness(mask: Image, angle: float) -> float:
    turned = turn_by(mask, angle, 0)
    profile = turned.sum(axis=1, dtype=np.float64)
    return float(((profile[1:] - profile[:-1]) ** 2).sum())


def turn_by(image: Image, degrees: float, fill: int | tuple[int, int, int] = 255) -> Image:
    """Turns counter-clockwise about the middle, same size, corners filled."""
    height, width = image.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    border = (fill, fill, fill) if isinstance(fill, int) and image.ndim == 3 else fill
    return cv2.warpAffine(image, matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=border)
