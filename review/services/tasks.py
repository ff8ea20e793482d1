"""What people do at the review desk: claim, correct, decide. The decision resumes the run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.access import Access
from accounts.domain.roles import Permission
from accounts.services.audit.trail import audit_record
from documents import progress
from documents.domain.absence import BY_A_PERSON, ILLEGIBLE
from documents.domain.field_types.registry import field_type
from documents.domain.normalization import normalize_value
from documents.domain.overrides import Override, OverrideReason
from documents.domain.provenance import Provenance
from documents.domain.schema_spec import FieldSpec, FieldType
from documents.domain.statuses import SUB_DOCUMENT_TRANSITIONS, SubDocumentStatus, check_transition
from documents.models import FieldValue, SubDocument
from documents.selectors.sensitive import check_shown_whole
from documents.services.approving.approval import sub_document_approve, sub_document_withdraw
from documents.services.approving.checks import sub_document_check
from documents.services.approving.second_person import amount_of
from documents.services.approving.sub_documents import decision_note, type_clear
from documents.services.approving.values import field_value_write, value_snapshot
from documents.services.intake.batches import document_wake
from documents.services.locks import documents_lock, step_runs_lock
from documents.services.showing.audited_reads import documents_seen
from idp_project.core.errors import Conflict, InvalidInput
from idp_project.core.reasons import Reason
from review.domain.refusals import (
    ABSENT_WITH_TEXT,
    CLAIMED_BY_OTHER,
    NOT_A_CHOICE,
    NOT_OF_TYPE,
    READ_AGAIN,
    REASON_MISSING,
    TASK_CLOSED,
    TASK_DECIDED,
    UNKNOWN_DECISION,
)
from review.models import DONE, Correction, Decision, DecisionKind, ReviewTask, TaskStatus
from review.selectors.tasks import task_get_for
from review.services.blind import blind_compare, check_compared, hide, is_drawn, reveal
from review.services.deadlines import deadline_set
from review.services.duplicates import corrected_one, corrected_withdraw
from review.services.empty_cells import value_to_correct
from review.services.examining import examined_now
from review.services.own_desk import desk_forget, undo_note
from review.services.second_eyes import (
    FIRST,
    approvers_of,
    check_other_person,
    opinion_keep,
    opinions_forget,
    second_compare,
)

CLAIM_MINUTES = 3  # the desk renews each minute while somebody is there


@transaction.atomic(savepoint=False)
def review_task_open(sub_document_id: UUID, *, reasons: Sequence[Reason] | None = None) -> ReviewTask:
    """Puts a sub-document into the queue, for its own reasons unless others are given; gives the task that is already open
    where there is one.

    The more reasons, failed checks among them, the earlier it comes.
    """
    sub_document = SubDocument.objects.select_for_update(of=("self",), no_key=True).get(id=sub_document_id)
    urgency = len(sub_document.all_reasons if reasons is None else reasons)
    reasons = list(sub_document.reasons if reasons is None else reasons)
    existing = ReviewTask.objects.filter(sub_document=sub_document).exclude(status__in=DONE).first()
    if sub_document.status != SubDocumentStatus.IN_REVIEW:
        check_transition(SUB_DOCUMENT_TRANSITIONS, SubDocumentStatus(sub_document.status), SubDocumentStatus.IN_REVIEW)
        sub_document.status = SubDocumentStatus.IN_REVIEW
        sub_document.save(update_fields=["status"])
    if existing:
        existing.reasons, existing.amount = reasons, amount_of(sub_document)
        opinions_forget(existing)
        deadline_set(existing)
        existing.save(update_fields=["reasons", "amount", "due_at", "due_because", "stage"])
        return existing
    task = ReviewTask(
        organization_id=sub_document.organization_id,
        sub_document=sub_document,
        team_id=sub_document.team_id,
        reasons=reasons,
        priority=max(0, 100 - 10 * urgency),
        amount=amount_of(sub_document),
        is_blind=is_drawn(sub_document),
    )
    deadline_set(task)
    task.save(force_insert=True)
    if task.is_blind:
        hide(sub_document)
    return task


def review_tasks_close(document_id: UUID) -> None:
    """Takes the undecided tasks of a cancelled document off the queue and off desks; corrections made so far stay."""
    tasks = ReviewTask.objects.filter(sub_document__document_id=document_id).exclude(status__in=DONE)
    desk_forget(tasks.values_list("id", flat=True))
    tasks.update(status=TaskStatus.CLOSED, claimed_by=None, claimed_until=None)
    SubDocument.objects.filter(document_id=document_id, is_blind=True).update(is_blind=False)


def task_open(access: Access, task_id: UUID) -> ReviewTask:
    """The task, for a person who may see its document and all of its values; noted as viewed."""
    task = task_get_for(access, task_id)
    check_shown_whole(access, task.sub_document.document)
    documents_seen(access, [task.sub_document.document_id])
    return task


@transaction.atomic
def task_claim(access: Access, task_id: UUID) -> ReviewTask:
    """Takes a task onto one's desk, or keeps it there (also the heartbeat). Raises Conflict while somebody holds it."""
    task = task_locked(access, task_id)
    if task.status == TaskStatus.DECIDED:
        raise Conflict(TASK_DECIDED(), code="already_decided")
    if task.status == TaskStatus.CLOSED or task.sub_document.status == SubDocumentStatus.CANCELLED:
        raise Conflict(TASK_CLOSED(), code="task_closed")
    holder = task.holder
    if holder and holder.id != access.user_id:
        raise Conflict(CLAIMED_BY_OTHER(holder=holder), code="claimed_by_other")
    check_other_person(access, task)
    task.status, task.claimed_by_id = TaskStatus.CLAIMED, access.user_id
    task.claimed_until = timezone.now() + timedelta(minutes=CLAIM_MINUTES)
    task.save(update_fields=["status", "claimed_by", "claimed_until"])
    return task


