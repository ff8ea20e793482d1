"""Classify page: which way is up, how good the picture is, whether anything is printed on it. Returns the upright image."""

from __future__ import annotations

from typing import Any

import numpy as np

from extraction.context import PageContext
from extraction.page_steps.imaging import Image, measure_ink, measure_quality, sideways_score, to_gray
from extraction.results import PageStepResult

_BLANK_SHARE = 0.0004  # of the page under ink
_BLANK_MARKS = 6
_SIDEWAYS = 1.35


def classify_page(context: PageContext) -> PageStepResult:
    """Facts: quarter_turns (clockwise, already applied), is_blank, ink_share, sharpness, contrast, noise (0..1 each)."""
    assert context.image is not None
    image = context.image
    rendered = context.facts.get("render", {})
    is_digital = bool(rendered.get("is_text_layer_trusted"))
    gray = to_gray(image)
    ink = measure_ink(gray)
    is_blank = not is_digital and (ink.share < _BLANK_SHARE or ink.marks < _BLANK_MARKS) and ink.share < 0.02
    turns = 0
    if is_digital:
        turns = int(rendered.get("text_quarter_turns", 0))
    elif not is_blank:
        turns = _quarter_turns(context, image, gray)
    quality = measure_quality(gray)
    facts: dict[str, Any] = {
        "quarter_turns": turns,
        "is_blank": is_blank,
        "ink_share": round(ink.share, 5),
        "marks": ink.marks,
        "sharpness": quality.sharpness,
        "contrast": quality.contrast,
        "noise": quality.noise,
    }
    upright = np.ascontiguousarray(np.rot90(image, k=-turns)) if turns else None
    return PageStepResult(facts=facts, image=upright)


def _quarter_turns(context: PageContext, image: Image, gray: Image) -> int:
    """By the OCR engine where it can tell; else sideways text is recognised by its profile, upside-down text is not."""
    detect = getattr(context.ocr, "detect_orientation", None)
    if detect is not None:
        return int(detect(image)) % 4
    return 1 if sideways_score(gray) > _SIDEWAYS else 0
