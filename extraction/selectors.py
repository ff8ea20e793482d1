"""What may be read of steps beyond the documents they belong to."""

from __future__ import annotations

import json
from collections.abc import Sequence
from uuid import UUID

from accounts.access import Access
from documents.domain.pipeline import PIPELINE, StepName
from documents.domain.statuses import TERMINAL_SUB_DOCUMENT_STATUSES
from documents.selectors.held import HeldWork
from documents.selectors.schemas import schema_tunable_by
from documents.selectors.trial_documents import TrialDocument, trial_documents
from extraction import queries


def steps_held(organization_id: UUID | None, team_ids: Sequence[UUID] | None) -> dict[str, HeldWork]:
    """Steps that pauses keep from beginning, by queue. Inside a tenancy scope."""
    rows = queries.fetch_all(
        "steps_held",
        organization_id=organization_id,
        team_ids=team_ids,
        queues=json.dumps(PIPELINE.queues()),
        branches=PIPELINE.branches(),
        decision_step=StepName.HUMAN_REVIEW.value,
        ended_statuses=[status.value for status in TERMINAL_SUB_DOCUMENT_STATUSES],
    )
    return {row.pop("queue"): HeldWork(**row) for row in rows}


def trial_documents_for(access: Access, schema_id: UUID) -> list[TrialDocument]:
    """Documents that a type can be tried on, for its managers. Raises Conflict for a retired type."""
    return trial_documents(access, schema_tunable_by(access, schema_id))
