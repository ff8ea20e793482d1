"""Steps under their leases: claim, work outside any transaction, commit under the fencing token, sort failures.

Permanent failures end the step at once with their code; transient ones back off with jitter and cost no crash budget;
a crash (a lost worker, the wall clock, memory) counts, and the last one allowed quarantines the step for a person.
"""

from __future__ import annotations

import json
import logging
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import InterfaceError, InternalError, OperationalError

from documents.domain.statuses import StepStatus
from extraction import queries
from extraction.pipeline import Step, step_named
from extraction.runner.heartbeat import Heartbeat, StepTimeout
from extraction.runner.leases import Lease, claim, holder, lease_of
from idp_project.core.errors import IdpError, LeaseLost, OutageAwaited, TransientFailure
from idp_project.core.tenancy import organization_scope

logger = logging.getLogger(__name__)
_MAX_BACKOFF_SECONDS = 300.0
_OUTAGE_SECONDS = 30.0


@dataclass(frozen=True)
class Ending:
    """How a step run ends. `output` is its small JSON; `reason` is shown to people."""

    status: StepStatus = StepStatus.SUCCEEDED
    output: dict[str, Any] = field(default_factory=dict)
    reason: str = ""
    error_code: str = ""
    input_hash: str = ""

    def outcome(self) -> dict[str, Any]:
        """Arguments of the statements that write it."""
        return {"output": json.dumps(self.output), "input_hash": self.input_hash, "reason": self.reason}


@dataclass(frozen=True)
class Statement:
    """A named query that ends a step well, writes what it found and claims the unit's next step, fenced and all in one.

    It takes the lease's fence and holder beside `arguments`; `then` is told its row once that is committed.
    """

    name: str
    arguments: dict[str, Any]
    then: Callable[[dict[str, Any]], None] = lambda row: None


@dataclass(frozen=True)
class Doing:
    """How one step of one unit is done.

    `work` runs without a transaction. Its result is written either by `commit`, which like `on_failure` runs in the
    transaction of the fenced ending, inside the organisation's scope, or by a `statement`, which is that transaction:
    for steps that come by the thousand. `on_claim` runs in the transaction of the claim, unless a statement made it.
    `lock` takes what `commit` writes and what is locked before step runs (`documents/services/locks.py`).
    With `is_durable` the ending waits for the disk: for what cannot be done again, like an approval.
    """

    work: Callable[[], Any]
    commit: Callable[[Any], Ending] | None = None
    statement: Callable[[Any], Statement] | None = None
    on_failure: Callable[[Ending], None] = lambda ending: None
    on_claim: Callable[[], None] = lambda: None
    lock: Callable[[], object] = lambda: None
    is_durable: bool = False


@dataclass(frozen=True)
class Ended:
    """The status a step ended in, and the lease of the unit's next step where there is one to go on with."""

    status: StepStatus
    following: Lease | None = None


class UnitRun:
    """The steps of a page, a sub-document or a document that have not passed, run one after the other as far as they pass;
    it begins with the named one, else with the first. Steps over all pages are not run: they are counted.
    """

    def __init__(
        self,
        organization_id: UUID,
        unit_id: UUID,
        doing_of: Callable[[Step], Doing],
        *,
        step_run_id: UUID | None = None,
    ) -> None:
        self._organization_id, self._unit_id, self._step_run_id = organization_id, unit_id, step_run_id
        self._doing_of = doing_of
        self._lease: Lease | None = None
        self._doings: dict[Lease, Doing] = {}  # of the step that was claimed last

    def begin(self) -> None:
        """Claims the first of them inside the current tenancy scope; run it soon after that has committed."""
        self._lease = claim(self._organization_id, step_run_id=self._step_run_id, unit_id=self._unit_id)
        if self._lease is not None:
            self._begun(self._lease)

    def run(self) -> list[StepStatus]:
        """Each further one is claimed in the transaction that ends the one before. Gives the statuses they ended in: none
        where nothing is left to do or somebody else is at it. A lease that is lost on the way (somebody else has the step,
        or its batch was cancelled) ends it.
        """
        statuses, lease = [], self._lease
        while lease is not None:
            ended = _execute(lease, self._doing(lease), self._begun)
            if ended is None:
                break
            statuses.append(ended.status)
            lease = ended.following
        return statuses

    def _begun(self, lease: Lease) -> None:
        self._doing(lease).on_claim()

    def _doing(self, lease: Lease) -> Doing:
        if lease not in self._doings:
            self._doings = {lease: self._doing_of(step_named(lease.step))}
        return self._doings[lease]


_Begin = Callable[[Lease], None]


def _execute(lease: Lease, doing: Doing, begin: _Begin) -> Ended | None:
    try:
        return _execute_held(lease, step_named(lease.step), doing, begin)
    except LeaseLost:
        logger.info("step %s %s: the lease was lost, nothing was written", lease.step, lease.step_run_id)
        return None


def _execute_held(lease: Lease, step: Step, doing: Doing, begin: _Begin) -> Ended:
    """Raises LeaseLost."""
    if lease.crash_count >= settings.MAX_CRASHES:
        return _end(lease, lambda: _quarantined(lease.crash_count), doing.on_failure)
    try:
        with Heartbeat(lease, limit=step.timeout):
            result = doing.work()
    except (StepTimeout, MemoryError) as error:
        return _crash(lease, step, error, doing.on_failure)
    except Exception as error:
        return _fail(lease, step, error, doing.on_failure)
    try:
        return _pass(lease, doing, result, begin)
    except LeaseLost:
        raise
    except Exception as error:
        return _fail(lease, step, error, doing.on_failure)


