"""The figures of quality: known values, and what holds of any data."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.domain.measured import (
    Judged,
    calibration_error,
    can_rank,
    ranking,
    reliability,
    share_interval,
)

SOME = st.lists(st.builds(Judged, st.floats(0, 1), st.booleans()), max_size=60)


def drawn(n: int, *, honest: bool = True, seed: int = 7) -> list[Judged]:
    """Values whose confidence is the chance that they are right, or says nothing of it."""
    chance = random.Random(seed)
    sure = [chance.random() for _ in range(n)]
    return [Judged(one, chance.random() < (one if honest else 0.6)) for one in sure]


def test_interval_of_a_share_is_wilsons() -> None:
    assert share_interval(18, 20) == pytest.approx((0.699, 0.972), abs=1e-3)
    assert share_interval(0, 0) == (0.0, 1.0)


def test_ranking_counts_pairs_and_halves_ties() -> None:
    right = [Judged(0.9, True), Judged(0.5, True)]
    wrong = [Judged(0.5, False)] * 5
    assert ranking(right + wrong) == pytest.approx(0.75)
    assert ranking(right + wrong[:4]) is None, "four errors say nothing"
    assert ranking(wrong) is None


def test_honest_confidence_is_told_from_a_guess() -> None:
    honest, guess = drawn(2000), drawn(2000, honest=False)
    assert can_rank(honest) and not can_rank(guess)
    error, of_guess = calibration_error(honest), calibration_error(guess)
    assert error is not None and of_guess is not None
    assert error < 0.03 < 0.2 < of_guess


def test_few_values_have_no_calibration_error() -> None:
    assert calibration_error(drawn(19)) is None


@given(SOME)
def test_bins_hold_every_value_once(judged: list[Judged]) -> None:
    bins = reliability(judged)
    assert sum(one.n for one in bins) == len(judged)
    assert sum(one.n * one.right for one in bins) == pytest.approx(sum(one.is_right for one in judged))
    assert [one.confidence for one in bins] == sorted(one.confidence for one in bins)


@given(st.integers(0, 500), st.integers(0, 500))
def test_share_lies_in_its_interval(right: int, wrong: int) -> None:
    low, high = share_interval(right, right + wrong)
    assert 0 <= low <= high <= 1
    if right + wrong:
        assert low - 1e-9 <= right / (right + wrong) <= high + 1e-9


@given(SOME)
def test_ranking_is_a_share_and_turns_with_its_confidence(judged: list[Judged]) -> None:
    area = ranking(judged)
    if area is not None:
        turned = ranking([Judged(1 - one.confidence, one.is_right) for one in judged])
        assert 0 <= area <= 1
        if len({one.confidence for one in judged}) == len({1 - one.confidence for one in judged}):
            assert turned == pytest.approx(1 - area)
