"""Exact bounds, against published values and against counting."""

import math
from itertools import product

import pytest

from documents.domain.earned.bounds import binomial_cdf, upper_bound


@pytest.mark.parametrize(("errors", "n", "rate"), [(0, 5, 0.1), (2, 9, 0.3), (4, 12, 0.5), (0, 3, 0.0), (3, 3, 0.9)])
def test_cdf_equals_counting(errors, n, rate):
    counted = sum(
        math.prod(rate if wrong else 1 - rate for wrong in outcome)
        for outcome in product((False, True), repeat=n)
        if sum(outcome) <= errors
    )
    assert binomial_cdf(errors, n, rate) == pytest.approx(counted)


@pytest.mark.parametrize(
    ("errors", "n", "confidence", "bound"),
    [(0, 59, 0.95, 0.0495), (0, 90, 0.99, 0.0499), (1, 10, 0.975, 0.4450), (5, 100, 0.975, 0.1128), (0, 0, 0.95, 1.0)],
)
def test_upper_bound_has_the_published_values(errors, n, confidence, bound):
    assert upper_bound(errors, n, confidence) == pytest.approx(bound, abs=1e-4)
