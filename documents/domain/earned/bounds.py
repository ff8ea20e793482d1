"""Exact bounds for a share of errors (Clopper and Pearson 1934), without a library."""

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


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
