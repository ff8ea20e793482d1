"""One step under its lease: claim, work outside any transaction, commit under the fencing token, sort failures.

Permanent failures end the step at once with their code; transient ones back off with jitter and cost no crash budget;
a crash (a lost worker, the wall clock, memory) counts, and the last one allowed quarantines the step for a person.
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

from documents.domain.statuses import StepStatus
from extraction import queries
from extraction.pipeline import Step
from extraction.runner.heartbeat import Heartbeat, StepTimeout
from extraction.runner.leases import Lease, claim
from idp_project.core.errors import IdpError, LeaseLost
from idp_project.core.tenancy import organization_scope

logger = logging.getLogger(__name__)
Result = TypeVar("Result")
_MAX_BACKOFF_SECONDS = 300.0


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
    """Runs a step once, if its lease can be had; gives the status it ended in, None where the lease cannot be had or is
    lost on the way (somebody else has the step, or its batch was cancelled).

    `work` runs without a transaction. `commit` and `on_failure` run in the transaction of the fenced ending, inside
    the organisation's scope; `on_claim` in that of the claim.
    """
    with organization_scope(organization_id):
        lease = claim(organization_id, step_run_id)
        if lease is not None:
            on_claim()
    if lease is None:
        return None
    try:
        return _run_held(lease, step, work, commit, on_failure)
    except LeaseLost:
        logger.info("step %s %s: the lease was lost, nothing was written", step.name, step_run_id)
        return None


def _run_held(
    lease: Lease,
    step: Step,
    work: Callable[[], Result],
    commit: Callable[[Result], Ending],
    on_failure: Callable[[Ending], None],
) -> StepStatus:
    """Raises LeaseLost."""
    if lease.crash_count >= settings.MAX_CRASHES:
        return _end(lease, lambda: _quarantined(lease.crash_count), on_failure)
    try:
        with Heartbeat(lease, limit=step.timeout):
            result = work()
    except (StepTimeout, MemoryError) as error:
        return _crash(lease, step, error, on_failure)
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


def _quarantined(crashes: int, error_code: str = "worker_lost", what: str = "The worker was lost") -> Ending:
    times = "once" if crashes == 1 else f"{crashes} times"
    return Ending(
        StepStatus.QUARANTINED, reason=f"{what} {times} at this step; it needs a person.", error_code=error_code
    )


def _crash(
    lease: Lease, step: Step, error: StepTimeout | MemoryError, on_failure: Callable[[Ending], None]
) -> StepStatus:
    """The worker lives, yet the step took it over its limits: once more after a while, then quarantine."""
    is_slow = isinstance(error, StepTimeout)
    code = StepTimeout.code if is_slow else "out_of_memory"
    crashes = lease.crash_count + 1
    if crashes < settings.MAX_CRASHES:
        reason = f"It took longer than {step.timeout} s." if is_slow else "It ran out of memory."
        return _give_back(lease, "step_run_crash", reason, code)

    def ending() -> Ending:
        queries.run("step_run_count_crash", step_run_id=lease.step_run_id, lease_token=lease.token)
        what = f"It took longer than {step.timeout} s or lost its worker" if is_slow else "It ran out of memory"
        return _quarantined(crashes, code, what)

    return _end(lease, ending, on_failure)


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
    return _give_back(lease, "step_run_postpone", error.message, error.code)


def _give_back(lease: Lease, statement: str, reason: str, code: str) -> StepStatus:
    """To be tried again after a pause that grows with each attempt; the jitter keeps many from coming back at once."""
    seconds = min(_MAX_BACKOFF_SECONDS, 2.0**lease.attempt) * random.uniform(0.5, 1.0)  # noqa: S311
    with organization_scope(lease.organization_id):
        queries.run(
            statement,
            step_run_id=lease.step_run_id,
            lease_token=lease.token,
            reason=reason,
            error_code=code,
            seconds=seconds,
        )
    return StepStatus.PENDING
