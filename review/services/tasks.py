"""What people do at the review desk: claim, correct, decide. The decision resumes the run."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.access import Access
from accounts.domain.roles import Permission
from accounts.services import audit_record
from documents import progress
from documents.domain.normalization import normalize
from documents.domain.provenance import Provenance
from documents.domain.schema_spec import FieldType
from documents.domain.statuses import SUB_DOCUMENT_TRANSITIONS, SubDocumentStatus, check_transition
from documents.models import FieldValue, SubDocument
from documents.services import (
    document_lock,
    document_wake,
    documents_seen,
    field_value_write,
    sub_document_approve,
    sub_document_withdraw,
)
from idp_project.core.errors import Conflict, InvalidInput, NotFound
from review.models import DONE, Correction, Decision, DecisionKind, ReviewTask, TaskStatus
from review.selectors import task_get_for

CLAIM_MINUTES = 10
DUE_HOURS = 24


@transaction.atomic(savepoint=False)
def review_task_open(sub_document_id: UUID, *, reasons: Sequence[str] | None = None) -> ReviewTask:
    """Puts a sub-document into the queue, for its own reasons unless others are given; gives the task that is already open
    where there is one.

    The more reasons, the earlier it comes.
    """
    sub_document = SubDocument.objects.select_for_update(of=("self",), no_key=True).get(id=sub_document_id)
    reasons = list(sub_document.reasons if reasons is None else reasons)
    existing = ReviewTask.objects.filter(sub_document=sub_document).exclude(status__in=DONE).first()
    if sub_document.status != SubDocumentStatus.IN_REVIEW:
        check_transition(SUB_DOCUMENT_TRANSITIONS, SubDocumentStatus(sub_document.status), SubDocumentStatus.IN_REVIEW)
        sub_document.status = SubDocumentStatus.IN_REVIEW
        sub_document.save(update_fields=["status"])
    if existing:
        existing.reasons = reasons
        existing.save(update_fields=["reasons"])
        return existing
    return ReviewTask.objects.create(
        organization_id=sub_document.organization_id,
        sub_document=sub_document,
        team_id=sub_document.team_id,
        reasons=reasons,
        priority=max(0, 100 - 10 * len(reasons)),
        due_at=timezone.now() + timedelta(hours=DUE_HOURS),
    )


def review_tasks_close(document_id: UUID) -> None:
    """Takes the undecided tasks of a cancelled document off the queue and off desks; corrections made so far stay."""
    tasks = ReviewTask.objects.filter(sub_document__document_id=document_id).exclude(status__in=DONE)
    tasks.update(status=TaskStatus.CLOSED, claimed_by=None, claimed_until=None)


def task_open(access: Access, task_id: UUID) -> ReviewTask:
    """The task for whoever may see its document, noted as a look at that."""
    task = task_get_for(access, task_id)
    documents_seen(access, [task.sub_document.document_id])
    return task


@transaction.atomic
def task_claim(access: Access, task_id: UUID) -> ReviewTask:
    """Takes a task onto one's desk, or keeps it there (also the heartbeat). Raises Conflict while somebody holds it."""
    task = _locked(access, task_id)
    if task.status == TaskStatus.DECIDED:
        raise Conflict("This document has been decided already.", code="already_decided")
    if task.status == TaskStatus.CLOSED or task.sub_document.status == SubDocumentStatus.CANCELLED:
        raise Conflict("The batch of this document was cancelled: there is nothing to review.", code="task_closed")
    holder = task.claimed_by
    if holder and holder.id != access.user_id and task.claimed_until and task.claimed_until > timezone.now():
        raise Conflict(f"{holder} is working on this document.", code="claimed_by_other")
    task.status, task.claimed_by_id = TaskStatus.CLAIMED, access.user_id
    task.claimed_until = timezone.now() + timedelta(minutes=CLAIM_MINUTES)
    task.save(update_fields=["status", "claimed_by", "claimed_until"])
    return task


@transaction.atomic
def task_release(access: Access, task_id: UUID) -> None:
    """Puts a task back into the queue; what was corrected stays."""
    task = _locked(access, task_id)
    if task.status == TaskStatus.CLAIMED and task.claimed_by_id == access.user_id:
        task.status, task.claimed_by, task.claimed_until = TaskStatus.OPEN, None, None
        task.save(update_fields=["status", "claimed_by", "claimed_until"])


