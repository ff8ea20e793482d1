"""The review queue and the doors to its tasks."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils import timezone

from accounts.access import Access
from accounts.domain.roles import Permission
from documents.domain.statuses import SubDocumentStatus
from documents.policies import check_can
from idp_project.core.errors import NotFound
from review.models import UNDECIDED, Decision, ReviewTask, TaskStatus
from review.policies import tasks_visible_to, tasks_with


def task_list(access: Access, *, status: str = "") -> QuerySet[ReviewTask]:
    """Visible tasks: the asker's own first, then by priority, deadline and age. `status` "" means all undecided."""
    tasks = _with_details(tasks_visible_to(access))
    tasks = tasks.filter(status=status) if status else tasks.filter(_undecided())
    mine = Case(When(claimed_by_id=access.user_id, then=Value(0)), default=Value(1), output_field=IntegerField())
    return tasks.annotate(mine=mine).order_by("mine", "priority", "due_at", "created_at")


def open_task_count(access: Access) -> int:
    """Tasks the asker could work on now, for the navigation."""
    if not access.can(Permission.REVIEW_DOCUMENTS):
        return 0
    return tasks_visible_to(access).filter(_free_for(access)).count()


def task_get_for(access: Access, task_id: UUID, permission: Permission = Permission.VIEW_DOCUMENTS) -> ReviewTask:
    """The task, if the asker may see its document; Forbidden where they may, but lack `permission`."""
    task = _with_details(tasks_visible_to(access)).filter(id=task_id).first()
    if task is None:
        raise NotFound
    document = task.sub_document.document
    check_can(access, permission, team_id=task.team_id, batch_id=document.batch_id, document_id=document.id)
    return task


def task_next_for(access: Access, *, after: UUID | None = None) -> ReviewTask | None:
    """The next-best free task in which the asker may review; `after` is left out (the one just skipped)."""
    reviewable = tasks_with(access, Permission.REVIEW_DOCUMENTS)
    tasks = tasks_visible_to(access).filter(reviewable & _free_for(access))
    if after:
        tasks = tasks.exclude(id=after)
    return tasks.order_by("priority", "due_at", "created_at").first()


def task_of_document(access: Access, document_id: UUID) -> ReviewTask | None:
    """The first undecided task of a document."""
    return task_list(access).filter(sub_document__document_id=document_id).first()


def decision_of(sub_document_id: UUID) -> Decision | None:
    """The newest decision on a sub-document, for the pipeline."""
    decisions = Decision.objects.filter(task__sub_document_id=sub_document_id)
    return decisions.select_related("decided_by").order_by("-created_at").first()


def _free_for(access: Access) -> Q:
    """Not while its pages are being read again."""
    mine = Q(claimed_by_id=access.user_id)
    ready = _undecided() & ~Q(sub_document__status=SubDocumentStatus.PROCESSING)
    return ready & (Q(status=TaskStatus.OPEN) | mine | Q(claimed_until__lt=timezone.now()))


def _undecided() -> Q:
    """Also not those whose batch was just cancelled: they are closed in a moment."""
    return Q(status__in=UNDECIDED) & ~Q(sub_document__status=SubDocumentStatus.CANCELLED)


def _with_details(tasks: QuerySet[ReviewTask]) -> QuerySet[ReviewTask]:
    """In few queries of few tables each: planning one of all nine tables takes longer than running it."""
    tasks = tasks.select_related("sub_document__document__source_file", "sub_document__document__batch")
    return tasks.prefetch_related("team", "claimed_by", "sub_document__schema_version__schema")
