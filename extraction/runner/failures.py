"""What becomes of a step that did not pass: tried again after a pause, ended, or put into quarantine for a person.

Permanent failures end the step at once with their code; transient ones back off with jitter and cost no crash budget;
a crash (a lost worker, the wall clock, memory) counts, and the last one allowed quarantines the step.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import InterfaceError, InternalError, OperationalError

from documents.domain.pipeline import Step
from documents.domain.reasons import (
    GIVEN_UP_MEMORY,
    GIVEN_UP_MEMORY_ONCE,
    GIVEN_UP_SLOW,
    GIVEN_UP_SLOW_ONCE,
    INTERNAL_ERROR,
    OUT_OF_MEMORY,
    TOO_SLOW,
    WORKER_LOST,
    WORKER_LOST_ONCE,
)
from documents.domain.refusals import DATABASE_AWAY
from documents.domain.statuses import StepStatus
from extraction.runner.heartbeat import StepTimeout
from extraction.runner.leases import Lease
from idp_project.core.backoff import backoff_seconds, jitter
from idp_project.core.errors import IdpError, OutageAwaited, TransientFailure
from idp_project.core.reasons import Reason

logger = logging.getLogger(__name__)
_MAX_BACKOFF_SECONDS = 300.0
_OUTAGE_SECONDS = 30.0


@dataclass(frozen=True)
class StepOutcome:
    """How a step run ends. `output` is its small JSON; `reason` is shown to people; `crashes` are added to its count."""

    status: StepStatus = StepStatus.SUCCEEDED
    output: dict[str, Any] = field(default_factory=dict)
    reason: Reason | None = None
    error_code: str = ""
    input_hash: str = ""
    crashes: int = 0

    def columns(self) -> dict[str, Any]:
        """Arguments of the statements that write it."""
        reason = json.dumps(self.reason.to_dict()) if self.reason else None
        return {"output": json.dumps(self.output), "input_hash": self.input_hash, "reason_data": reason}


@dataclass(frozen=True)
class Postponement:
    """A step run is given back, to be claimed again after `seconds`. PENDING: tried again. WAITING: for an outage to end."""

    status: StepStatus
    seconds: float
    reason: Reason
    error_code: str = ""
    crashes: int = 0


def quarantine_of_lost_workers(lease: Lease) -> StepOutcome | None:
    """The outcome of a step at which the last worker allowed was lost; None where it may be tried."""
    if lease.crash_count < settings.MAX_CRASHES:
        return None
    crashes = lease.crash_count
    reason = WORKER_LOST_ONCE() if crashes == 1 else WORKER_LOST(times=crashes)
    return StepOutcome(StepStatus.QUARANTINED, reason=reason, error_code="worker_lost")


def judge(lease: Lease, step: Step, error: Exception) -> StepOutcome | Postponement:
    """What becomes of the step after that error."""
    if isinstance(error, StepTimeout | MemoryError):
        return _judge_crash(lease, step, error)
    if isinstance(error, OperationalError | InterfaceError | InternalError):  # the last: it ended a transaction of ours
        error = TransientFailure(DATABASE_AWAY(), code="database_away")
    if isinstance(error, OutageAwaited):  # none of it is an attempt
        return Postponement(StepStatus.WAITING, _OUTAGE_SECONDS * jitter(), error.reason)
    if isinstance(error, IdpError) and error.is_retryable and lease.attempt < step.attempts:
        return Postponement(StepStatus.PENDING, _pause(lease), error.reason, error.code)
    if isinstance(error, IdpError):
        return StepOutcome(StepStatus.FAILED, reason=error.reason, error_code=error.code)
    logger.error("step %s failed unexpectedly", step.name, exc_info=error)
    reason = INTERNAL_ERROR(error=type(error).__name__)
    return StepOutcome(StepStatus.FAILED, reason=reason, error_code="internal_error")


def _judge_crash(lease: Lease, step: Step, error: StepTimeout | MemoryError) -> StepOutcome | Postponement:
    """The worker lives, yet the step took it over its limits: once more after a while, then quarantine."""
    is_slow = isinstance(error, StepTimeout)
    code = StepTimeout.code if is_slow else "out_of_memory"
    crashes = lease.crash_count + 1
    if crashes < settings.MAX_CRASHES:
        reason = TOO_SLOW(seconds=step.timeout) if is_slow else OUT_OF_MEMORY()
        return Postponement(StepStatus.PENDING, _pause(lease), reason, code, crashes=1)
    reason = _given_up(crashes, step.timeout if is_slow else None)
    return StepOutcome(StepStatus.QUARANTINED, reason=reason, error_code=code, crashes=1)


def _given_up(crashes: int, seconds: int | None) -> Reason:
    """`seconds` is the limit that the step exceeded; None where it ran out of memory."""
    if seconds is None:
        return GIVEN_UP_MEMORY_ONCE() if crashes == 1 else GIVEN_UP_MEMORY(times=crashes)
    return GIVEN_UP_SLOW_ONCE(seconds=seconds) if crashes == 1 else GIVEN_UP_SLOW(seconds=seconds, times=crashes)


def _pause(lease: Lease) -> float:
    return backoff_seconds(lease.attempt, most=_MAX_BACKOFF_SECONDS)
