"""Together: comments, a question to a colleague, a document back to its uploader, and the answer.

While a task waits for an answer it is offered to nobody; the answer brings it back to who asked.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from accounts.access import Access
from accounts.domain.roles import Permission
from accounts.selectors.access import memberships_in_force
from accounts.services.audit.trail import audit_record
from idp_project.core.errors import Conflict, Forbidden, InvalidInput
from idp_project.core.reasons import Sentence
from review.domain.notices import ANSWERED, ASKED, COMMENTED, RETURNED
from review.domain.refusals import NO_UPLOADER, NOBODY_ASKED, NOT_A_REVIEWER, TASK_DECIDED, TEXT_MISSING
from review.models import DONE, CommentKind, ReviewTask, TaskComment
from review.selectors.people import reviewers_of
from review.selectors.tasks import task_get_for
from review.services.comments import comment_add, notify
from review.services.tasks import task_claim


@transaction.atomic
def task_comment(access: Access, task_id: UUID, *, text: str) -> TaskComment:
    """Adds a note, by anyone who sees the document; those who wrote on it before, and who has it, are told."""
    task = task_get_for(access, task_id)
    comment = comment_add(access, task, CommentKind.NOTE, _checked(text))
    wrote = set(TaskComment.objects.filter(task=task).values_list("author_id", flat=True))
    for user_id in {*wrote, task.assigned_to_id, task.claimed_by_id} - {access.user_id, None}:
        _tell(task, user_id, COMMENTED, access, text)
    return comment


@transaction.atomic
def task_ask(access: Access, task_id: UUID, *, user_id: UUID, text: str) -> None:
    """Asks a person who may review the document, and puts it off the desk until they have answered."""
    task = task_claim(access, task_id)
    found = reviewers_of(task.organization_id, [task.team_id]).filter(id=user_id)
    if user_id == access.user_id or not found.exists():
        raise InvalidInput(NOT_A_REVIEWER(), code="not_a_reviewer")
    _wait(access, task, user_id, CommentKind.QUESTION, text)
    _tell(task, user_id, ASKED, access, text)
    _audit(access, task, "review_asked", user_id)


@transaction.atomic
def task_return(access: Access, task_id: UUID, *, text: str) -> None:
    """Sends the document back to who uploaded it, with what is wrong. Conflict where that person is unknown or gone."""
    task = task_claim(access, task_id)
    uploader_id = task.sub_document.document.batch.submitted_by_id
    if uploader_id is None or not _is_here(uploader_id, task.organization_id):
        raise Conflict(NO_UPLOADER(), code="no_uploader")
    _wait(access, task, uploader_id, CommentKind.RETURNED, text)
    _tell(task, uploader_id, RETURNED, access, text)
    _audit(access, task, "review_return", uploader_id)


@transaction.atomic
def task_answer(access: Access, task_id: UUID, *, text: str) -> None:
    """The answer of the person who was asked (or of a manager in their place): the task goes back to who asked."""
    task = _locked(task_get_for(access, task_id))
    if task.waits_for_id != access.user_id and not access.can(Permission.MANAGE_BATCHES, team_id=task.team_id):
        raise Forbidden
    if task.waits_for_id is None:
        raise Conflict(NOBODY_ASKED(), code="nobody_asked")
    asker_id = task.asked_by_id
    comment_add(access, task, CommentKind.ANSWER, _checked(text), to_id=asker_id)
    task.waits_for_id, task.asked_by_id, task.assigned_to_id = None, None, asker_id
    task.save(update_fields=["waits_for", "asked_by", "assigned_to"])
    if asker_id != access.user_id:
        _tell(task, asker_id, ANSWERED, access, text)
    _audit(access, task, "review_answered", asker_id)


def _is_here(user_id: UUID, organization_id: UUID) -> bool:
    return memberships_in_force(user_id).filter(organization_id=organization_id, user__is_active=True).exists()


def _wait(access: Access, task: ReviewTask, user_id: UUID, kind: CommentKind, text: str) -> None:
    comment_add(access, task, kind, _checked(text), to_id=user_id)
    task.waits_for_id, task.asked_by_id = user_id, access.user_id
    task.put_back()
    task.save(update_fields=["waits_for", "asked_by", "status", "claimed_by", "claimed_until"])


def _locked(task: ReviewTask) -> ReviewTask:
    ReviewTask.objects.select_for_update(of=("self",), no_key=True).get(id=task.id)
    task.refresh_from_db(fields=["status", "waits_for", "asked_by", "assigned_to"])
    if task.status in DONE:
        raise Conflict(TASK_DECIDED(), code="already_decided")
    return task


def _checked(text: str) -> str:
    if not text.strip():
        raise InvalidInput(TEXT_MISSING(), code="text_missing")
    return text


def _tell(task: ReviewTask, user_id: UUID | None, notice: Sentence, access: Access, text: str) -> None:
    file = task.sub_document.document.source_file.name
    reason = notice(by=access.display_name, file=file, text=text.strip()[:300])
    notify(user_id, reason, organization_id=task.organization_id, task=task)


def _audit(access: Access, task: ReviewTask, action: str, user_id: UUID | None) -> None:
    audit_record(
        access,
        action,
        object_kind="sub_document",
        object_id=task.sub_document_id,
        details={"to": str(user_id) if user_id else None},
    )
