"""Which way a page is turned: box shapes tell sideways from upright, a classifier tells up from down.

Engines give a detector, a direction classifier and a recogniser; the vote is here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from idp_project.providers.ocr.crops import BgrImage, cut, is_vertical, quad_of
from idp_project.providers.ocr.reading_order import Quad

_SIDES = (512, 768)  # the second only where the first shows too few boxes: fine print on a large page
_FEW_BOXES = 4
_MIN_RATIO = 2.0  # shorter boxes tell too little of their direction
_FULL_RATIO = 8.0
_MAX_BOXES = 12
_MAX_SNIPPETS = 20
_SNIPPET_RATIO = 4  # width / height of what the classifier was trained on; long lines are cut, not squeezed
_SURE = 0.35  # mean vote (−1..1) above which the classifier is believed alone
_READ_SNIPPETS = 6


class DirectionReader(Protocol):
    """The parts of an engine that the vote needs. Crops are BGR with horizontal text."""

    def detect(self, image: BgrImage, side: int) -> list[NDArray[Any]]:
        """Boxes of the image, found on a copy whose longer side is `side` pixels; corners in pixels of the image."""

    def upside_down_votes(self, crops: Sequence[BgrImage]) -> list[float]:
        """A vote a crop: 1 surely upside down, −1 surely upright."""

    def reading_score(self, crops: Sequence[BgrImage]) -> float:
        """Mean confidence 0..1 of reading the crops as they are."""


@dataclass(frozen=True)
class _Evidence:
    quads: list[Quad]
    is_sideways: bool


def quarter_turns(image: BgrImage, reader: DirectionReader) -> int:
    """Clockwise quarter turns (0..3) that make the page upright; 0 where no text is found."""
    evidence: _Evidence | None = None
    for side in _SIDES:
        evidence = _evidence(reader.detect(image, side)) or evidence
        if evidence and len(evidence.quads) >= _FEW_BOXES:
            break
    if evidence is None:
        return 0
    snippets = _snippets([cut(image, quad) for quad in evidence.quads])
    is_reversed = _is_upside_down(snippets, reader)
    if evidence.is_sideways:
        return 1 if is_reversed else 3  # tall boxes are cut reading top-down: right for a page turned once clockwise
    return 2 if is_reversed else 0


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


def _is_upside_down(snippets: Sequence[BgrImage], reader: DirectionReader) -> bool:
    votes = reader.upside_down_votes(snippets)
    mean = sum(votes) / len(votes)
    if abs(mean) >= _SURE:
        return mean > 0
    few = snippets[:_READ_SNIPPETS]
    turned = [np.ascontiguousarray(crop[::-1, ::-1]) for crop in few]
    return reader.reading_score(turned) > reader.reading_score(few)


def _snippets(crops: Sequence[BgrImage]) -> list[BgrImage]:
    """Up to two pieces of each line, its start and its end."""
    found: list[BgrImage] = []
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
