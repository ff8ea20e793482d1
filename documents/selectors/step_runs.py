"""Step runs of a sub-document, and how a person decided it. The caller has passed a door, or runs inside a job."""

from __future__ import annotations

from uuid import UUID

from documents.domain.pipeline import StepName
from documents.domain.statuses import SubDocumentStatus
from documents.models import StepRun, SubDocument


def sub_document_step_runs(document_id: UUID, sub_document_id: UUID) -> list[StepRun]:
    """All 14 step runs of a sub-document: its document's 7 and its own 7, in the pipeline's order."""
    return list(StepRun.objects.filter(unit_id__in=[document_id, sub_document_id]).order_by("position"))


def decision_on(sub_document: SubDocument) -> str:
    """How a person ended it without approving: `reject` or `none_of_ours`; empty for everything else."""
    if sub_document.status != SubDocumentStatus.REJECTED:
        return ""
    reviews = StepRun.objects.filter(unit_id=sub_document.id, step=StepName.HUMAN_REVIEW)
    output = reviews.values_list("output", flat=True).first()
    return str((output or {}).get("decision", ""))
