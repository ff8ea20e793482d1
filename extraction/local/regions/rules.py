"""Ruled lines of a page: long, thin and level. Signatures stand on them."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from extraction.local.regions.ink import UNIT, Mask, PageInk

_SHORTEST = round(45 * UNIT)
_THICKEST = round(3.2 * UNIT)
_DOTS = round(4.5 * UNIT)  # between the dots of a dotted line
_FRAGMENT = round(26 * UNIT)


@dataclass(frozen=True)
class Rule:
    """In pixels of the page's ink; the last pixel belongs to it."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        return self.right - self.left + 1


def level_rules(page: PageInk) -> list[Rule]:
    """Lines from left to right, the parts of one joined; dotted ones where no solid one is."""
    dotted = cv2.morphologyEx(page.mask, cv2.MORPH_CLOSE, np.ones((1, _DOTS), np.uint8))
    solid = _long_runs(page.mask)
    others = [rule for rule in _long_runs(dotted) if not any(_meet(rule, other) for other in solid)]
    return [*solid, *others]


def _long_runs(mask: Mask) -> list[Rule]:
    runs = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((1, _FRAGMENT), np.uint8))
    runs = cv2.morphologyEx(runs, cv2.MORPH_CLOSE, np.ones((1, _DOTS), np.uint8))
    stats = cv2.connectedComponentsWithStats(runs, connectivity=8)[2][1:]
    return [
        Rule(int(left), int(top), int(left + width - 1), int(top + height - 1))
        for left, top, width, height, _ in stats
        if width >= _SHORTEST and height <= _THICKEST
    ]


def _meet(one: Rule, other: Rule) -> bool:
    is_level = one.top <= other.bottom + _THICKEST and other.top <= one.bottom + _THICKEST
    return is_level and min(one.right, other.right) > max(one.left, other.left)


def without_rules(page: PageInk) -> Mask:
    """The ink without long level and upright lines; what crosses one is cut there."""
    fragment = round(_FRAGMENT * page.unit / UNIT)
    across = cv2.morphologyEx(page.mask, cv2.MORPH_OPEN, np.ones((1, fragment), np.uint8))
    down = cv2.morphologyEx(page.mask, cv2.MORPH_OPEN, np.ones((fragment, 1), np.uint8))
    lines = cv2.max(cv2.dilate(across, np.ones((3, 1), np.uint8)), cv2.dilate(down, np.ones((1, 3), np.uint8)))
    kept: Mask = page.mask & (1 - lines)
    return kept