def _pass(lease: Lease, doing: Doing, result: Any, begin: _Begin) -> Ended:
    if doing.statement is not None:
        return _end_at_once(lease, doing.statement(result))
    assert doing.commit is not None
    with organization_scope(lease.organization_id, is_durable=doing.is_durable):
        doing.lock()
        _lock_unit(lease)
        ending = doing.commit(result)
        if ending.status is not StepStatus.SUCCEEDED:
            return _finish(lease, ending)
        row = queries.fetch_one("step_run_pass", **_fence(lease), **holder(), **ending.outcome())
        following = _following(lease, row)
        if following is not None:
            begin(following)
        return Ended(ending.status, following)


def _end_at_once(lease: Lease, statement: Statement) -> Ended:
    """One exchange with the database, which does all of it or, where the lease was lost, nothing."""
    row = queries.checkpoint(lease.organization_id, statement.name, **_fence(lease), **holder(), **statement.arguments)
    following = _following(lease, row)
    statement.then(row or {})
    return Ended(StepStatus.SUCCEEDED, following)


def _following(lease: Lease, row: dict[str, Any] | None) -> Lease | None:
    """What a statement that ended a step claimed."""
    if row is None:
        raise LeaseLost
    return lease_of(lease.organization_id, row)


def _end(lease: Lease, make_ending: Callable[[], Ending], afterwards: Callable[[Ending], None]) -> Ended:
    """Ends a step that did not pass, in one transaction with what follows from that. A lost lease rolls it all back."""
    with organization_scope(lease.organization_id, is_durable=False):
        _lock_unit(lease)
        ending = make_ending()
        afterwards(ending)
        return _finish(lease, ending)


def _lock_unit(lease: Lease) -> None:
    """Before anything else is written. Raises LeaseLost, so that nothing is worked out for nobody."""
    runs = {row["id"]: row for row in queries.fetch_all("unit_lock", step_run_id=lease.step_run_id)}
    own = runs.get(lease.step_run_id)
    if own is None or own["lease_token"] != lease.token or own["status"] != StepStatus.RUNNING:
        raise LeaseLost


def _finish(lease: Lease, ending: Ending) -> Ended:
    if not queries.run(
        "step_run_finish",
        **_fence(lease),
        **ending.outcome(),
        status=ending.status.value,
        error_code=ending.error_code,
    ):
        raise LeaseLost
    return Ended(ending.status)


def _fence(lease: Lease) -> dict[str, Any]:
    return {"step_run_id": lease.step_run_id, "lease_token": lease.token}


def _quarantined(crashes: int, error_code: str = "worker_lost", what: str = "The worker was lost") -> Ending:
    times = "once" if crashes == 1 else f"{crashes} times"
    return Ending(
        StepStatus.QUARANTINED, reason=f"{what} {times} at this step; it needs a person.", error_code=error_code
    )


def _crash(lease: Lease, step: Step, error: StepTimeout | MemoryError, on_failure: Callable[[Ending], None]) -> Ended:
    """The worker lives, yet the step took it over its limits: once more after a while, then quarantine."""
    is_slow = isinstance(error, StepTimeout)
    code = StepTimeout.code if is_slow else "out_of_memory"
    crashes = lease.crash_count + 1
    if crashes < settings.MAX_CRASHES:
        reason = f"It took longer than {step.timeout} s." if is_slow else "It ran out of memory."
        return _give_back(lease, "step_run_crash", reason, code)

    def ending() -> Ending:
        queries.run("step_run_count_crash", **_fence(lease))
        what = f"It took longer than {step.timeout} s or lost its worker" if is_slow else "It ran out of memory"
        return _quarantined(crashes, code, what)

    return _end(lease, ending, on_failure)


def _fail(lease: Lease, step: Step, error: Exception, on_failure: Callable[[Ending], None]) -> Ended:
    if isinstance(error, LeaseLost):
        raise error
    if isinstance(error, OperationalError | InterfaceError | InternalError):  # the last: it ended a transaction of ours
        error = TransientFailure("The database went away.", code="database_away")
    if isinstance(error, OutageAwaited):
        return _wait(lease, error)
    if isinstance(error, IdpError) and error.is_retryable and lease.attempt < step.attempts:
        return _postpone(lease, error)
    if isinstance(error, IdpError):
        ending = Ending(StepStatus.FAILED, reason=error.message, error_code=error.code)
    else:
        logger.exception("step %s failed unexpectedly", step.name)
        reason = f"An internal error stopped this step ({type(error).__name__}). It is in the log; try the step again."
        ending = Ending(StepStatus.FAILED, reason=reason, error_code="internal_error")
    return _end(lease, lambda: ending, on_failure)


def _wait(lease: Lease, error: OutageAwaited) -> Ended:
    """Shown as waiting, asked again every so often; none of it is an attempt."""
    seconds = _OUTAGE_SECONDS * random.uniform(0.5, 1.0)  # noqa: S311
    with organization_scope(lease.organization_id, is_durable=False):
        queries.run(
            "step_run_wait",
            **_fence(lease),
            reason=error.message,
            seconds=seconds,
        )
    return Ended(StepStatus.WAITING)


def _postpone(lease: Lease, error: IdpError) -> Ended:
    return _give_back(lease, "step_run_postpone", error.message, error.code)


def _give_back(lease: Lease, statement: str, reason: str, code: str) -> Ended:
    """To be tried again after a pause that grows with each attempt; the jitter keeps many from coming back at once."""
    seconds = min(_MAX_BACKOFF_SECONDS, 2.0**lease.attempt) * random.uniform(0.5, 1.0)  # noqa: S311
    with organization_scope(lease.organization_id, is_durable=False):
        queries.run(
            statement,
            **_fence(lease),
            reason=reason,
            error_code=code,
            seconds=seconds,
        )
    return Ended(StepStatus.PENDING)
