"""The one writer of step runs beside the executors' fenced statements (`extraction/queries.sql`).

A change of status that `STEP_TRANSITIONS` does not allow touches no row. The caller holds the document under lock
(`documents/services/locks.py`), or has locked the rows.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet
from django.utils import timezone

from documents import queries
from documents.domain.pipeline import PIPELINE, Step, StepName, names_of
from documents.domain.reasons import FILE_REFUSED_BEFORE
from documents.domain.statuses import OPEN_STEP_STATUSES, STEP_TRANSITIONS, StepStatus
from documents.models import Run, StepRun
from documents.models.run import UnitKind
from idp_project.core.errors import IdpError
from idp_project.core.reasons import Reason

_CREATED_PER_STATEMENT = 1000


def step_runs_create(
    run_id: UUID,
    kind: UnitKind,
    unit_ids: Sequence[UUID],
    steps: Sequence[Step],
    *,
    skipped_because: Reason | None = None,
) -> None:
    """Every unit's runs of those steps; with a reason they are skipped. In the tenancy scope."""
    queries.run(
        "step_runs_create",
        run_id=run_id,
        unit_kind=kind.value,
        unit_ids=list(unit_ids),
        steps=names_of(steps),
        positions=[PIPELINE.position(step.name) for step in steps],
        status=StepStatus.SKIPPED.value if skipped_because else StepStatus.PENDING.value,
        reason_data=json.dumps(skipped_because.to_dict()) if skipped_because else None,
    )


def step_runs_of_received(received: Sequence[tuple[Run, bool, IdpError | None]]) -> None:
    """The runs of new documents' own steps: `(run, is_uploaded, refusal)` for each document.

    `is_uploaded`: nothing is left to do in the step upload. A refused file fails there, and what follows is skipped.
    """
    StepRun.objects.bulk_create(
        [_received(run, step, is_up, refusal) for run, is_up, refusal in received for step in PIPELINE.document_steps],
        batch_size=_CREATED_PER_STATEMENT,
    )


def step_runs_skip(rows: QuerySet[StepRun], reason: Reason) -> None:
    """What is open is not done any more; a worker that is at one of them has lost its lease."""
    _move(
        rows,
        StepStatus.SKIPPED,
        reason=reason,
        finished_at=timezone.now(),
        lease_token=F("lease_token") + 1,
        lease_until=None,
        not_before=None,
        units_left=None,
    )


def step_runs_reset(rows: QuerySet[StepRun], *, forgets_output: bool = False) -> None:
    """To be done again, from the first attempt on; a worker that is at one of them has lost its lease."""
    changes: dict[str, Any] = {"output": None, "input_hash": ""} if forgets_output else {}
    rows.filter(status=StepStatus.RUNNING).update(lease_token=F("lease_token") + 1)
    _move(
        rows,
        StepStatus.PENDING,
        attempt=0,
        crash_count=0,
        error_code="",
        reason=None,
        lease_until=None,
        not_before=None,
        started_at=None,
        finished_at=None,
        **changes,
    )


def joined_steps_reopen(run: Run) -> None:
    """The steps over all pages wait for those pages again that are open."""
    for joined in PIPELINE.joined_steps:
        last = PIPELINE.steps_within(StepName(joined.name))[-1].name
        pages = StepRun.objects.filter(run=run, unit_kind=UnitKind.PAGE, step=last, status__in=OPEN_STEP_STATUSES)
        if left := pages.count():
            waiting = StepRun.objects.filter(run=run, unit_kind=UnitKind.DOCUMENT, step=joined.name)
            step_runs_reset(waiting)
            step_runs_note(waiting, units_left=left)


def step_runs_wait(rows: QuerySet[StepRun], reason: Reason) -> None:
    """They wait for a person or for the delivery."""
    _move(rows, StepStatus.WAITING, reason=reason, finished_at=None)


def step_runs_delete(rows: QuerySet[StepRun]) -> None:
    """Deletes step runs whose unit goes too; a worker that is at one of them loses its lease."""
    rows.delete()


def step_runs_note(rows: QuerySet[StepRun], **changes: Any) -> None:
    """Says something about step runs (`reason`, `output`, `units_left`); their status stays."""
    assert "status" not in changes
    rows.update(**changes)


def _move(rows: QuerySet[StepRun], status: StepStatus, **changes: Any) -> None:
    sources = [present for present, allowed in STEP_TRANSITIONS.items() if status in allowed or present is status]
    rows.filter(status__in=sources).update(status=status, **changes)


def _received(run: Run, step: Step, is_uploaded: bool, refusal: IdpError | None) -> StepRun:
    step_run = StepRun(
        organization_id=run.organization_id,
        run=run,
        unit_kind=UnitKind.DOCUMENT,
        unit_id=run.document_id,
        step=step.name.value,
        position=PIPELINE.position(step.name),
    )
    if step.name is StepName.UPLOAD and (refusal or is_uploaded):
        step_run.attempt, step_run.started_at, step_run.finished_at = 1, timezone.now(), timezone.now()
        step_run.status = StepStatus.FAILED if refusal else StepStatus.SUCCEEDED
        step_run.error_code, step_run.reason = (refusal.code, refusal.reason) if refusal else ("", None)
    elif refusal:
        step_run.status, step_run.reason = StepStatus.SKIPPED, FILE_REFUSED_BEFORE()
    return step_run
