"""Which way a page is turned: box shapes tell sideways from upright, a classifier tells up from down.

Engines give a detector, a direction classifier and a recogniser; the vote is here. On clean print runs of ink stand in
for the detector's boxes, at a third of the cost; they are believed only where everything is clear.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from idp_project.providers.ocr.crops import RgbImage, cut, is_vertical, quad_of
from idp_project.providers.ocr.reading_order import Quad

_SIDES = (512, 768)  # the second only where the first shows too few boxes: fine print on a large page
_FEW_BOXES = 4
_MIN_RATIO = 2.0  # shorter boxes tell too little of their direction
_FULL_RATIO = 8.0
_MAX_BOXES = 12
_MAX_SNIPPETS = 20
_SNIPPET_RATIO = 4  # width / height of what the classifier was trained on; long lines are cut, not squeezed
# Mean vote (−1..1) from which the classifier is believed alone: of 264 turned receipts, letters and forms none came out
# wrong above 0.2.
_SURE = 0.35
_READ_SNIPPETS = 6
_PRINT_SIDE = 1000  # pixels of the longer side on which runs of ink are looked for
_LETTER_GAP = 9  # pixels of that copy: joins the letters of a word
_RUN_HEIGHTS = (7, 60)
_MIN_RUN = 30
_MIN_RUN_RATIO = 3
_INK_SHARE = (0.25, 0.95)  # of a run's box: less is a frame, more a rule or a stain
_CLEARLY_MORE = 2.0  # length of the runs one way over that of the runs the other way
_MIN_RUNS = 5


class DirectionReader(Protocol):
    """The parts of an engine that the vote needs. Crops are RGB with horizontal text."""

    def detect(self, image: RgbImage, side: int) -> list[NDArray[Any]]:
        """Boxes of the image, found on a copy whose longer side is `side` pixels; corners in pixels of the image."""

    def upside_down_votes(self, crops: Sequence[RgbImage]) -> list[float]:
        """A vote a crop: 1 surely upside down, −1 surely upright."""

    def reading_score(self, crops: Sequence[RgbImage]) -> float:
        """Mean confidence 0..1 of reading the crops as they are."""


@dataclass(frozen=True)
class _Evidence:
    quads: list[Quad]
    is_sideways: bool


def quarter_turns(image: RgbImage, reader: DirectionReader) -> int:
    """Clockwise quarter turns (0..3) that make the page upright; 0 where no text is found."""
    printed = _print_evidence(image)
    if printed is not None:
        vote = _vote(_snippets_of(image, printed), reader)
        if abs(vote) >= _SURE:
            return _turns(printed, is_reversed=vote > 0)
    evidence = _detected_evidence(image, reader)
    if evidence is None:
        return 0
    return _turns(evidence, is_reversed=_is_upside_down(_snippets_of(image, evidence), reader))


def _turns(evidence: _Evidence, *, is_reversed: bool) -> int:
    if evidence.is_sideways:
        return 1 if is_reversed else 3  # tall boxes are cut reading top-down: right for a page turned once clockwise
    return 2 if is_reversed else 0


def _detected_evidence(image: RgbImage, reader: DirectionReader) -> _Evidence | None:
    evidence: _Evidence | None = None
    for side in _SIDES:
        evidence = _evidence(reader.detect(image, side)) or evidence
        if evidence and len(evidence.quads) >= _FEW_BOXES:
            break
    return evidence


def _print_evidence(image: RgbImage) -> _Evidence | None:
    """Words as runs of ink, where one direction clearly has more of them."""
    scale = min(1.0, _PRINT_SIDE / max(image.shape[:2]))
    gray = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    small = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else gray
    ink = cv2.adaptiveThreshold(small, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 18)
    wide, tall = _runs(ink, is_vertical=False), _runs(ink, is_vertical=True)
    length_wide, length_tall = float(wide[:, 2].sum()), float(tall[:, 3].sum())
    is_sideways = length_tall > length_wide
    runs = tall if is_sideways else wide
    if len(runs) < _MIN_RUNS or max(length_wide, length_tall) < _CLEARLY_MORE * min(length_wide, length_tall):
        return None
    longer, shorter = runs[:, 2:4].max(axis=1), runs[:, 2:4].min(axis=1)
    best = np.argsort(-np.minimum(longer / shorter, _FULL_RATIO) * np.sqrt(shorter))[:_MAX_BOXES]
    return _Evidence([quad_of(_corners(runs[index], scale)) for index in best], is_sideways)


def _runs(ink: NDArray[Any], *, is_vertical: bool) -> NDArray[Any]:
    """Left, top, width, height and area of what looks like words along that direction."""
    kernel = np.ones((_LETTER_GAP, 1) if is_vertical else (1, _LETTER_GAP), np.uint8)
    found = cv2.connectedComponentsWithStats(cv2.morphologyEx(ink, cv2.MORPH_CLOSE, kernel), connectivity=4)[2][1:]
    along, across = (found[:, 3], found[:, 2]) if is_vertical else (found[:, 2], found[:, 3])
    share = found[:, 4] / (found[:, 2] * found[:, 3])
    is_word = (along >= np.maximum(_MIN_RUN, _MIN_RUN_RATIO * across)) & (across >= _RUN_HEIGHTS[0])
    is_word &= (across <= _RUN_HEIGHTS[1]) & (share > _INK_SHARE[0]) & (share < _INK_SHARE[1])
    return np.asarray(found[is_word])


def _corners(run: NDArray[Any], scale: float) -> NDArray[Any]:
    """Corners of the run's box with a little paper around, in pixels of the page."""
    left, top, width, height = (float(value) for value in run[:4])
    margin = max(2.0, 0.15 * min(width, height))
    right, bottom = left + width + margin, top + height + margin
    left, top = max(0.0, left - margin), max(0.0, top - margin)
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)]) / scale


