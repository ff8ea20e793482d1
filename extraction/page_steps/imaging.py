"""Measurements on page images: ink, sharpness, contrast, noise, skew, sideways text. NumPy and OpenCV on decoded pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from extraction.local.paper import Image, paper_of, shrink

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


def paper_and_print(gray: Image) -> tuple[Image, Image, Image]:
    """Of a copy of at most `_MEASURED_WIDTH` pixels: itself, its paper, and where something is printed (`ink_mask`)."""
    small = shrink(gray, _MEASURED_WIDTH)
    smooth = cv2.medianBlur(small, 3)
    paper = paper_of(smooth)
    return small, paper, ink_mask(cv2.subtract(paper, smooth))


def ink_mask(darkness: Image, contrast: int = _INK_CONTRAST) -> Image:
    """1 where something is printed: clearly darker than the paper around it; single specks and the rim do not count."""
    mask = (darkness > contrast).astype(np.uint8)
    rows, columns = (max(1, int(side * _EDGE_MARGIN)) for side in mask.shape[:2])
    mask[:rows], mask[-rows:], mask[:, :columns], mask[:, -columns:] = 0, 0, 0, 0
    return mask


@dataclass(frozen=True)
class Ink:
    """`share` of the page that is ink; `marks`: connected fragments large enough to be letters or rules.

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
    small, paper, mask = paper_and_print(gray)
    _, numbered, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    sides = np.maximum(stats[:, cv2.CC_STAT_HEIGHT], stats[:, cv2.CC_STAT_WIDTH])
    is_real = (stats[:, cv2.CC_STAT_AREA] >= 8) & (sides >= 4)
    is_real[0] = False
    rows, columns = np.nonzero(numbered)
    is_printed = is_real[numbered[rows, columns]]
    rows, columns = rows[is_printed], columns[is_printed]
    if rows.size == 0:
        return Ink(0.0, 0, 0.0, 0.0)
    steep = np.abs(cv2.Sobel(small, cv2.CV_16S, 1, 0)[rows, columns]) / 4
    contrast = float(np.percentile(cv2.subtract(paper, small)[rows, columns], 95))
    edge = min(1.0, float(np.percentile(steep, 90)) / max(1.0, contrast))
    return Ink(rows.size / numbered.size, int(is_real.sum()), contrast, edge)


def measure_quality(gray: Image) -> Quality:
    """Sharpness by the steepest edges, contrast by the spread of grey levels, noise by Immerkær's estimate (1996)."""
    middle = shrink(gray, 1600)
    low, high = np.percentile(middle[::4, ::4], (1, 95))
    spread = float(high - low)
    gradient = cv2.Sobel(middle, cv2.CV_16S, 1, 0)
    steep = float(np.percentile(np.abs(gradient[::4, ::2]), 99.5)) / 4
    kernel = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
    thinned = np.ascontiguousarray(middle[:: max(1, middle.shape[0] // 400)])
    response = np.abs(cv2.filter2D(thinned, cv2.CV_16S, kernel)[:, ::2])
    sigma = float(np.median(response)) * 1.4826 / 6
    return Quality(
        sharpness=round(min(1.0, steep / max(20.0, spread)), 3),
        contrast=round(min(1.0, spread / 200), 3),
        noise=round(min(1.0, sigma / 20), 3),
    )


def sideways_score(gray: Image) -> float:
    """Above 1: lines of text run top to bottom. Lines and the gaps between them make the profile across them uneven."""
    mask = paper_and_print(gray)[2]
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
    rows, columns = np.nonzero(paper_and_print(shrink(gray, _SKEW_WIDTH))[2])
    if rows.size < 150:
        return 0.0
    ink = np.stack([rows, columns]).astype(np.float32)
    best = max((_unevenness(ink, angle), angle) for angle in np.arange(-_MAX_SKEW, _MAX_SKEW + 0.1, 1.0))[1]
    score, angle = max((_unevenness(ink, angle), angle) for angle in np.arange(best - 0.9, best + 0.91, 0.15))
    if score < 1.04 * _unevenness(ink, 0.0):
        return 0.0
    return round(float(angle), 2)


def _unevenness(ink: NDArray[np.float32], angle: float) -> float:
    """Of the rows' shares of ink (2 × n: rows, columns), once the page is turned counter-clockwise by this many degrees.

    A pixel that comes to lie between two rows counts for both, so that no angle looks sharper than it is.
    """
    radians = np.deg2rad(angle)
    turned = ink[0] * np.float32(np.cos(radians)) - ink[1] * np.float32(np.sin(radians))
    turned -= turned.min()
    rows = turned.astype(np.int32)
    lower = turned - rows
    profile = np.bincount(rows, 1 - lower, rows.max() + 2) + np.bincount(rows + 1, lower, rows.max() + 2)
    return float(np.square(np.diff(profile)).sum())


def turn_by(image: Image, degrees: float, fill: int | tuple[int, int, int] = 255) -> Image:
    """Turns counter-clockwise about the middle, same size, corners filled."""
    height, width = image.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    border = (fill, fill, fill) if isinstance(fill, int) and image.ndim == 3 else fill
    return cv2.warpAffine(image, matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=border)
