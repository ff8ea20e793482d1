"""What may be read of steps beyond the documents they belong to."""

from __future__ import annotations

import json
from collections.abc import Sequence
from uuid import UUID

from documents.domain.pipeline import PIPELINE
from documents.domain.statuses import TERMINAL_SUB_DOCUMENT_STATUSES
from documents.selectors.held import HeldWork
from extraction import queries


def steps_held(organization_id: UUID | None, team_ids: Sequence[UUID] | None) -> dict[str, HeldWork]:
    """Steps that pauses keep from beginning, by queue. Inside a tenancy scope."""
    rows = queries.fetch_all(
        "steps_held",
        organization_id=organization_id,
        team_ids=team_ids,
        queues=json.dumps(PIPELINE.queues()),
        branches=PIPELINE.branches(),
        ended_statuses=[status.value for status in TERMINAL_SUB_DOCUMENT_STATUSES],
    )
    return {row.pop("queue"): HeldWork(**row) for row in rows}
