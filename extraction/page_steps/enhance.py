"""Enhance: straight, evenly lit, less noisy; each only where a measurement asks for it, born-digital pages never."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

from documents.domain.pipeline import PageStepName
from extraction.context import PageContext
from extraction.local.paper import Image, paper_of, shrink, to_gray
from extraction.page_steps.imaging import estimate_skew, turn_by
from extraction.results import PageStepResult

_SKEW_MIN = 0.25  # degrees; below it nothing is gained
_UNEVEN_PAPER = 40.0  # grey levels between the page's bright and dark paper
_PAPER_SIDE = 300  # pixels of the longer side on which the paper is looked at
_LOW_CONTRAST = 0.45
_NOISY = 0.30
_DARK_ENOUGH, _LIGHTEST_INK = 20.0, 200.0  # grey levels


def enhance_page(context: PageContext) -> PageStepResult:
    """Facts: skew (degrees clockwise as found), applied (names). The image only where it was changed."""
    assert context.image is not None
    classified = context.facts.get(PageStepName.CLASSIFY_PAGE, {})
    if context.facts.get(PageStepName.RENDER, {}).get("is_text_layer_trusted") or classified.get("is_blank"):
        return PageStepResult(facts={"skew": 0.0, "applied": []})
    image, applied = context.image, []
    gray = to_gray(image)
    skew = estimate_skew(gray)
    if float(classified.get("noise", 0.0)) > _NOISY:
        image = cv2.medianBlur(image, 3)
        applied.append("noise")
    if _paper_spread(gray) > _UNEVEN_PAPER or float(classified.get("contrast", 1.0)) < _LOW_CONTRAST:
        image = even_light(image)
        applied.append("light")
    if abs(skew) >= _SKEW_MIN:
        image = turn_by(image, skew, _fill_of(image))
        applied.append("skew")
    facts: dict[str, Any] = {"skew": skew, "applied": applied}
    return PageStepResult(facts=facts, image=image if applied else None)


def _paper_spread(gray: Image) -> float:
    paper = paper_of(shrink(gray, _PAPER_SIDE))
    low, high = np.percentile(paper, (3, 97))
    return float(high - low)


def even_light(image: Image) -> Image:
    """Divides by the paper's brightness and stretches what is left to the full range."""
    gray = to_gray(image)
    paper = np.maximum(paper_of(gray), 30)
    flat = cv2.divide(gray, paper, scale=255)
    low = min(float(np.percentile(flat[::4, ::4], 0.5)), _LIGHTEST_INK)
    if low > _DARK_ENOUGH:  # what is darker still stays black: scaling it alone would turn it light
        flat = cv2.convertScaleAbs(cv2.subtract(flat, np.array([low])), alpha=255 / (255 - low))
    return cv2.cvtColor(flat, cv2.COLOR_GRAY2RGB)


def _fill_of(image: Image) -> tuple[int, int, int]:
    middle = np.median(image[::16, ::16].reshape(-1, 3), axis=0)
    return int(middle[0]), int(middle[1]), int(middle[2])
