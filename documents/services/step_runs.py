"""Opening the steps of pages and sub-documents."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from documents import queries
from documents.domain.statuses import StepStatus
from documents.models.run import UnitKind


def step_runs_create(
    run_id: UUID,
    kind: UnitKind,
    unit_ids: Sequence[UUID],
    names: Sequence[str],
    *,
    first_position: int = 0,
    skipped_because: str = "",
) -> None:
    """Every unit's step runs of those names, in their order; with a reason they are skipped. In the tenancy scope."""
    queries.run(
        "step_runs_create",
        run_id=run_id,
        unit_kind=kind.value,
        unit_ids=list(unit_ids),
        steps=list(names),
        first_position=first_position,
        status=StepStatus.SKIPPED.value if skipped_because else StepStatus.PENDING.value,
        reason=skipped_because,
    )
