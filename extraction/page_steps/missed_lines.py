"""Lines of a page that a reading doubts, and lines that it left out although there is print."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import cv2
import numpy as np

from extraction.context import ScriptEngine
from extraction.local.paper import Image
from extraction.page_steps.two_readings import with_lines
from idp_project.core.geometry import BoundingBox, Polygon
from idp_project.core.page_text import PageText, Word
from idp_project.core.spans import Span

_DOUBTFUL = 0.75  # mean confidence of a line that may be of another script, or on its head
_LEAST_LETTERS = 6
_DOUBTFUL_PAGE = 0.85  # of a page that is read better no line is looked at
_COVERED = 0.5  # of a line's width that words cover
_MARGIN = 0.35  # of a line's height: paper around it
_SOFTER = 0.8  # pixels: hard edges of drawn letters are read worse


def with_doubtful_lines(text: PageText) -> PageText:
    """Counts lines that were read badly as not read, where the whole page was not read well: Hebrew on its head, for
    example, looks like Latin letters."""
    if text.mean_confidence is None or text.mean_confidence >= _DOUBTFUL_PAGE:
        return text
    known = [place.bounding_box for place in text.unread]
    doubtful = [
        line.polygon
        for line in text.lines
        if _confidence(text.words_of(line)) < _DOUBTFUL
        and line.span.end - line.span.start >= _LEAST_LETTERS
        and not any(_holds(box, line.polygon.bounding_box) for box in known)
    ]
    return replace(text, unread=(*text.unread, *doubtful))


def with_missed_lines(engine: ScriptEngine, image: Image, text: PageText, places: Sequence[Polygon]) -> PageText:
    """The reading, with what the engine reads at those of the places for which it has no words. Raises as it does."""
    runs = [run for place in _missed(text, places) if (run := _read(engine, image, place.bounding_box))]
    return with_lines(text, runs) if runs else text


def _missed(text: PageText, places: Sequence[Polygon]) -> Iterator[Polygon]:
    boxes = [word.polygon.bounding_box for word in text.words]
    for place in places:
        line = place.bounding_box
        covered = sum(_shared_width(box, line) for box in boxes if line.top <= box.center[1] <= line.bottom)
        if covered < _COVERED * line.width:
            yield place


def _shared_width(box: BoundingBox, line: BoundingBox) -> float:
    return max(0.0, min(box.right, line.right) - max(box.left, line.left))


def _read(engine: ScriptEngine, image: Image, line: BoundingBox) -> list[Word]:
    height, width = image.shape[:2]
    margin = _MARGIN * line.height * height
    left, right = max(0, int(line.left * width - margin)), min(width, int(line.right * width + margin) + 1)
    top, bottom = max(0, int(line.top * height - margin)), min(height, int(line.bottom * height + margin) + 1)
    crop = np.ascontiguousarray(cv2.GaussianBlur(image[top:bottom, left:right], (0, 0), _SOFTER))
    across, down = (right - left) / width, (bottom - top) / height
    return [
        Word(
            word.text,
            Polygon(tuple((left / width + x * across, top / height + y * down) for x, y in word.polygon.points)),
            word.confidence,
            Span(0, len(word.text)),
        )
        for word in engine.recognize_line(crop).words
    ]


def _confidence(words: Sequence[Word]) -> float:
    letters = sum(len(word.text) for word in words)
    return sum(len(word.text) * (word.confidence or 0.0) for word in words) / letters if letters else 0.0


def _holds(box: BoundingBox, other: BoundingBox) -> bool:
    x, y = other.center
    return box.left <= x <= box.right and box.top <= y <= box.bottom
