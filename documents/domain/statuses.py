"""Statuses and the transitions they allow.

Step runs change by `documents/services/running/step_runs.py` and the fenced statements of `extraction/queries.sql`; tests refuse
any other transition in the database itself. A sub-document's status passes `check_transition`, or `sub_documents_move`
(`documents/services/running/sub_document_statuses.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from documents.domain.refusals import ILLEGAL_TRANSITION
from idp_project.core.errors import IllegalTransition


class StepStatus(StrEnum):
    """Of a step run. `waiting` is suspended: a person or the delivery has to act."""

    PENDING = "pending"
    RUNNING = "running"
    WAITING = "waiting"
    SUCCEEDED = "succeeded"
    SKIPPED = "skipped"
    FAILED = "failed"
    QUARANTINED = "quarantined"


class DocumentStatus(StrEnum):
    """Of a document (one source file), derived from its steps and sub-documents. `deleted`: its file and pages are gone."""

    RECEIVED = "received"
    PROCESSING = "processing"
    IN_REVIEW = "in_review"
    DELIVERING = "delivering"
    COMPLETED = "completed"
    FAILED = "failed"
    QUARANTINED = "quarantined"
    CANCELLED = "cancelled"
    DELETED = "deleted"


class SubDocumentStatus(StrEnum):
    """Of a sub-document. `delivered`: the production database has its approved version; `blank`: a separator sheet."""

    PROCESSING = "processing"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    DELIVERED = "delivered"
    REJECTED = "rejected"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"
    BLANK = "blank"
    CANCELLED = "cancelled"


APPROVED_STATUSES = (SubDocumentStatus.APPROVED, SubDocumentStatus.DELIVERED)  # of sub-documents with a valid record
NONE_OF_OURS = "none_of_ours"  # a person's decision: rejected, because it is of none of our types


class Route(StrEnum):
    """What the confidence check decided."""

    REVIEW = "review"
    AUTO = "auto"


STEP_TRANSITIONS: Mapping[StepStatus, frozenset[StepStatus]] = {
    StepStatus.PENDING: frozenset({StepStatus.RUNNING, StepStatus.SKIPPED, StepStatus.SUCCEEDED, StepStatus.WAITING}),
    StepStatus.RUNNING: frozenset(
        {
            StepStatus.SUCCEEDED,
            StepStatus.WAITING,
            StepStatus.FAILED,
            StepStatus.PENDING,
            StepStatus.QUARANTINED,
            StepStatus.SKIPPED,
        }
    ),
    StepStatus.WAITING: frozenset({StepStatus.RUNNING, StepStatus.SKIPPED, StepStatus.PENDING}),
    # Done again: pages that are read again, a record that a person corrects after its approval.
    StepStatus.SUCCEEDED: frozenset({StepStatus.PENDING, StepStatus.RUNNING, StepStatus.WAITING}),
    StepStatus.SKIPPED: frozenset({StepStatus.PENDING, StepStatus.WAITING}),
    StepStatus.FAILED: frozenset({StepStatus.PENDING}),
    StepStatus.QUARANTINED: frozenset({StepStatus.PENDING}),
}

SUB_DOCUMENT_TRANSITIONS: Mapping[SubDocumentStatus, frozenset[SubDocumentStatus]] = {
    SubDocumentStatus.PROCESSING: frozenset(
        {
            SubDocumentStatus.IN_REVIEW,
            SubDocumentStatus.APPROVED,
            SubDocumentStatus.FAILED,
            SubDocumentStatus.CANCELLED,
            SubDocumentStatus.DELIVERED,  # a correction is cancelled: what was delivered before stands
        }
    ),
    SubDocumentStatus.IN_REVIEW: frozenset(
        {
            SubDocumentStatus.APPROVED,
            SubDocumentStatus.REJECTED,
            SubDocumentStatus.PROCESSING,
            SubDocumentStatus.FAILED,
            SubDocumentStatus.CANCELLED,
            SubDocumentStatus.WITHDRAWN,
            SubDocumentStatus.DELIVERED,  # as above
        }
    ),
    # Failed: its delivery's step was quarantined.
    SubDocumentStatus.APPROVED: frozenset(
        {SubDocumentStatus.DELIVERED, SubDocumentStatus.WITHDRAWN, SubDocumentStatus.FAILED}
    ),
    SubDocumentStatus.DELIVERED: frozenset({SubDocumentStatus.IN_REVIEW, SubDocumentStatus.WITHDRAWN}),
    SubDocumentStatus.REJECTED: frozenset({SubDocumentStatus.PROCESSING}),
    SubDocumentStatus.FAILED: frozenset({SubDocumentStatus.PROCESSING}),
    SubDocumentStatus.WITHDRAWN: frozenset({SubDocumentStatus.IN_REVIEW}),
    SubDocumentStatus.BLANK: frozenset({SubDocumentStatus.PROCESSING}),
    SubDocumentStatus.CANCELLED: frozenset(),
}

TERMINAL_STEP_STATUSES = frozenset(
    {StepStatus.SUCCEEDED, StepStatus.SKIPPED, StepStatus.FAILED, StepStatus.QUARANTINED}
)
PASSED_STEP_STATUSES = frozenset({StepStatus.SUCCEEDED, StepStatus.SKIPPED})
BROKEN_STEP_STATUSES = TERMINAL_STEP_STATUSES - PASSED_STEP_STATUSES
OPEN_STEP_STATUSES = frozenset(StepStatus) - TERMINAL_STEP_STATUSES
TERMINAL_SUB_DOCUMENT_STATUSES = frozenset(
    {
        SubDocumentStatus.DELIVERED,
        SubDocumentStatus.REJECTED,
        SubDocumentStatus.FAILED,
        SubDocumentStatus.WITHDRAWN,
        SubDocumentStatus.BLANK,
        SubDocumentStatus.CANCELLED,
    }
)
# Whose pages and type a person may still change.
MOVABLE_SUB_DOCUMENT_STATUSES = frozenset(
    {SubDocumentStatus.IN_REVIEW, SubDocumentStatus.FAILED, SubDocumentStatus.BLANK}
)
TERMINAL_DOCUMENT_STATUSES = frozenset(
    {DocumentStatus.COMPLETED, DocumentStatus.FAILED, DocumentStatus.QUARANTINED, DocumentStatus.CANCELLED}
)
BROKEN_DOCUMENT_STATUSES = frozenset({DocumentStatus.FAILED, DocumentStatus.QUARANTINED})
# Steps of these are to be run, or wait only for a pause to end.
AT_WORK_DOCUMENT_STATUSES = frozenset({DocumentStatus.RECEIVED, DocumentStatus.PROCESSING})


Status = TypeVar("Status", bound=StrEnum)


def check_transition(table: Mapping[Status, frozenset[Status]], present: Status, wanted: Status) -> None:
    """Raises IllegalTransition unless `wanted` may follow `present`."""
    if wanted not in table[present]:
        raise IllegalTransition(ILLEGAL_TRANSITION(present=present, wanted=wanted))
