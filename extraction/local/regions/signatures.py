"""Signatures: strokes of a hand where a label asks for one, beside what is printed, ruled or stamped there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from documents.domain.regions import Region, RegionKind
from extraction.local.regions.ink import UNIT, Mask, PageInk
from extraction.local.regions.rules import Rule
from idp_project.core.geometry import BoundingBox
from idp_project.core.page_text import PageText, Word

_ABOVE, _BELOW = 42 * UNIT, 9 * UNIT  # how far strokes stand over their line, and hang below it
_REACH = 14 * UNIT  # pixels between a label and the line beside it
_LABEL_ABOVE = 66 * UNIT  # a label stands so far above its line at most
_FREE = (190 * UNIT, 42 * UNIT)  # width and height of a place to sign without a line
_LEAST_STROKE = 5 * UNIT
_HAND_HEIGHT, _HAND_WIDTH = 10.5 * UNIT, 17 * UNIT  # of one connected stroke: larger than a printed letter
_LEAST_LENGTH = 55 * UNIT  # of all strokes together
_STRAIGHT = round(28 * UNIT)  # the shortest edge of a stamp's frame
_BAR = (3.2 * UNIT, 3.0)  # greatest width of an edge, and how much longer it is
_WIDE = 2.0  # times the usual width of a letter
_LEFT_OF_STAMP = 0.12  # less sure: it may be what is left of the stamp
_BEYOND = round(60 * UNIT)
_STAMP_MARGIN = 0.15  # of a stamp's word, whose place is known less well
_STAMP_LETTER = 9 * UNIT  # height of its box at least
_UNDER_STAMP = 0.75  # at most so sure of anything where a stamp is
_SURE_WORD = 0.8
_JOINED = 0.42  # connected fragments a letter: less is written by hand


@dataclass(frozen=True)
class SigningPlace:
    """Where somebody signs, in pixels: `rule` is the line, None where there is only room."""

    left: int
    top: int
    right: int
    bottom: int
    rule: Rule | None


def signature_at(
    page: PageInk, label: BoundingBox, page_text: PageText, rules: Sequence[Rule], stamps: Sequence[Region]
) -> tuple[Region, bool]:
    """What is found at one label: the place (or the strokes) and whether somebody has signed."""
    place = signing_place(page, label, rules)
    strokes = _strokes(page, place, page_text, rules, stamps)
    if strokes is None:
        is_stamped = any(_meets(place, page.pixels(stamp.box)) for stamp in stamps)
        score = _UNDER_STAMP if is_stamped else 0.97 if place.rule else 0.7
        return Region(RegionKind.SIGNATURE, page.box(place.left, place.top, place.right, place.bottom), score), False
    box, sureness = strokes
    if sureness < 0.5:
        return Region(RegionKind.SIGNATURE, box, round(1 - sureness, 4)), False
    return Region(RegionKind.SIGNATURE, box, round(sureness * (1.0 if place.rule else 0.85), 4)), True


def signing_place(page: PageInk, label: BoundingBox, rules: Sequence[Rule]) -> SigningPlace:
    """The line beside, above or below a label; else the room beside and around it."""
    left, top, right, bottom = page.pixels(label)
    height = max(1, bottom - top)
    beside = [
        rule
        for rule in rules
        if top - 0.3 * height <= rule.top <= bottom + 0.9 * height
        and rule.right > right + 40 * UNIT
        and rule.left < right + _REACH
        and (rule.left > right - 3 * UNIT or (rule.left > left - UNIT and rule.top > bottom - 0.5 * height))
    ]
    over = [
        rule
        for rule in rules
        if -3.2 * height <= rule.top - top <= 0.3 * height and _covers(rule, left, right) and rule not in beside
    ]
    under = [rule for rule in rules if height < rule.top - top <= _LABEL_ABOVE + height and _covers(rule, left, right)]
    if beside:
        rule = min(beside, key=lambda one: abs(one.bottom - bottom))
        return _on(page, rule, floor=max(rule.left, right + 2))
    if over:
        return _on(page, max(over, key=lambda one: one.top))
    if under:
        return _on(page, min(under, key=lambda one: one.top))
    edge = min(page.width - 1, round(left + _FREE[0] + (right - left)))
    return SigningPlace(left, max(0, round(top - _FREE[1])), edge, min(page.height - 1, round(bottom + _FREE[1])), None)


def _meets(place: SigningPlace, pixels: tuple[int, int, int, int]) -> bool:
    left, top, right, bottom = pixels
    return left < place.right and place.left < right and top < place.bottom and place.top < bottom


def _covers(rule: Rule, left: int, right: int) -> bool:
    shared = min(rule.right, right) - max(rule.left, left)
    return shared > 0.4 * min(right - left, rule.width)


def _on(page: PageInk, rule: Rule, floor: int = 0) -> SigningPlace:
    margin = round(6 * UNIT)
    return SigningPlace(
        max(floor, rule.left - margin, 0),
        max(0, round(rule.top - _ABOVE)),
        min(page.width - 1, rule.right + margin),
        min(page.height - 1, round(rule.bottom + _BELOW)),
        rule,
    )


def _strokes(
    page: PageInk, place: SigningPlace, page_text: PageText, rules: Sequence[Rule], stamps: Sequence[Region]
) -> tuple[BoundingBox, float] | None:
    """Around the ink that is no print, and how sure it is that a hand has written it; None where there is no ink."""
    met = [pixels for stamp in stamps if _meets(place, pixels := page.pixels(stamp.box))]
    zone = _without_frames(page, place) if met else page.mask[_slices(place)].copy()
    if not zone.size:
        return None
    letter_width = _letter_width(page, page_text)
    for rule in rules:
        _clear(zone, place, rule.left - 2, rule.top - 1, rule.right + 2, rule.bottom + 1)
    for word in page_text.words:
        around = page.pixels(word.polygon.bounding_box)
        is_stamped = (word.confidence or 1.0) >= _SURE_WORD and any(_lies_in(around, stamp) for stamp in met)
        if is_stamped or _is_printed(page, word, letter_width):
            left, top, right, bottom = around
            margin = round(_STAMP_MARGIN * (bottom - top)) if is_stamped else 2
            _clear(zone, place, left - margin, top - margin, right + margin, bottom + margin)
    if met:
        _clear_bars(zone)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(zone, connectivity=8)
    sides = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT])
    is_stroke = sides >= _LEAST_STROKE
    is_stroke[0] = False
    if count < 2 or not is_stroke.any():
        return None
    chosen = stats[is_stroke]
    width = float(chosen[:, cv2.CC_STAT_WIDTH].max())
    height = float(chosen[:, cv2.CC_STAT_HEIGHT].max())
    left, top = chosen[:, cv2.CC_STAT_LEFT].min(), chosen[:, cv2.CC_STAT_TOP].min()
    right = (chosen[:, cv2.CC_STAT_LEFT] + chosen[:, cv2.CC_STAT_WIDTH]).max()
    bottom = (chosen[:, cv2.CC_STAT_TOP] + chosen[:, cv2.CC_STAT_HEIGHT]).max()
    length = _stroke_length(labels, is_stroke)
    box = page.box(place.left + left, place.top + top, place.left + right, place.top + bottom)
    size = min(1.0, max(height / _HAND_HEIGHT, width / _HAND_WIDTH) / 1.25)
    amount = min(1.0, length / (1.6 * _LEAST_LENGTH))
    most = _UNDER_STAMP if met else 0.98
    sureness = min(most, size * (0.25 + 0.75 * amount))
    return box, round(sureness - _LEFT_OF_STAMP if met and sureness < most else sureness, 4)


def _stroke_length(labels: np.ndarray, is_stroke: np.ndarray) -> float:
    """Area over width: a pen's line is as wide as twice its distance to the edge."""
    own = is_stroke[labels].astype(np.uint8)
    distance = cv2.distanceTransform(np.pad(own, 1), cv2.DIST_L2, 3)
    inside = distance[distance > 0]
    width = max(1.5, 2 * float(np.percentile(inside, 75)) - 1) if inside.size else 1.5
    return float(own.sum()) / width


