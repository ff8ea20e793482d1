"""One step under its lease: claim, work outside any transaction, commit under the fencing token, sort failures.

Permanent failures end the step at once with their code; transient ones back off with jitter and cost no crash budget;
a lost worker counts as a crash, and a step that lost too many is quarantined.
"""

from __future__ import annotations

import json
import logging
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from rq.timeouts import UnixSignalDeathPenalty

from documents.domain.statuses import StepStatus
from extraction import queries
from extraction.pipeline import Step
from extraction.runner.leases import Heartbeat, Lease, claim
from idp_project.core.errors import IdpError, LeaseLost
from idp_project.core.tenancy import organization_scope

logger = logging.getLogger(__name__)
Result = TypeVar("Result")
_MAX_BACKOFF_SECONDS = 300.0


class StepTimeout(IdpError):
    """The step took longer than its limit."""

    code = "step_timeout"
    default_message = "The step took longer than its limit and was stopped."


@dataclass(frozen=True)
class Ending:
    """How a step run ends. `output` is its small JSON; `reason` is shown to people."""

    status: StepStatus = StepStatus.SUCCEEDED
    output: dict[str, Any] = field(default_factory=dict)
    reason: str = ""
    error_code: str = ""
    input_hash: str = ""


def run_step(
    organization_id: UUID,
    step_run_id: UUID,
    step: Step,
    *,
    work: Callable[[], Result],
    commit: Callable[[Result], Ending],
    on_failure: Callable[[Ending], None] = lambda ending: None,
    on_claim: Callable[[], None] = lambda: None,
) -> StepStatus | None:
    """Runs a step once, if its lease can be had; gives the status it ended in, None where somebody else has it.

    `work` runs without a transaction. `commit` and `on_failure` run in the transaction of the fenced ending, inside
    the organisation's scope; `on_claim` in that of the claim.
    """
    with organization_scope(organization_id):
        lease = claim(organization_id, step_run_id)
        if lease is not None:
            on_claim()
    if lease is None:
        return None
    if lease.crash_count > settings.MAX_CRASHES:
        return _end(lease, lambda: _quarantined(lease), on_failure)
    try:
        with Heartbeat(lease, limit=step.timeout), UnixSignalDeathPenalty(step.timeout, StepTimeout):
            result = work()
    except Exception as error:
        return _fail(lease, step, error, on_failure)
    try:
        return _end(lease, lambda: commit(result))
    except LeaseLost:
        raise
    except Exception as error:
        return _fail(lease, step, error, on_failure)


def _end(
    lease: Lease, make_ending: Callable[[], Ending], afterwards: Callable[[Ending], None] = lambda ending: None
) -> StepStatus:
    """The fence comes first: it locks the row, and a lost lease rolls everything back."""
    with organization_scope(lease.organization_id):
        if not queries.run(
            "step_run_renew", step_run_id=lease.step_run_id, lease_token=lease.token, seconds=settings.LEASE_SECONDS
        ):
            raise LeaseLost
        ending = make_ending()
        afterwards(ending)
        queries.run(
            "step_run_finish",
            step_run_id=lease.step_run_id,
            lease_token=lease.token,
            status=ending.status.value,
            output=json.dumps(ending.output),
            input_hash=ending.input_hash,
            reason=ending.reason,
            error_code=ending.error_code,
        )
    return ending.status


def _quarantined(lease: Lease) -> Ending:
    reason = f"The worker was lost {lease.crash_count} times at this step; it needs a person."
    return Ending(StepStatus.QUARANTINED, reason=reason, error_code="worker_lost")


def _fail(lease: Lease, step: Step, error: Exception, on_failure: Callable[[Ending], None]) -> StepStatus:
    if isinstance(error, LeaseLost):
        raise error
    if isinstance(error, IdpError) and error.is_retryable and lease.attempt < step.attempts:
        return _postpone(lease, error)
    if isinstance(error, IdpError):
        ending = Ending(StepStatus.FAILED, reason=error.message, error_code=error.code)
    else:
        logger.exception("step %s failed unexpectedly", step.name)
        reason = f"An internal error stopped this step ({type(error).__name__}). It is in the log; try the step again."
        ending = Ending(StepStatus.FAILED, reason=reason, error_code="internal_error")
    return _end(lease, lambda: ending, on_failure)


def _postpone(lease: Lease, error: IdpError) -> StepStatus:
    seconds = min(_MAX_BACKOFF_SECONDS, 2.0**lease.attempt) * random.uniform(0.5, 1.0)  # noqa: S311
    with organization_scope(lease.organization_id):
        queries.run(
            "step_run_postpone",
            step_run_id=lease.step_run_id,
            lease_token=lease.token,
            reason=error.message,
            error_code=error.code,
            seconds=seconds,
        )
    return StepStatus.PENDING
