"""Pauses grow with the attempts, keep below their limit and differ."""

import pytest

from idp_project.core.backoff import backoff_seconds


@pytest.mark.parametrize(("attempt", "longest"), [(1, 2.0), (2, 4.0), (5, 32.0), (12, 300.0), (5000, 300.0)])
def test_a_pause_lies_between_half_and_all_of_its_longest(attempt, longest):
    pauses = [backoff_seconds(attempt, most=300.0) for _ in range(200)]
    assert longest / 2 <= min(pauses) and max(pauses) <= longest
    assert len(set(pauses)) > 100, "not all at once"


def test_the_first_pause_can_be_longer():
    assert 5.0 <= backoff_seconds(1, most=300.0, first=5.0) <= 10.0
