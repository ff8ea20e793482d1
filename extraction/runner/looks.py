"""A look at a document under its lock: what its steps and parts stand at, read in one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from documents.domain.statuses import PASSED_STEP_STATUSES, DocumentStatus, StepStatus, SubDocumentStatus
from documents.domain.step_names import StepName
from documents.models import Document
from documents.models.run import UnitKind
from extraction import queries


@dataclass(frozen=True)
class StepState:
    """A step run of the document or of one of its parts. `is_free`: nobody works on it, and it is due."""

    id: UUID
    unit_kind: UnitKind
    unit_id: UUID
    step: StepName
    status: StepStatus
    is_free: bool
    error_code: str
    reason: str

    @property
    def has_passed(self) -> bool:
        return self.status in PASSED_STEP_STATUSES


@dataclass(frozen=True)
class PartState:
    """A sub-document."""

    id: UUID
    status: SubDocumentStatus


@dataclass(frozen=True)
class Look:
    """A document as it stands; `step_runs` are its own and its parts', in the pipeline's order.

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
    parts: Sequence[PartState]

    @cached_property
    def steps(self) -> Mapping[StepName, StepState]:
        """The document's own."""
        return {run.step: run for run in self.step_runs if run.unit_kind == UnitKind.DOCUMENT}

    def has_passed(self, step: StepName) -> bool:
        return self.steps[step].has_passed

    def is_paused(self, queue: str) -> bool:
        return bool(self.paused & {"", queue})


def look_at(organization_id: UUID, document_id: UUID) -> Look:
    """Locks the document until the transaction ends, and reads what is true from then on. Raises Document.DoesNotExist."""
    if not queries.run("document_lock", document_id=document_id):
        raise Document.DoesNotExist
    found = queries.fetch_one("document_look", document_id=document_id)
    assert found is not None
    return Look(
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
        parts=[PartState(UUID(item["id"]), SubDocumentStatus(item["status"])) for item in found["parts"] or ()],
    )


def _step_state(item: Mapping[str, Any]) -> StepState:
    return StepState(
        UUID(item["id"]),
        UnitKind(item["unit_kind"]),
        UUID(item["unit_id"]),
        StepName(item["step"]),
        StepStatus(item["status"]),
        item["is_free"],
        item["error_code"],
        item["reason"],
    )
