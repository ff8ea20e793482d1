"""Rubber stamps: a frame around a few words, turned by hand, over whatever is on the page."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from documents.domain.plain_text import plain
from documents.domain.regions import Region, RegionKind, share_inside
from documents.domain.words import Words, word_set
from extraction.local.regions.ink import Mask, PageInk
from extraction.local.regions.rules import without_rules
from idp_project.core.geometry import BoundingBox
from idp_project.core.page_text import PageText, Word

_SHORT, _LONG = 16, 250  # sides in points
_TURNED = 1.2  # degrees: a form's own boxes are level
_LEAST_EDGE = 0.62  # of the frame that has to be there
_WHOLE_EDGE = 0.88  # the same, of a frame in which nothing was read: it might be a signature
_LARGE = 1.3  # of the usual height: a stamp's word
_SLOPE = 0.035  # of a word's upper edge: turned
_SAMPLES = 160


def find_stamps(page: PageInk, page_text: PageText, words: Words) -> list[Region]:
    """Frames that are turned or hold a stamp's word, and such words that are turned or large without a frame."""
    known = word_set(words, "stamp_word")
    found = []
    for corners, turn, share in _frames(page):
        left, top = corners.min(axis=0)
        right, bottom = corners.max(axis=0)
        box = page.box(left, top, right, bottom)
        inside = [word for word in page_text.words if share_inside(word.polygon.bounding_box, box) > 0.5]
        is_named = _names_stamp(inside, known)
        if is_named or (turn >= _TURNED and (inside or share >= _WHOLE_EDGE)):
            text = " ".join(word.text for word in inside)
            found.append(Region(RegionKind.STAMP, box, 0.95 if is_named else 0.7, text=text))
    return _distinct(found) + _words_alone(page_text, known, found)


def _frames(page: PageInk) -> list[tuple[NDArray[np.float32], float, float]]:
    """Corners, turn in degrees and share of the weakest edge, of the rectangles whose edges are drawn.

    A level one has long lines as its edges; one that lies over a ruled line is in one fragment with it: so both with and
    without lines.
    """
    short, long = _SHORT * page.unit, _LONG * page.unit
    thick = cv2.dilate(page.mask, np.ones((5, 5), np.uint8))
    contours = [
        contour
        for mask in (page.mask, without_rules(page))
        for contour in cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[0]
        if len(contour) > 1
    ]
    found = []
    for contour in contours:
        _, _, width, height = cv2.boundingRect(contour)
        if max(width, height) < 1.6 * short or min(width, height) < short or max(width, height) > long:
            continue
        rectangle = cv2.minAreaRect(contour)
        if min(rectangle[1]) < short:
            continue
        corners = cv2.boxPoints(rectangle).astype(np.float32)
        share = _drawn_share(thick, corners)
        if share >= _LEAST_EDGE:
            angle = rectangle[2] % 90
            found.append((corners, min(angle, 90 - angle), share))
    return found


def _drawn_share(mask: Mask, corners: NDArray[np.float32]) -> float:
    """The smallest share of an edge of the rectangle that is ink, moved a little inwards."""
    middle = corners.mean(axis=0)
    shares = []
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        steps = np.linspace(0.06, 0.94, _SAMPLES)[:, None]
        points = start + (end - start) * steps
        inwards = (middle - (start + end) / 2) / max(1.0, float(np.linalg.norm(middle - (start + end) / 2)))
        best = 0.0
        for shift in (1.0, 3.0, 5.0):
            moved = np.rint(points + inwards * shift).astype(int)
            rows, columns = np.clip(moved[:, 1], 0, mask.shape[0] - 1), np.clip(moved[:, 0], 0, mask.shape[1] - 1)
            best = max(best, float(mask[rows, columns].mean()))
        shares.append(best)
    return min(shares)


def _names_stamp(words: Sequence[Word], known: frozenset[str]) -> bool:
    return any(plain(word.text) in known for word in words)


def _words_alone(page_text: PageText, known: frozenset[str], framed: Sequence[Region]) -> list[Region]:
    """ "PAID" across the page, without a frame: turned, or much larger than the rest."""
    if not page_text.words:
        return []
    usual = float(np.median([word.polygon.bounding_box.height for word in page_text.words]))
    found = []
    for word in page_text.words:
        if plain(word.text) not in known:
            continue
        box = word.polygon.bounding_box
        (x0, y0), (x1, y1) = word.polygon.points[:2]
        slope = abs(y1 - y0) / max(1e-6, abs(x1 - x0))
        is_framed = any(share_inside(box, region.box) > 0.5 for region in framed)
        if not is_framed and (slope > _SLOPE or (box.height > _LARGE * usual and word.text.isupper())):
            found.append(Region(RegionKind.STAMP, _grown(box), 0.6, text=word.text))
    return found


def _grown(box: BoundingBox) -> BoundingBox:
    """With room for a frame and a date that were not made out."""
    side, over, under = 0.6 * box.width, 1.1 * box.height, 1.6 * box.height
    return BoundingBox.from_pixels(
        box.left - side, box.top - over, box.right + side, box.bottom + under, width=1.0, height=1.0
    )


def _distinct(regions: Sequence[Region]) -> list[Region]:
    """Of a double frame the outer one."""
    kept: list[Region] = []
    for region in sorted(regions, key=lambda one: -_area(one.box)):
        if all(share_inside(region.box, other.box) < 0.5 for other in kept):
            kept.append(region)
    return kept


def _area(box: BoundingBox) -> float:
    return box.width * box.height
