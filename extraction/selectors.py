"""What may be read of steps beyond the documents they belong to."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from documents.domain.statuses import TERMINAL_SUB_DOCUMENT_STATUSES
from documents.selectors import HeldWork
from extraction import queries
from idp_project.core.job_names import QUEUE_OF_JOB, JobName


def steps_held(organization_id: UUID | None, team_ids: Sequence[UUID] | None) -> dict[str, HeldWork]:
    """Steps that pauses keep from beginning, by queue. Inside a tenancy scope."""
    rows = queries.fetch_all(
        "steps_held",
        organization_id=organization_id,
        team_ids=team_ids,
        page_queue=QUEUE_OF_JOB[JobName.PAGES_PROCESS],
        other_queue=QUEUE_OF_JOB[JobName.SUB_DOCUMENT_PROCESS],
        ended_parts=[status.value for status in TERMINAL_SUB_DOCUMENT_STATUSES],
    )
    return {row.pop("queue"): HeldWork(**row) for row in rows}