def _evidence(boxes: Sequence[NDArray[Any]]) -> _Evidence | None:
    quads = [quad for quad in map(quad_of, boxes) if _ratio(quad) >= _MIN_RATIO]
    if not quads:
        return None
    tall = sum(_length(quad) for quad in quads if is_vertical(quad))
    wide = sum(_length(quad) for quad in quads if not is_vertical(quad))
    is_sideways = tall > wide
    chosen = [quad for quad in quads if is_vertical(quad) == is_sideways]
    chosen.sort(key=lambda quad: min(_ratio(quad), _FULL_RATIO), reverse=True)
    return _Evidence(chosen[:_MAX_BOXES], is_sideways)


def _snippets_of(image: RgbImage, evidence: _Evidence) -> list[RgbImage]:
    return _snippets([cut(image, quad) for quad in evidence.quads])


def _vote(snippets: Sequence[RgbImage], reader: DirectionReader) -> float:
    """-1 surely upright … 1 surely upside down."""
    votes = reader.upside_down_votes(snippets)
    return sum(votes) / len(votes)


def _is_upside_down(snippets: Sequence[RgbImage], reader: DirectionReader) -> bool:
    vote = _vote(snippets, reader)
    if abs(vote) >= _SURE:
        return vote > 0
    few = snippets[:_READ_SNIPPETS]
    turned = [np.ascontiguousarray(crop[::-1, ::-1]) for crop in few]
    return reader.reading_score(turned) > reader.reading_score(few)


def _snippets(crops: Sequence[RgbImage]) -> list[RgbImage]:
    """Up to two fragments of each line, its start and its end."""
    found: list[RgbImage] = []
    for crop in crops:
        height, width = crop.shape[:2]
        size = height * _SNIPPET_RATIO
        if width <= size * 1.3:
            found.append(crop)
        else:
            found.append(np.ascontiguousarray(crop[:, :size]))
            if width >= 2 * size:
                found.append(np.ascontiguousarray(crop[:, width - size :]))
    return found[:_MAX_SNIPPETS]


def _length(quad: Quad) -> float:
    return math.dist(quad[0], quad[1])


def _ratio(quad: Quad) -> float:
    return _length(quad) / max(1.0, math.dist(quad[0], quad[3]))
