"""What people told each other: comments on a task, notifications of a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from accounts.access import Access
from accounts.domain.roles import Permission
from accounts.models import User
from review.models import Notification, Opinion, ReviewTask, TaskComment
from review.selectors.people import reviewers_of

SHOWN = 100


@dataclass(frozen=True)
class TaskTalk:
    """What was said on a document, under all of its tasks; whom the asker can ask; whether they can answer, and whom for."""

    comments: list[TaskComment]
    colleagues: list[User]
    may_answer: bool
    waits_for: User | None
    uploader: User | None


def task_talk(access: Access, task: ReviewTask) -> TaskTalk:
    """Of a task that was read through its door."""
    comments = TaskComment.objects.filter(task__sub_document_id=task.sub_document_id)
    can_review = access.can(
        Permission.REVIEW_DOCUMENTS,
        team_id=task.team_id,
        batch_id=task.sub_document.document.batch_id,
        document_id=task.sub_document.document_id,
    )
    colleagues = reviewers_of(task.organization_id, [task.team_id]).exclude(id=access.user_id) if can_review else []  # type: ignore[misc]
    is_asked = task.waits_for_id is not None
    may_answer = is_asked and (
        task.waits_for_id == access.user_id or access.can(Permission.MANAGE_BATCHES, team_id=task.team_id)
    )
    uploader = task.sub_document.document.batch.submitted_by if can_review else None
    return TaskTalk(
        comments=list(comments.select_related("author", "to")),
        colleagues=list(colleagues),
        may_answer=may_answer,
        waits_for=task.waits_for if is_asked else None,
        uploader=uploader if uploader and uploader.id != access.user_id else None,
    )


def second_view(task: ReviewTask) -> dict[str, Any] | None:
    """Of a task that waits for a second or third person: its stage, and who decided before; else None."""
    if task.stage == 1:
        return None
    opinions = Opinion.objects.filter(task=task).select_related("user")
    return {"stage": task.stage, "names": ", ".join(str(one.user) for one in opinions if one.user)}


def notification_list(access: Access) -> QuerySet[Notification]:
    """The asker's own, the newest first."""
    own = Notification.objects.filter(organization_id=access.required_organization_id, user_id=access.user_id)  # type: ignore[misc]
    return own.order_by("-created_at")[:SHOWN]


def unread_count(access: Access) -> int:
    """Of the asker's own, for the navigation."""
    if access.organization_id is None:
        return 0
    own = Notification.objects.filter(organization_id=access.organization_id, user_id=access.user_id)  # type: ignore[misc]
    return own.filter(read_at__isnull=True).count()
