"""The audit line of one call to a model: counts and durations, never content."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class CallRecord:
    """One call, made or refused.

    `outcome` is `ok`, `cancelled` or the code of the error; `duration` is in seconds; token counts are the
    provider's own, None where it reported none or was not reached.
    """

    operation: str
    purpose: str
    provider: str
    model: str
    location: str
    host: str
    outcome: str
    tokens_in: int | None
    tokens_out: int | None
    duration: float


RecordCall = Callable[[CallRecord], None]
