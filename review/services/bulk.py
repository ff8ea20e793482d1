"""Many documents at once: approving equal cases after a look at all of them, and giving many the same type.

What is approved is exactly what the preview showed: each row carries a digest of its values, and a row that changed since is
left out and named.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from accounts.access import Access
from accounts.domain.roles import Permission
from documents.domain.statuses import SubDocumentStatus
from documents.models import FieldValue
from documents.services.locks import documents_lock, step_runs_lock
from idp_project.core.errors import Forbidden, IdpError, InvalidInput
from idp_project.core.reasons import Reason
from review.domain.refusals import (
    BLIND_NOT_IN_BULK,
    CHANGED_SINCE_SHOWN,
    CHECKS_NOT_IN_BULK,
    HELD_NOT_IN_BULK,
    NO_TASK_CHOSEN,
    NOT_EQUAL,
    READ_AGAIN,
    SECOND_NOT_IN_BULK,
    TOO_MANY_CHOSEN,
    TYPE_NOT_IN_BULK,
    WAITS_NOT_IN_BULK,
)
from review.models import Decision, DecisionKind, Opinion, ReviewTask
from review.selectors.queue import tasks_chosen
from review.services.boundaries import sub_document_retype
from review.services.tasks import held_task, review_task_decide, task_claim

MOST_TASKS = 100


@dataclass(frozen=True)
class PreviewRow:
    """A document as it would be approved: its values by label, `digest` of them, and what speaks against it, if anything."""

    task: ReviewTask
    values: tuple[tuple[str, str], ...]
    digest: str
    against: Reason | None


@dataclass(frozen=True)
class Outcome:
    """What was done to how many, how many wait for a second person now, and why nothing was done to the others."""

    done: int
    refused: tuple[tuple[ReviewTask, str], ...]
    waiting: int = 0


def approval_preview(access: Access, task_ids: list[UUID]) -> list[PreviewRow]:
    """What would be approved at once: documents of one type without open questions; of the first one's type."""
    tasks = _chosen(access, task_ids)
    kinds = {task.id: _type_of(task) for task in tasks}
    wanted = next((kind for kind in kinds.values() if kind), None)
    return [_row(access, task, is_equal=kinds[task.id] == wanted) for task in tasks]


def tasks_approve(access: Access, seen: Mapping[UUID, str]) -> Outcome:
    """Approves each of these tasks as it was shown (task id to the digest of its row); counted as not examined.

    Each stands alone: what is refused leaves the others as they are. Where a rule asks for a second person this is the first
    of two decisions. Audited like every decision.
    """
    rows = approval_preview(access, list(seen))
    done, waiting, refused = 0, 0, []
    for row in sorted(rows, key=lambda one: str(one.task.sub_document.document_id)):  # the order of locks.py
        try:
            with transaction.atomic():
                made = _approve_as_shown(access, row, seen[row.task.id])
        except IdpError as error:
            refused.append((row.task, error.message))
        else:
            done, waiting = done + (made is not None), waiting + (made is None)
    return Outcome(done, tuple(refused), waiting)


def _approve_as_shown(access: Access, shown: PreviewRow, digest: str) -> Decision | None:
    """Looks again under the locks of a decision, so that nobody changes a value between this look and the approval."""
    sub_document = shown.task.sub_document
    if shown.against is None:
        documents_lock([sub_document.document_id])
        step_runs_lock(sub_document.document_id, unit_id=sub_document.id)
        task = held_task(access, shown.task.id)
        shown = _row(access, task, is_equal=_type_of(task) == _type_of(shown.task))
    against = shown.against or (CHANGED_SINCE_SHOWN() if shown.digest != digest else None)
    if against:
        raise InvalidInput(against)
    return review_task_decide(access, shown.task.id, decision=DecisionKind.APPROVE)


def tasks_retype(access: Access, task_ids: list[UUID], *, schema_id: UUID) -> Outcome:
    """Says of each that it is of this type; each is read again for it. Each stands alone."""
    done, refused = 0, []
    for task in sorted(_chosen(access, task_ids), key=lambda one: str(one.sub_document.document_id)):
        try:
            with transaction.atomic():
                task_claim(access, task.id)
                sub_document_retype(access, task.sub_document_id, schema_id=schema_id)
            done += 1
        except IdpError as error:
            refused.append((task, error.message))
    return Outcome(done, tuple(refused))


def _chosen(access: Access, task_ids: list[UUID]) -> list[ReviewTask]:
    if not task_ids:
        raise InvalidInput(NO_TASK_CHOSEN(), code="nothing_chosen")
    if len(task_ids) > MOST_TASKS:
        raise InvalidInput(TOO_MANY_CHOSEN(most=MOST_TASKS), code="too_many_chosen")
    tasks = tasks_chosen(access, task_ids, Permission.REVIEW_DOCUMENTS)
    if not tasks:
        raise Forbidden
    return tasks


def _type_of(task: ReviewTask) -> UUID | None:
    version = task.sub_document.schema_version
    return version.schema_id if version else None


def _row(access: Access, task: ReviewTask, *, is_equal: bool) -> PreviewRow:
    sub_document = task.sub_document
    values = [] if sub_document.is_blind else list(FieldValue.objects.filter(sub_document=sub_document))
    spec = sub_document.schema_version.shown_spec if sub_document.schema_version else None
    shown = []
    for value in values:
        found = value.spec_in(spec) if not value.table_row_id else None
        if found and not value.is_removed_item:
            shown.append((found.label, value.value or value.raw_text))
    state = sorted((str(value.id), value.value, value.raw_text, value.absence) for value in values)
    digest = hashlib.sha256(json.dumps(state, default=str).encode()).hexdigest()[:16]
    return PreviewRow(task, tuple(shown), digest, _against(access, task, is_equal=is_equal))


def _against(access: Access, task: ReviewTask, *, is_equal: bool) -> Reason | None:
    sub_document = task.sub_document
    holder = task.holder
    obstacles = (
        (sub_document.schema_version is None, TYPE_NOT_IN_BULK),
        (not is_equal, NOT_EQUAL),
        (sub_document.status == SubDocumentStatus.PROCESSING, READ_AGAIN),
        (Opinion.objects.filter(task=task, user_id=access.required_user_id).exists(), SECOND_NOT_IN_BULK),
        (sub_document.is_blind, BLIND_NOT_IN_BULK),
        (task.waits_for_id is not None, WAITS_NOT_IN_BULK),
        (holder is not None and holder.id != access.user_id, HELD_NOT_IN_BULK),
        (bool(sub_document.failed_checks), CHECKS_NOT_IN_BULK),
    )
    return next((said() for is_so, said in obstacles if is_so), None)