def _letter_width(page: PageInk, page_text: PageText) -> float:
    """Of the usual word, in pixels."""
    widths = [word.polygon.bounding_box.width / len(word.text) for word in page_text.words if len(word.text) > 2]
    return float(np.median(widths)) * page.width if widths else float(page.width)


def _is_printed(page: PageInk, word: Word, letter_width: float) -> bool:
    """Well read, its letters as wide as others and apart: a hand joins them, and little is made out of much."""
    letters = sum(mark.isalnum() for mark in word.text)
    if letters == 0 or (word.confidence is not None and word.confidence < _SURE_WORD):
        return False
    if word.polygon.bounding_box.width * page.width > _WIDE * letter_width * len(word.text):
        return False
    if letters < 4:
        return True
    left, top, right, bottom = page.pixels(word.polygon.bounding_box)
    part = page.mask[max(0, top) : bottom + 1, max(0, left) : right + 1]
    if not part.size:
        return True
    stats = cv2.connectedComponentsWithStats(part, connectivity=8)[2][1:]
    fragments = int((stats[:, cv2.CC_STAT_HEIGHT] >= 0.25 * (bottom - top)).sum())
    return fragments >= _JOINED * letters


def _without_frames(page: PageInk, place: SigningPlace) -> Mask:
    """The ink of the place without the edges of stamps' frames: long and straight, which strokes of a hand are not. They
    are looked for beyond the place, which may cut them.
    """
    around = replace(
        place,
        left=max(0, place.left - _BEYOND),
        top=max(0, place.top - _BEYOND),
        right=place.right + _BEYOND,
        bottom=place.bottom + _BEYOND,
    )
    ink = page.mask[_slices(around)].copy()
    for _ in range(2):  # it misses some
        lines = cv2.HoughLinesP(ink, 1, np.pi / 360, 60, minLineLength=_STRAIGHT, maxLineGap=4)
        for x0, y0, x1, y1 in lines.reshape(-1, 4) if lines is not None else ():
            cv2.line(ink, (int(x0), int(y0)), (int(x1), int(y1)), 0, round(2.4 * UNIT))
    rows, columns = place.top - around.top, place.left - around.left
    return ink[rows : rows + place.bottom + 1 - place.top, columns : columns + place.right + 1 - place.left].copy()


def _clear_bars(zone: Mask) -> None:
    """What is left of the edges of a frame: thin and straight."""
    contours, _ = cv2.findContours(zone, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    for contour in contours:
        short, long = sorted(cv2.minAreaRect(contour)[1])
        if short < _BAR[0] and long > _BAR[1] * max(short, 1.0):
            cv2.drawContours(zone, [contour], -1, 0, cv2.FILLED)


def _slices(place: SigningPlace) -> tuple[slice, slice]:
    return slice(place.top, place.bottom + 1), slice(place.left, place.right + 1)


def _lies_in(word: tuple[int, int, int, int], stamp: tuple[int, int, int, int]) -> bool:
    x, y = (word[0] + word[2]) / 2, (word[1] + word[3]) / 2
    return stamp[0] < x < stamp[2] and stamp[1] < y < stamp[3] and word[3] - word[1] > _STAMP_LETTER


def _clear(zone: Mask, place: SigningPlace, left: int, top: int, right: int, bottom: int) -> None:
    rows = slice(max(0, top - place.top), max(0, bottom + 1 - place.top))
    columns = slice(max(0, left - place.left), max(0, right + 1 - place.left))
    zone[rows, columns] = 0
