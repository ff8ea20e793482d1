"""Classify page: which way is up, how good the picture is, whether anything is printed on it. Returns the upright image."""

from __future__ import annotations

from typing import Any

import numpy as np

from documents.domain.pipeline import PageStepName
from extraction.context import PageContext
from extraction.local.paper import Image, to_gray
from extraction.page_steps.imaging import measure_ink, measure_quality, sideways_score
from extraction.results import PageStepResult

_BLANK_SHARE = 0.0002  # of the page under ink: less than a printed word
_SIDEWAYS = 1.25


def classify_page(context: PageContext) -> PageStepResult:
    """Facts: quarter_turns (clockwise, already applied), is_blank; of pictures also ink_share, marks, sharpness, contrast,
    noise (0..1 each). A born-digital page has text, so it is neither blank nor measured.
    """
    assert context.image is not None
    rendered = context.facts.get(PageStepName.RENDER, {})
    if rendered.get("is_text_layer_trusted"):
        return _upright(context.image, {"quarter_turns": int(rendered.get("text_quarter_turns", 0)), "is_blank": False})
    gray = to_gray(context.image)
    ink, quality = measure_ink(gray), measure_quality(gray)
    is_blank = ink.share < _BLANK_SHARE or ink.is_ghost
    facts: dict[str, Any] = {
        "quarter_turns": 0 if is_blank else _quarter_turns(context, context.image, gray),
        "is_blank": is_blank,
        "ink_share": round(ink.share, 5),
        "marks": ink.marks,
        "sharpness": quality.sharpness,
        "contrast": quality.contrast,
        "noise": quality.noise,
    }
    return _upright(context.image, facts)


def _upright(image: Image, facts: dict[str, Any]) -> PageStepResult:
    turns = facts["quarter_turns"]
    return PageStepResult(facts=facts, image=np.ascontiguousarray(np.rot90(image, k=-turns)) if turns else None)


def _quarter_turns(context: PageContext, image: Image, gray: Image) -> int:
    """By the OCR engine where it can tell; else sideways text is recognised by its profile, upside-down text is not."""
    detect = getattr(context.ocr, "detect_orientation", None)
    if detect is not None:
        return int(detect(image)) % 4
    return 1 if sideways_score(gray) > _SIDEWAYS else 0
