"""Skipping: a task goes back to the queue, and to the end of the asker's own round."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.access import Access
from accounts.domain.roles import Permission
from idp_project.core.errors import Forbidden, NotFound
from review.models import DONE, TaskSkip
from review.selectors.tasks import SKIP_HOURS, task_get_for
from review.services.tasks import task_release


@transaction.atomic
def task_skip(access: Access, task_id: UUID) -> None:
    """Puts a task back and notes that the asker has skipped it: it comes after all that they have not skipped.

    Nothing where the task is decided or gone by now, or not theirs to review.
    """
    try:
        task = task_get_for(access, task_id, Permission.REVIEW_DOCUMENTS)
    except (NotFound, Forbidden):
        return
    if task.status in DONE or access.user_id is None:
        return
    task_release(access, task_id)
    now = timezone.now()
    TaskSkip.objects.filter(user_id=access.user_id, skipped_at__lt=now - timedelta(hours=SKIP_HOURS)).delete()
    skip = TaskSkip(organization_id=task.organization_id, task=task, user_id=access.user_id, skipped_at=now)
    TaskSkip.objects.bulk_create(
        [skip], update_conflicts=True, unique_fields=["task", "user"], update_fields=["skipped_at"]
    )