@transaction.atomic
def task_release(access: Access, task_id: UUID, *, held_until: datetime | None = None) -> None:
    """Puts a task back into the queue; what was corrected stays. With `held_until` only while its lease ends then: a page
    that is left does not take it from the one that was opened after it."""
    task = task_locked(access, task_id)
    if held_until and task.claimed_until != held_until:
        return
    if task.status == TaskStatus.CLAIMED and task.claimed_by_id == access.user_id:
        task.put_back()
        task.save(update_fields=["status", "claimed_by", "claimed_until"])


@dataclass(frozen=True)
class Corrected:
    """A value as it stands after a correction, and what that did to the checks.

    `task` has its sub-document with all checks as they are now. `changed` are the other values of which failed checks say
    something else than before.
    """

    value: FieldValue
    changed: tuple[FieldValue, ...]
    task: ReviewTask


@transaction.atomic
def field_value_correct(
    access: Access,
    task_id: UUID,
    field_value_id: UUID,
    *,
    text: str,
    place: Provenance | None = None,
    is_absent: bool = False,
    is_illegible: bool = False,
) -> Corrected:
    """Sets one value, as typed by a person or taken from words at `place`; the old one is kept as a correction.

    The text is read as the field's type in the schema's locale; raises InvalidInput where it cannot be. Setting the
    value it has confirms it; an empty text clears it, and with `is_absent` says that the document does not state it,
    with `is_illegible` that nobody can read it there. All checks of the sub-document are computed again.
    """
    if (is_absent or is_illegible) and text.strip():
        raise InvalidInput(ABSENT_WITH_TEXT(), code="absent_with_text")
    task = held_task(access, task_id)
    field_value = value_to_correct(task.sub_document, field_value_id)
    before = value_snapshot(field_value)
    value = _normalized(field_value, text, task)
    assert access.user_id is not None
    absence = ILLEGIBLE if is_illegible else BY_A_PERSON if is_absent else None
    raw_text = text.strip()
    old = field_value_write(
        field_value, value=value, raw_text=raw_text, user_id=access.user_id, place=place, absence=absence
    )
    undo_note(access, task, field_value, before)
    is_cleared = value is None and old["raw_text"] != ""
    if old["value"] != value or is_cleared or (absence and old["absence"] != field_value.absence):
        new = {"value": value, "raw_text": raw_text, "absence": field_value.absence}
        correction_keep(access, task, field_value, old, new)
    return rechecked(task, field_value)


def correction_keep(
    access: Access, task: ReviewTask, field_value: FieldValue, old: dict[str, object], new: dict[str, object]
) -> None:
    """Keeps what a value was and what it became, and notes in the audit trail that it changed."""
    Correction.objects.create(
        organization_id=task.organization_id,
        task=task,
        field_value=field_value,
        corrected_by_id=access.user_id,
        old=old,
        new=new,
    )
    audit_record(
        access,
        "field_value_corrected",
        object_kind="field_value",
        object_id=field_value.id,
        details={"field": field_value.name},
    )


def rechecked(task: ReviewTask, field_value: FieldValue) -> Corrected:
    """Computes all checks of the sub-document again, after a change of the value."""
    sub_document = task.sub_document
    is_field = field_value.table_row_id is None
    if is_field and field_value.type == FieldType.AMOUNT:  # its place in the queue depends on it
        task.amount = amount_of(sub_document)
        task.save(update_fields=["amount"])
    if is_field and field_value.type == FieldType.DATE:  # so does its deadline
        deadline_set(task)
        task.save(update_fields=["due_at", "due_because"])
    checked = sub_document_check(sub_document)
    field_value.sub_document = sub_document
    changed = tuple(value for value in checked.changed if value.id != field_value.id)
    return Corrected(field_value, changed, task)


def _normalized(field_value: FieldValue, text: str, task: ReviewTask) -> str | None:
    if not text.strip():
        return None
    version = task.sub_document.schema_version
    schema = version.spec if version else None
    found = field_value.spec_in(schema)
    spec = found or FieldSpec(field_value.name, FieldType(field_value.type), field_value.name)
    value = normalize_value(spec, text.strip(), schema.locale if schema else "en_US")
    if value is not None:
        return value
    rules = field_type(spec.type)
    if rules.has_choices:
        raise InvalidInput(NOT_A_CHOICE(text=text.strip(), choices=", ".join(spec.choices)), code="not_of_type")
    raise InvalidInput(NOT_OF_TYPE(text=text.strip(), kind=rules.with_article), code="not_of_type")


