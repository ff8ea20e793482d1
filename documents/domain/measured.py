"""How right a machine is, and how honest its confidence: shares with intervals, ranking of errors, calibration. Plain Python."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

_Z = 1.96  # of 95 %
_BINS = 10
LEAST_ERRORS = 5  # below it, nothing can be said of how errors are ranked


@dataclass(frozen=True)
class Judged:
    """A value that a person decided on: what the machine's confidence (0..1) was, and whether the value was right."""

    confidence: float
    is_right: bool


@dataclass(frozen=True)
class Bin:
    """Values of similar confidence: its mean, the share that is right, and how many they are."""

    confidence: float
    right: float
    n: int


def share_interval(right: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927); 0..1 where nothing was looked at."""
    if n == 0:
        return 0.0, 1.0
    share, square = right / n, _Z * _Z
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = _Z * math.sqrt(share * (1 - share) / n + square / (4 * n * n)) / (1 + square / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def ranking(judged: Sequence[Judged]) -> float | None:
    """The area under the ROC curve: how often a right value has more confidence than a wrong one, ties counting half (Mann and
    Whitney 1947). None with fewer than LEAST_ERRORS wrong values, or without a right one."""
    wrong = sum(not one.is_right for one in judged)
    right = len(judged) - wrong
    if wrong < LEAST_ERRORS or not right:
        return None
    ranked = sorted(judged, key=lambda one: one.confidence)
    total, place = 0.0, 0
    while place < len(ranked):
        end = place
        while end < len(ranked) and ranked[end].confidence == ranked[place].confidence:
            end += 1
        middle = (place + 1 + end) / 2
        total += middle * sum(one.is_right for one in ranked[place:end])
        place = end
    return (total - right * (right + 1) / 2) / (right * wrong)


def can_rank(judged: Sequence[Judged]) -> bool:
    """Whether the confidence tells wrong values from right ones better than chance, at 95 % (Hanley and McNeil 1982)."""
    area = ranking(judged)
    if area is None:
        return False
    wrong = sum(not one.is_right for one in judged)
    right = len(judged) - wrong
    first, second = area / (2 - area), 2 * area * area / (1 + area)
    spread = area * (1 - area) + (right - 1) * (first - area * area) + (wrong - 1) * (second - area * area)
    return area - _Z * math.sqrt(max(0.0, spread) / (right * wrong)) > 0.5


def reliability(judged: Sequence[Judged], bins: int = _BINS) -> list[Bin]:
    """Bins of as many values each, by confidence: honest where both numbers of each bin are the same."""
    ranked = sorted(judged, key=lambda one: one.confidence)
    count = min(bins, len(ranked))
    found = []
    for number in range(count):
        mine = ranked[number * len(ranked) // count : (number + 1) * len(ranked) // count]
        right = sum(one.is_right for one in mine) / len(mine)
        found.append(Bin(sum(one.confidence for one in mine) / len(mine), right, len(mine)))
    return found


def calibration_error(judged: Sequence[Judged], bins: int = _BINS) -> float | None:
    """By how much confidence and share right differ, as the root of the mean square over bins less what chance alone adds
    (Kumar, Liang and Ma 2019); None for fewer than two values a bin."""
    if len(judged) < 2 * bins:
        return None
    total = 0.0
    for one in reliability(judged, bins):
        total += one.n * ((one.confidence - one.right) ** 2 - one.right * (1 - one.right) / (one.n - 1))
    return math.sqrt(max(0.0, total / len(judged)))