@transaction.atomic
def field_value_correct(
    access: Access, task_id: UUID, field_value_id: UUID, *, text: str, place: Provenance | None = None
) -> FieldValue:
    """Sets one value, as typed by a person or taken from words at `place`; the old one is kept as a correction.

    The text is read as the field's type in the schema's locale; raises InvalidInput where it cannot be. Setting the
    value it has confirms it.
    """
    task = _held(access, task_id)
    field_value = FieldValue.objects.filter(id=field_value_id, sub_document_id=task.sub_document_id).first()
    if field_value is None:
        raise NotFound
    value = _normalized(field_value, text, task)
    assert access.user_id is not None
    old = field_value_write(field_value, value=value, raw_text=text.strip(), user_id=access.user_id, place=place)
    if old["value"] != value:
        Correction.objects.create(
            organization_id=task.organization_id,
            task=task,
            field_value=field_value,
            corrected_by_id=access.user_id,
            old=old,
            new={"value": value, "raw_text": text.strip()},
        )
        audit_record(
            access,
            "field_value_corrected",
            object_kind="field_value",
            object_id=field_value.id,
            details={"field": field_value.name},
        )
    return field_value


def _normalized(field_value: FieldValue, text: str, task: ReviewTask) -> str | None:
    if not text.strip():
        return None
    version = task.sub_document.schema_version
    locale = version.spec.locale if version else "en_US"
    value = normalize(FieldType(field_value.type), text.strip(), locale)
    if value is None:
        kind = field_value.type.replace("_", " ")
        raise InvalidInput(f"“{text.strip()}” cannot be read as {kind}.", code="not_of_type")
    return value


@transaction.atomic
def review_task_decide(access: Access, task_id: UUID, *, decision: str, reason: str = "") -> Decision:
    """Approves or rejects what is on the desk, and lets the run go on.

    Rejecting needs a reason; so does approving while a required field is empty. Raises Conflict where the task is
    decided or held by somebody else.
    """
    found = task_get_for(access, task_id, Permission.REVIEW_DOCUMENTS).sub_document
    document_lock(found.document_id)
    SubDocument.objects.select_for_update(of=("self",), no_key=True).get(id=found.id)
    task = _held(access, task_id)
    kind = _decision_kind(decision)
    reason = reason.strip()
    _check_reason(task, kind, reason)
    task.status, task.decided_at, task.claimed_until = TaskStatus.DECIDED, timezone.now(), None
    task.save(update_fields=["status", "decided_at", "claimed_until"])
    made = Decision.objects.create(
        organization_id=task.organization_id, task=task, kind=kind, reason=reason, decided_by_id=access.user_id
    )
    if kind is DecisionKind.APPROVE:
        sub_document_approve(task.sub_document_id, approved_by_id=access.user_id, approver_name=access.display_name)
    else:
        _reject(access, task, reason)
    document_wake(task.organization_id, task.sub_document.document_id)
    audit_record(
        access,
        f"review_{kind.value}",
        object_kind="sub_document",
        object_id=task.sub_document_id,
        details={"reason": reason},
    )
    return made


def _decision_kind(decision: str) -> DecisionKind:
    try:
        return DecisionKind(decision)
    except ValueError:
        raise InvalidInput("A decision is approve or reject.", code="unknown_decision") from None


def _check_reason(task: ReviewTask, kind: DecisionKind, reason: str) -> None:
    if reason:
        return
    if kind is DecisionKind.REJECT:
        raise InvalidInput("Say why you reject it.", code="reason_missing")
    if missing := _missing_required(task.sub_document):
        raise InvalidInput(
            f"Required and empty: {', '.join(missing)}. Fill in, or give a reason.", code="required_missing"
        )


def _missing_required(sub_document: SubDocument) -> list[str]:
    if sub_document.schema_version is None:
        return []
    filled = {
        name
        for name, value in sub_document.field_values.filter(table_row__isnull=True).values_list("name", "value")
        if value
    }
    return [
        spec.label for spec in sub_document.schema_version.spec.fields if spec.is_required and spec.name not in filled
    ]


def _reject(access: Access, task: ReviewTask, reason: str) -> None:
    """What was approved before is withdrawn."""
    sub_document = task.sub_document
    if sub_document.approved_version_number:
        sub_document_withdraw(sub_document.id, approver_name=access.display_name, access=access, reason=reason)
        return
    check_transition(SUB_DOCUMENT_TRANSITIONS, SubDocumentStatus(sub_document.status), SubDocumentStatus.REJECTED)
    sub_document.status = SubDocumentStatus.REJECTED
    sub_document.save(update_fields=["status"])
    progress.document_changed(task.organization_id, sub_document.document.batch_id, sub_document.document_id)


def _held(access: Access, task_id: UUID) -> ReviewTask:
    """The task under lock, claimed for the asker: whoever corrects or decides holds it."""
    task_claim(access, task_id)
    task = _locked(access, task_id)
    if task.sub_document.status == SubDocumentStatus.PROCESSING:
        raise Conflict("Its pages are being read again: wait a moment.", code="being_processed")
    return task


def _locked(access: Access, task_id: UUID) -> ReviewTask:
    task = task_get_for(access, task_id, Permission.REVIEW_DOCUMENTS)
    ReviewTask.objects.select_for_update(of=("self",), no_key=True).get(id=task.id)
    task.refresh_from_db(fields=["status", "claimed_by", "claimed_until"])
    return task