@transaction.atomic
def task_compare(access: Access, task_id: UUID) -> list[FieldValue]:
    """Ends the blind entry of a task of the blind sample: see `blind_compare`. Conflict where somebody else holds it."""
    task = held_task(access, task_id)
    return second_compare(access, task) if task.stage > FIRST else blind_compare(access, task)


@transaction.atomic
def review_task_decide(
    access: Access, task_id: UUID, *, decision: str, reason: str = "", override: OverrideReason | None = None
) -> Decision | None:
    """Approves or rejects what is on the desk, or files it as none of our types, and lets the run go on.

    Rejecting needs a reason. Approving while checks fail needs an `override`, which is kept with the decision, with the
    approved version and in the audit trail; without failed checks it is ignored. What is filed is kept like what is
    rejected: it stays in search and downloads, and nothing of it is delivered. None where a rule asks for another person too:
    then this is the first of two decisions (`second_eyes`). Raises FailedChecks where the override is
    missing, Conflict where the task is decided or held by somebody else.
    """
    found = task_get_for(access, task_id, Permission.REVIEW_DOCUMENTS).sub_document
    corrected = corrected_one(found, override)
    documents_lock([found.document_id, *([corrected.document_id] if corrected else [])])
    step_runs_lock(found.document_id, unit_id=found.id)
    task = held_task(access, task_id)
    kind = _decision_kind(decision)
    reason = reason.strip()
    if kind is DecisionKind.REJECT and not reason:
        raise InvalidInput(REASON_MISSING(), code="reason_missing")
    if kind is DecisionKind.APPROVE:
        check_compared(task)
    if opinion_keep(access, task, kind, reason=reason, override=override):
        desk_forget([task.id])
        return None
    reveal(task.sub_document)
    task.status, task.decided_at, task.claimed_by, task.claimed_until = TaskStatus.DECIDED, timezone.now(), None, None
    task.save(update_fields=["status", "decided_at", "claimed_by", "claimed_until"])
    desk_forget([task.id])
    overrides: tuple[Override, ...] = ()
    examined = examined_now(task, is_approved=kind is DecisionKind.APPROVE)
    if kind is DecisionKind.APPROVE:
        overrides = _approve(access, task, override)
        if corrected:
            corrected_withdraw(access, corrected)
    else:
        if kind is DecisionKind.NONE_OF_OURS:
            type_clear(task.sub_document)
        decision_note(task.sub_document_id, kind.value)
        _reject(access, task, reason)
    made = Decision.objects.create(
        organization_id=task.organization_id,
        task=task,
        kind=kind,
        reason=reason,
        overrides=[one.to_dict() for one in overrides],
        examination=examined.examination,
        decided_by_id=access.user_id,
    )
    examined.keep(access)
    document_wake(task.organization_id, task.sub_document.document_id)
    audit_record(
        access,
        f"review_{kind.value}",
        object_kind="sub_document",
        object_id=task.sub_document_id,
        details={"reason": reason} | _audited(overrides),
    )
    return made


def _approve(access: Access, task: ReviewTask, override: OverrideReason | None) -> tuple[Override, ...]:
    version = sub_document_approve(
        task.sub_document_id,
        approved_by_id=access.user_id,
        approver_name=approvers_of(access, task),
        override=override,
    )
    return version.approved.overrides


def _audited(overrides: Sequence[Override]) -> dict[str, object]:
    """Without the messages: they repeat values, and the audit trail never holds the content of a document."""
    if not overrides:
        return {}
    checks = [f"{one.check}: {', '.join(one.fields)}" for one in overrides]
    return {"overridden_checks": checks, "override_code": overrides[0].code, "override_text": overrides[0].text}


def _decision_kind(decision: str) -> DecisionKind:
    try:
        return DecisionKind(decision)
    except ValueError:
        raise InvalidInput(UNKNOWN_DECISION(), code="unknown_decision") from None


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


def held_task(access: Access, task_id: UUID) -> ReviewTask:
    """The task, claimed for the asker, and its sub-document, both under lock and read since.

    The sub-document is locked first: the order of `documents/services/locks.py`.
    """
    sub_document_id = task_get_for(access, task_id, Permission.REVIEW_DOCUMENTS).sub_document_id
    SubDocument.objects.select_for_update(of=("self",), no_key=True).filter(id=sub_document_id).first()
    task = task_claim(access, task_id)
    if task.sub_document.status == SubDocumentStatus.PROCESSING:
        raise Conflict(READ_AGAIN(), code="being_processed")
    return task


def task_locked(access: Access, task_id: UUID) -> ReviewTask:
    task = task_get_for(access, task_id, Permission.REVIEW_DOCUMENTS)
    ReviewTask.objects.select_for_update(of=("self",), no_key=True).get(id=task.id)
    task.refresh_from_db(fields=["status", "claimed_by", "claimed_until", "stage"])
    return task
