"""The steps that are services of other apps: review, approval and delivery.

Each takes a sub-document's id and runs in the transaction that ends its step: its effect and the step's end are one commit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from documents.domain.consumers import PDB_SYNC
from documents.domain.overrides import FailedChecks
from documents.domain.reasons import FILED, FILED_WITH_NOTE, REJECTED, WAITS_FOR_REVIEWER
from documents.domain.statuses import Route
from documents.selectors.outbox import delivery_state_of
from documents.services.approving.approval import AUTO_APPROVAL, sub_document_approve
from documents.services.approving.auto_approval import AutoApprovalRefused
from idp_project.core.reasons import OWN_WORDS, Reason
from review.models import DecisionKind
from review.selectors.tasks import decision_of
from review.services.tasks import review_task_open


@dataclass(frozen=True)
class ServiceResult:
    """Done, or (`is_waiting`) waiting for a person or for the relay: ask again when woken.

    `undelivered`: why nothing is delivered, where a person decided so. `refused_because`: the reasons for which it was not
    approved automatically, so that a person has to decide.
    """

    is_waiting: bool = False
    reason: Reason | None = None
    output: dict[str, Any] = field(default_factory=dict)
    undelivered: Reason | None = None
    refused_because: tuple[Reason, ...] = ()


def open_review_task(sub_document_id: UUID) -> ServiceResult:
    """Puts the sub-document into the review queue with its reasons."""
    task = review_task_open(sub_document_id)
    return ServiceResult(output={"task": str(task.id), "route": Route.REVIEW.value})


def await_decision(sub_document_id: UUID) -> ServiceResult:
    """Waits until a person has decided."""
    decision = decision_of(sub_document_id)
    if decision is None:
        return ServiceResult(is_waiting=True, reason=WAITS_FOR_REVIEWER())
    output = {"decision": decision.kind, "by": str(decision.decided_by)}
    reason = decision.full_reason
    return ServiceResult(output=output, undelivered=_undelivered(decision.kind, reason), reason=reason)


def _undelivered(decision: str, reason: Reason | None) -> Reason | None:
    if decision == DecisionKind.REJECT:
        return REJECTED(reason=reason or OWN_WORDS(text=""))
    if decision == DecisionKind.NONE_OF_OURS:
        return FILED_WITH_NOTE(reason=reason) if reason else FILED()
    return None


def approve_automatically(sub_document_id: UUID) -> ServiceResult:
    """Approves on the machine's evidence."""
    try:
        version = sub_document_approve(sub_document_id, approved_by_id=None, approver_name=AUTO_APPROVAL)
    except (AutoApprovalRefused, FailedChecks) as refusal:  # the checks are computed again at the approval door
        return ServiceResult(refused_because=refusal.reasons)
    return ServiceResult(output={"version": version.number})


def await_delivery(sub_document_id: UUID) -> ServiceResult:
    """Waits until the production database has the approved version."""
    is_delivered, reason = delivery_state_of(sub_document_id, PDB_SYNC)
    return ServiceResult(is_waiting=not is_delivered, reason=reason, output={"consumer": PDB_SYNC})
