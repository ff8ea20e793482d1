"""What follows from a status for people who watch: the browser asks for a trait, never for a status by name."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from documents.domain.batch_status import BatchStatus
from documents.domain.statuses import (
    BROKEN_DOCUMENT_STATUSES,
    BROKEN_STEP_STATUSES,
    DocumentStatus,
    StepStatus,
    SubDocumentStatus,
)


class StatusTrait(StrEnum):
    """`running`: its icon turns. `done`: a step did its work. `set_by_person`: of a batch, no matter what its documents have."""

    RUNNING = "running"
    DONE = "done"
    BROKEN = "broken"
    IN_REVIEW = "in_review"
    HAS_RECORD = "has_record"
    SET_BY_PERSON = "set_by_person"


_STATUSES: Mapping[StatusTrait, frozenset[str]] = {
    StatusTrait.RUNNING: frozenset({StepStatus.RUNNING, DocumentStatus.PROCESSING, SubDocumentStatus.PROCESSING}),
    StatusTrait.DONE: frozenset({StepStatus.SUCCEEDED}),
    StatusTrait.BROKEN: frozenset({*BROKEN_DOCUMENT_STATUSES, *BROKEN_STEP_STATUSES, SubDocumentStatus.FAILED}),
    StatusTrait.IN_REVIEW: frozenset({SubDocumentStatus.IN_REVIEW}),
    StatusTrait.HAS_RECORD: frozenset({SubDocumentStatus.DELIVERED}),
    StatusTrait.SET_BY_PERSON: frozenset({BatchStatus.CANCELLED, BatchStatus.DELETING}),
}


def traits_of(status: str) -> list[str]:
    """The traits of any status, in their order."""
    return [trait.value for trait, statuses in _STATUSES.items() if status in statuses]
