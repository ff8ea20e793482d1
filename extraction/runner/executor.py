"""A unit's steps under their leases: claim, work outside any transaction, commit under the fencing token.

    load           in the transaction of the claim: what the step works on
    execute_step   the step itself, without a transaction, watched by a heartbeat
    persist        what it found and its end, in one fenced transaction that claims the unit's next step too
    fail           what follows from a failure, in the transaction that ends the step

`document_executor`, `page_executor` and `sub_document_executor` say what these four are for their unit. A text search
leads from a job to a step's function: `begin_and_run` → `run_steps` → `_run_step` → `execute_step` → `FUNCTIONS`, and from
`_run_step` by `persist` and `write_result` to those that are services.
"""

from __future__ import annotations

import json
import logging
from abc import ABC, abstractmethod
from typing import Any, NamedTuple
from uuid import UUID

from documents.domain.pipeline import PIPELINE, Step
from documents.domain.statuses import TERMINAL_STEP_STATUSES, StepStatus
from extraction import queries
from extraction.runner.failures import Postponement, StepOutcome, judge, quarantine_of_lost_workers
from extraction.runner.heartbeat import Heartbeat
from extraction.runner.leases import Lease, claim, holder, lease_of
from extraction.runner.moments import Moment, reached
from idp_project.core.errors import IdpError, LeaseLost
from idp_project.core.logs import log_scope
from idp_project.core.tenancy import organization_scope

logger = logging.getLogger(__name__)


class Persisted(NamedTuple):
    """The status a step ended in, and the lease of the unit's next step where there is one to continue with."""

    status: StepStatus
    next_lease: Lease | None = None


class UnitExecutor(ABC):
    """Runs the steps of one document, page or sub-document that have not passed, one after the other as far as they pass.

    It begins with the step run named, else with the first that is open, and stays within one job queue. EVERY_PAGE steps
    are not run: they are counted.
    """

    def __init__(self, organization_id: UUID, unit_id: UUID, *, step_run_id: UUID | None = None) -> None:
        self.organization_id, self.unit_id = organization_id, unit_id
        self._step_run_id = step_run_id
        self._lease: Lease | None = None
        self._obstacle: IdpError | None = None

    def load(self, step: Step) -> None:  # noqa: B027 - optional
        """Reads what the step works on; an IdpError becomes the step's failure and leaves the claim in place."""

    @abstractmethod
    def execute_step(self, step: Step) -> Any:
        """The step's result. Raises IdpError for what is expected to go wrong."""

    @abstractmethod
    def write_result(self, step: Step, result: Any) -> StepOutcome:
        """Writes what the step found and says how it ends. A status other than SUCCEEDED claims no further step."""

    def lock(self) -> None:  # noqa: B027 - optional
        """Locks what `write_result` changes and what comes before step runs (`documents/services/locks.py`)."""

    def fail(self, step: Step, outcome: StepOutcome) -> None:  # noqa: B027 - optional
        """Writes what follows from the step's failure."""

    def begin(self) -> None:
        """Claims the first step inside the current tenancy scope; call `run_steps` soon after that has committed."""
        self._lease = claim(self.organization_id, step_run_id=self._step_run_id, unit_id=self.unit_id)
        self._load(self._lease)

    def run_steps(self) -> bool:
        """Runs its steps from the claimed one on; returns whether the document is to be planned again.

        Each further step is claimed in the transaction that ends the one before. A lease that is lost on the way (somebody
        else has the step, or its batch was cancelled) ends the run, and so does a step that does not pass.
        """
        statuses: list[StepStatus] = []
        while self._lease is not None:
            lease = self._lease
            with log_scope(organization_id=lease.organization_id, step=lease.step, step_run_id=lease.step_run_id):
                try:
                    status, self._lease = self._run_step(lease, PIPELINE.step(lease.step))
                except LeaseLost:
                    logger.info("the lease was lost, nothing was written")
                    self._lease = None
                else:
                    statuses.append(status)
        return any(self.calls_for_plan(status) for status in statuses)

    def calls_for_plan(self, status: StepStatus) -> bool:
        """Whether the document is planned again after a step of that status: once the step has ended."""
        return status in TERMINAL_STEP_STATUSES

    def persist(self, lease: Lease, step: Step, result: Any) -> Persisted:
        """Writes the result, ends the step and claims the next one, in one transaction. Raises LeaseLost."""
        with organization_scope(lease.organization_id, is_durable=step.is_durable):
            self.lock()
            _lock_unit(lease)
            outcome = self.write_result(step, result)
            if outcome.status is not StepStatus.SUCCEEDED:
                return _finish(lease, outcome)
            following = next_lease(
                lease, queries.fetch_one("step_run_pass", **outcome_parameters(lease, step, outcome))
            )
            self._load(following)
            reached(Moment.WRITTEN, lease)
            return Persisted(outcome.status, following)

    def _load(self, lease: Lease | None) -> None:
        self._obstacle = None
        if lease is not None:
            try:
                self.load(PIPELINE.step(lease.step))
            except IdpError as error:
                self._obstacle = error

    def _run_step(self, lease: Lease, step: Step) -> Persisted:
        """Runs one claimed step and ends it, whether it passes or fails. Raises LeaseLost."""
        lost = quarantine_of_lost_workers(lease)
        if lost is not None:
            return self._end(lease, step, lost)
        try:
            reached(Moment.CLAIMED, lease)
            with Heartbeat(lease, limit=step.timeout):
                if self._obstacle is not None:
                    raise self._obstacle
                result = self.execute_step(step)
            reached(Moment.WORKED, lease)
            persisted = self.persist(lease, step, result)
        except LeaseLost:
            raise
        except Exception as error:
            return self._end(lease, step, judge(lease, step, error))
        reached(Moment.COMMITTED, lease)
        return persisted

    def _end(self, lease: Lease, step: Step, verdict: StepOutcome | Postponement) -> Persisted:
        """Ends or postpones a step that did not pass, in one transaction with what follows. A lost lease rolls it back."""
        with organization_scope(lease.organization_id, is_durable=False):
            if isinstance(verdict, Postponement):
                return _postpone(lease, verdict)
            _lock_unit(lease)
            self.fail(step, verdict)
            return _finish(lease, verdict)


