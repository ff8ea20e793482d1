"""Exact bounds for a share of errors (Clopper and Pearson 1934) and Fisher's exact test, without a library."""

from __future__ import annotations

import math
from functools import lru_cache

_STEPS = 60  # of the bisection: more than a float can tell apart


def binomial_cdf(errors: int, n: int, rate: float) -> float:
    """Probability of at most `errors` among `n` documents, each wrong with probability `rate`."""
    if errors >= n or rate <= 0:
        return 1.0
    if errors < 0 or rate >= 1:
        return 0.0
    odds, rest = math.log(rate), math.log1p(-rate)
    return min(1.0, math.fsum(math.exp(_log_choose(n, k) + k * odds + (n - k) * rest) for k in range(errors + 1)))


@lru_cache(maxsize=4096)
def upper_bound(errors: int, n: int, confidence: float) -> float:
    """The largest share of errors, 0..1, that `errors` among `n` do not contradict at that one-sided confidence.

    1.0 where nothing was looked at.
    """
    if n == 0 or errors >= n:
        return 1.0
    low, high = errors / n, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if binomial_cdf(errors, n, middle) > 1 - confidence:
            low = middle
        else:
            high = middle
    return high


def fisher_exact(first_errors: int, first_n: int, second_errors: int, second_n: int) -> float:
    """Two-sided p-value that two groups have the same share of errors; 1.0 where one is empty (Fisher 1922)."""
    errors, n = first_errors + second_errors, first_n + second_n
    if not first_n or not second_n or not errors:
        return 1.0
    whole = _log_choose(n, errors)
    possible = range(max(0, errors - second_n), min(errors, first_n) + 1)
    chances = {k: math.exp(_log_choose(first_n, k) + _log_choose(second_n, errors - k) - whole) for k in possible}
    seen = chances[first_errors]
    return min(1.0, math.fsum(chance for chance in chances.values() if chance <= seen * (1 + 1e-9)))


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
