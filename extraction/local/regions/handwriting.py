"""Handwriting: lines of text, and ink that nobody could read, that a hand has written."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

import cv2
import numpy as np

from documents.domain.regions import Region, RegionKind, share_inside
from extraction.local.page_view import PageView, Segment
from extraction.local.regions.ink import Mask, PageInk
from extraction.local.regions.rules import without_rules
from extraction.local.regions.strokes import StrokeMaps, stroke_features, stroke_maps
from idp_project.core.geometry import BoundingBox

# Log-odds, fitted on lines of forms (FUNSD, labelled by eye) and on print and hands of our own samples
# in the order of `stroke_features`
_WEIGHTS = np.array((-16.75, 15.11, -15.65, 15.29, -2.58, 2.67, -1.26, 0.86))
_BIAS = -1.37
_COLORED, _COLORED_INK = 2.5, 60  # log-odds of ink in colour on a page in black
_OF_READING = ((0.985, -1.6), (0.96, -0.8), (0.82, 0.0), (0.0, 1.0))  # confidence from which on, log-odds
_LEAST = 0.6
_SHORT, _LEAST_OF_SHORT = 6, 0.8  # letters: what is short has more chance
_FEWEST_LETTERS = 3
_UNREAD_SIZE = (14.0, 7.0)  # points: the least width and height of strokes that were not read
_UNREAD_LARGEST = (320.0, 90.0)
_JOIN = 5.0  # points between strokes of one word
_DENSEST = 0.55  # of its box: a picture or a bar


def find_handwriting(page: PageInk, view: PageView, others: Sequence[Region] = ()) -> list[Region]:
    """Regions with their scores, from top to bottom; none where `others`, the stamps, are."""
    maps = stroke_maps(page.gray, without_rules(page))
    found = [region for segment in view.segments if (region := _of_line(page, maps, segment))]
    found += _unread(page, maps, view)
    found = [region for region in found if all(share_inside(region.box, other.box) < 0.5 for other in others)]
    return sorted(found, key=lambda region: (region.box.top, region.box.left))


def _of_line(page: PageInk, maps: StrokeMaps, segment: Segment) -> Region | None:
    letters = sum(map(str.isalnum, segment.text))
    if letters < _FEWEST_LETTERS:
        return None
    reading = segment.whole.reading
    prior = 0.0 if reading is None else next(odds for least, odds in _OF_READING if reading >= least)
    score = _score(page, maps, page.pixels(segment.box), prior)
    least = _LEAST_OF_SHORT if letters < _SHORT else _LEAST
    return Region(RegionKind.HANDWRITING, segment.box, round(score, 3)) if score >= least else None


def _score(page: PageInk, maps: StrokeMaps, pixels: tuple[int, int, int, int], prior: float) -> float:
    features = stroke_features(maps, *pixels)
    if features is None:
        return 0.0
    odds = _BIAS + prior + float(_WEIGHTS @ features)
    if page.colorfulness is not None and _is_in_color(page, maps.mask, pixels):
        odds += _COLORED
    return 1 / (1 + math.exp(-odds))


def _is_in_color(page: PageInk, mask: Mask, pixels: tuple[int, int, int, int]) -> bool:
    """Ink in colour on a page in black."""
    assert page.colorfulness is not None
    left, top, right, bottom = pixels
    place = slice(max(0, top), bottom + 1), slice(max(0, left), right + 1)
    ink = page.colorfulness[place][mask[place] > 0]
    return bool(ink.size) and float(np.median(ink)) > _COLORED_INK > 2 * _page_color(page, mask)


def _page_color(page: PageInk, mask: Mask) -> float:
    assert page.colorfulness is not None
    ink = page.colorfulness[::4, ::4][mask[::4, ::4] > 0]
    return float(np.median(ink)) if ink.size else 0.0


def _unread(page: PageInk, maps: StrokeMaps, view: PageView) -> Iterator[Region]:
    """Strokes outside all words."""
    left_over = maps.mask.copy()
    for word in view.page_text.words:
        left, top, right, bottom = page.pixels(word.polygon.bounding_box)
        left_over[max(0, top - 1) : bottom + 2, max(0, left - 2) : right + 3] = 0
    rest = replace(maps, mask=left_over)
    reach = max(1, round(_JOIN * page.unit))
    joined = cv2.dilate(left_over, np.ones((max(1, reach // 2), reach), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    for left, top, width, height, _ in stats[1:count]:
        points = (width - reach) / page.unit, height / page.unit
        if not all(
            least <= size <= most for least, size, most in zip(_UNREAD_SIZE, points, _UNREAD_LARGEST, strict=True)
        ):
            continue
        part = left_over[top : top + height, left : left + width]
        if part.mean() > _DENSEST or not _has_stroke(part, page.unit):
            continue
        score = _score(page, rest, (left, top, left + width, top + height), _OF_READING[-1][1])
        if score >= _LEAST:
            yield Region(RegionKind.HANDWRITING, _box(page, left, top, width, height), round(score, 3))


def _has_stroke(part: Mask, unit: float) -> bool:
    """Whether one connected fragment is as large as a letter: dust is not."""
    stats = cv2.connectedComponentsWithStats(np.ascontiguousarray(part), connectivity=8)[2][1:]
    return bool(len(stats)) and int(stats[:, cv2.CC_STAT_HEIGHT].max()) >= 5 * unit


def _box(page: PageInk, left: int, top: int, width: int, height: int) -> BoundingBox:
    return page.box(left, top, left + width, top + height)