def outcome_parameters(lease: Lease, step: Step, outcome: StepOutcome) -> dict[str, Any]:
    """Arguments of a statement that ends a step well and claims the unit's next one on the same job queue."""
    return {**_fence(lease), **holder(), **outcome.columns(), "next_steps": PIPELINE.names_on_queue(step.queue)}


def next_lease(lease: Lease, row: dict[str, Any] | None) -> Lease | None:
    """What such a statement claimed. Raises LeaseLost where it ended nothing."""
    if row is None:
        raise LeaseLost
    return lease_of(lease.organization_id, row)


def _lock_unit(lease: Lease) -> None:
    """Before anything else is written. Raises LeaseLost, so that no work is done in vain."""
    runs = {row["id"]: row for row in queries.fetch_all("unit_lock", step_run_id=lease.step_run_id)}
    own = runs.get(lease.step_run_id)
    if own is None or own["lease_token"] != lease.token or own["status"] != StepStatus.RUNNING:
        raise LeaseLost


def _finish(lease: Lease, outcome: StepOutcome) -> Persisted:
    touched = queries.run(
        "step_run_finish",
        **_fence(lease),
        **outcome.columns(),
        status=outcome.status.value,
        error_code=outcome.error_code,
        crashes=outcome.crashes,
    )
    if not touched:
        raise LeaseLost
    reached(Moment.WRITTEN, lease)
    return Persisted(outcome.status)


def _postpone(lease: Lease, verdict: Postponement) -> Persisted:
    queries.run(
        "step_run_postpone",
        **_fence(lease),
        status=verdict.status.value,
        crashes=verdict.crashes,
        reason_data=json.dumps(verdict.reason.to_dict()),
        error_code=verdict.error_code,
        seconds=verdict.seconds,
    )
    return Persisted(verdict.status)


def _fence(lease: Lease) -> dict[str, Any]:
    return {"step_run_id": lease.step_run_id, "lease_token": lease.token}
