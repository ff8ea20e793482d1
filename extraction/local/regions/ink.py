"""The ink of a page: what is dark, in connected fragments, and how large a point is. Made once, used by all detectors."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from extraction.local.paper import Image, paper_of, to_gray
from idp_project.core.geometry import BoundingBox
from idp_project.core.page_text import PageText

UNIT = 200 / 72  # pixels a point, that a page is brought to where small things are looked for
COARSE = 100 / 72  # the same, for lines of handwriting and stamps: on every scanned page, so it has to be fast
_CONTRAST = 40  # grey levels darker than the paper, at least
_SHARE = 0.3  # of the darkest ink: blurred edges are lighter
_LINE_POINTS = 13.0  # height of the median word, as readers draw its box
_UNLIKE = 2.0  # a strip or a part of a page
_FEWEST_WORDS = 12
_PAGE_POINTS = 842.0
_LARGEST_CHANGE = 2.5
_ALIKE = 0.15  # of the size: not worth a resize

Mask = NDArray[Any]  # uint8, 0 or 1


@dataclass(frozen=True)
class PageInk:
    """`mask`: 1 where there is ink, at about `unit` pixels a point; `gray` in the same size."""

    gray: Image
    mask: Mask
    unit: float = UNIT
    color: Image | None = None  # the page as it came, where it has colours

    @cached_property
    def colorfulness(self) -> Image | None:
        """How far the ink is from grey, 0..255, in the size of the mask; None for a grey page."""
        if self.color is None:
            return None
        small = cv2.resize(self.color, (self.width, self.height), interpolation=cv2.INTER_NEAREST)
        red, green, blue = cv2.split(small)
        lightest, darkest = cv2.max(cv2.max(red, green), blue), cv2.min(cv2.min(red, green), blue)
        spread: Image = cv2.subtract(lightest, darkest)
        return spread if int(spread.max()) > 0 else None

    @property
    def width(self) -> int:
        return int(self.mask.shape[1])

    @property
    def height(self) -> int:
        return int(self.mask.shape[0])

    @cached_property
    def fragments(self) -> Fragments:
        count, labels, stats, _ = cv2.connectedComponentsWithStats(self.mask, connectivity=8, ltype=cv2.CV_32S)
        return Fragments(labels, stats[:count])

    def box(self, left: float, top: float, right: float, bottom: float) -> BoundingBox:
        """In page coordinates."""
        return BoundingBox.from_pixels(left, top, right, bottom, width=self.width, height=self.height)

    def pixels(self, box: BoundingBox) -> tuple[int, int, int, int]:
        """left, top, right, bottom."""
        return (
            round(box.left * self.width),
            round(box.top * self.height),
            round(box.right * self.width),
            round(box.bottom * self.height),
        )


@dataclass(frozen=True)
class Fragments:
    """Connected fragments of ink: `labels` a number for each pixel, `stats` OpenCV's left, top, width, height, area of each."""

    labels: NDArray[Any]
    stats: NDArray[Any]

    @property
    def left(self) -> NDArray[Any]:
        return self.stats[:, cv2.CC_STAT_LEFT]

    @property
    def top(self) -> NDArray[Any]:
        return self.stats[:, cv2.CC_STAT_TOP]

    @property
    def width(self) -> NDArray[Any]:
        return self.stats[:, cv2.CC_STAT_WIDTH]

    @property
    def height(self) -> NDArray[Any]:
        return self.stats[:, cv2.CC_STAT_HEIGHT]


def page_ink(image: Image, page_text: PageText | None = None, unit: float = UNIT) -> PageInk:
    """Of an RGB or grey page at `unit` pixels a point, taken for one of A4 unless the size of its words says it is not."""
    gray = to_gray(image)
    factor = unit / _pixels_a_point(gray, page_text)
    factor = min(_LARGEST_CHANGE, max(1 / _LARGEST_CHANGE, factor))
    if abs(factor - 1) > _ALIKE:
        way = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
        gray = cv2.resize(gray, None, fx=factor, fy=factor, interpolation=way)
    darkness = cv2.subtract(paper_of(gray), gray)
    dark = darkness[::4, ::4]
    dark = dark[dark > _CONTRAST]
    darkest = float(np.percentile(dark, 95)) if dark.size else 0.0
    mask: Mask = (darkness > max(_CONTRAST, _SHARE * darkest)).astype(np.uint8)
    return PageInk(gray, mask, unit, image if image.ndim == 3 else None)


def _pixels_a_point(gray: Image, page_text: PageText | None) -> float:
    words = page_text.words if page_text is not None else ()
    by_page = float(max(gray.shape[:2])) / _PAGE_POINTS
    if len(words) < _FEWEST_WORDS:
        return by_page
    heights = [word.polygon.bounding_box.height for word in words]
    by_words = float(np.median(heights)) * float(gray.shape[0]) / _LINE_POINTS
    return by_page if 1 / _UNLIKE < by_words / by_page < _UNLIKE else by_words
