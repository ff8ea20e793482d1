"""A document under its lock: the states of its steps and sub-documents, read in one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from documents.domain.pipeline import PIPELINE, StepName
from documents.domain.statuses import PASSED_STEP_STATUSES, DocumentStatus, StepStatus, SubDocumentStatus
from documents.models import Document
from documents.models.run import UnitKind
from extraction import queries
from idp_project.core.reasons import Reason, reason_of


@dataclass(frozen=True)
class StepState:
    """A step run of the document or of one of its sub-documents. `is_free`: nobody works on it, and it is due."""

    id: UUID
    unit_kind: UnitKind
    unit_id: UUID
    step: StepName
    status: StepStatus
    is_free: bool
    error_code: str
    reason: Reason | None

    @property
    def has_passed(self) -> bool:
        return self.status in PASSED_STEP_STATUSES


@dataclass(frozen=True)
class SubDocumentState:
    """A sub-document."""

    id: UUID
    status: SubDocumentStatus


@dataclass(frozen=True)
class DocumentSnapshot:
    """A document at one moment; `step_runs` are its own and those of its sub-documents, in the pipeline's order.

    `paused` has the queues that are paused, and an empty name where the whole organisation is.
    """

    organization_id: UUID
    document_id: UUID
    batch_id: UUID
    run_id: UUID
    status: DocumentStatus
    page_count: int
    next_check_at: datetime
    is_finished: bool
    is_cancelled: bool
    paused: frozenset[str]
    step_runs: Sequence[StepState]
    sub_documents: Sequence[SubDocumentState]

    @cached_property
    def steps(self) -> Mapping[StepName, StepState]:
        """The document's own."""
        return {run.step: run for run in self.step_runs if run.unit_kind == UnitKind.DOCUMENT}

    def has_passed(self, step: StepName) -> bool:
        return self.steps[step].has_passed

    def is_ready(self, step: StepState) -> bool:
        """Whether every step of the document that it comes after has passed; those of its own unit come by position."""
        earlier = (StepName(name) for name in PIPELINE.step(step.step).after)
        return all(self.has_passed(name) for name in earlier if name in self.steps)

    def is_paused(self, queue: str) -> bool:
        return bool(self.paused & {"", queue})


def take_snapshot(organization_id: UUID, document_id: UUID) -> DocumentSnapshot:
    """Locks the document until the transaction ends, and reads what is true from then on. Raises Document.DoesNotExist."""
    if not queries.run("document_lock", document_id=document_id):
        raise Document.DoesNotExist
    found = queries.fetch_one("document_snapshot", document_id=document_id)
    assert found is not None
    return DocumentSnapshot(
        organization_id,
        document_id,
        batch_id=found["batch_id"],
        run_id=found["run_id"],
        status=DocumentStatus(found["status"]),
        page_count=found["page_count"] or 0,
        next_check_at=found["next_check_at"],
        is_finished=found["is_finished"],
        is_cancelled=found["is_cancelled"],
        paused=frozenset(found["paused"] or ()),
        step_runs=[_step_state(item) for item in found["step_runs"] or ()],
        sub_documents=[_sub_document_state(item) for item in found["sub_documents"] or ()],
    )


def _sub_document_state(item: Mapping[str, Any]) -> SubDocumentState:
    return SubDocumentState(UUID(item["id"]), SubDocumentStatus(item["status"]))


def _step_state(item: Mapping[str, Any]) -> StepState:
    return StepState(
        UUID(item["id"]),
        UnitKind(item["unit_kind"]),
        UUID(item["unit_id"]),
        StepName(item["step"]),
        StepStatus(item["status"]),
        item["is_free"],
        item["error_code"],
        reason_of(item["reason"]),
    )
