"""How long to wait before something is tried again: the one rule of steps, deliveries and indexing.

Wrong codes at sign-in are another matter: their pauses lock out (`accounts/services/sign_in/attempts.py`), without chance.
"""

from __future__ import annotations

import random

_LARGEST_EXPONENT = 30  # beyond it every limit is reached


def backoff_seconds(attempt: int, *, most: float, first: float = 1.0) -> float:
    """Seconds before the next try: `first` times two to the power of the attempts so far (from 1), at most `most`.

    The result lies between half of that and all of it, so that many that failed together do not come back together.
    """
    return min(most, first * 2.0 ** min(attempt, _LARGEST_EXPONENT)) * jitter()


def jitter() -> float:
    """A random factor between a half and one."""
    return random.uniform(0.5, 1.0)  # noqa: S311 - no secret
