"""Giving tasks to somebody, or back to everybody, one or many at once; and the queue under a person's own names."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from accounts.access import Access
from accounts.domain.roles import Permission
from accounts.services.audit.trail import audit_record
from idp_project.core.errors import Forbidden, InvalidInput
from review.domain.notices import GIVEN_ONE, GIVEN_SOME
from review.domain.refusals import NO_TASK_CHOSEN, NOT_A_REVIEWER, TOO_MANY_CHOSEN, VIEW_NAME_MISSING
from review.models import DONE, CommentKind, ReviewTask, SavedView, TaskStatus
from review.selectors.people import reviewers_of
from review.selectors.queue import tasks_chosen
from review.services.comments import comment_add, notify

MOST_TASKS = 200
MOST_VIEWS = 30


@transaction.atomic
def tasks_assign(access: Access, task_ids: list[UUID], *, user_id: UUID | None, note: str = "") -> int:
    """Gives undecided tasks to a person, or with None back to everybody; returns their number. For managers of their teams.

    Who held one loses it without being told; the person is told once. InvalidInput where they may not
    review in a task's team, Forbidden where the asker manages none of the tasks' teams. Audited, one entry a task.
    """
    if not task_ids:
        raise InvalidInput(NO_TASK_CHOSEN(), code="nothing_chosen")
    if len(task_ids) > MOST_TASKS:
        raise InvalidInput(TOO_MANY_CHOSEN(most=MOST_TASKS), code="too_many_chosen")
    tasks = tasks_chosen(access, task_ids, Permission.MANAGE_BATCHES)
    if not tasks:
        raise Forbidden
    team_ids = {task.team_id for task in tasks}
    if user_id and not reviewers_of(access.required_organization_id, team_ids).filter(id=user_id).exists():
        raise InvalidInput(NOT_A_REVIEWER(), code="not_a_reviewer")
    ids = [task.id for task in tasks]
    locked = ReviewTask.objects.select_for_update(of=("self",), no_key=True).filter(id__in=ids).exclude(status__in=DONE)
    given = list(locked.order_by("id"))
    for task in given:
        _give(access, task, user_id, note)
    if user_id and user_id != access.user_id and given:
        first = next(task for task in tasks if task.id == given[0].id)
        file = first.sub_document.document.source_file.name
        said = GIVEN_SOME(by=access.display_name, count=len(given)) if len(given) > 1 else None
        notify(
            user_id,
            said or GIVEN_ONE(by=access.display_name, file=file),
            organization_id=access.required_organization_id,
            task=first,
        )
    return len(given)


def _give(access: Access, task: ReviewTask, user_id: UUID | None, note: str) -> None:
    before = task.assigned_to_id
    task.assigned_to_id, task.waits_for_id, task.asked_by_id = user_id, None, None
    if task.status == TaskStatus.CLAIMED and task.claimed_by_id != user_id:
        task.put_back()
    task.save(update_fields=["assigned_to", "waits_for", "asked_by", "status", "claimed_by", "claimed_until"])
    if note.strip():
        comment_add(access, task, CommentKind.ASSIGNED, note, to_id=user_id)
    audit_record(
        access,
        "review_assigned",
        object_kind="sub_document",
        object_id=task.sub_document_id,
        details={"from": str(before) if before else None, "to": str(user_id) if user_id else None},
    )


@transaction.atomic
def view_save(access: Access, *, name: str, filters: Mapping[str, str]) -> SavedView:
    """Keeps the filters under a name of the asker's own; the same name again replaces it."""
    name = name.strip()[:60]
    if not name:
        raise InvalidInput(VIEW_NAME_MISSING(), code="name_missing")
    own = {"organization_id": access.required_organization_id, "user_id": access.required_user_id}
    if SavedView.objects.filter(**own).exclude(name=name).count() >= MOST_VIEWS:
        SavedView.objects.filter(**own).exclude(name=name).earliest("created_at").delete()
    view, _ = SavedView.objects.update_or_create(**own, name=name, defaults={"filters": dict(filters)})  # type: ignore[arg-type]
    return view


@transaction.atomic
def view_delete(access: Access, view_id: UUID) -> None:
    """One of the asker's own; idempotent."""
    own = {"organization_id": access.required_organization_id, "user_id": access.required_user_id}
    SavedView.objects.filter(**own, id=view_id).delete()
