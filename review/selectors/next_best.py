"""Which task a person gets next: theirs first, then what presses and what they know, then by priority, deadline and value."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import TruncHour
from django.utils import timezone

from accounts.access import Access
from accounts.domain.roles import Permission
from idp_project.core.leases import is_running
from review.models import UNDECIDED, ReviewTask, TaskSkip
from review.policies import tasks_visible_to, tasks_with
from review.selectors.people import away_today, is_for, profile_of
from review.selectors.tasks import SKIP_HOURS, free_for

PRESSING = timedelta(hours=4)  # this long before its deadline a task comes before more important ones


def task_next_for(access: Access, *, after: UUID | None = None, takes: bool = False) -> ReviewTask | None:
    """The next-best free task in which the asker may review; `after` is left out (the one just skipped).

    First what was given to them, then what is late or due soon, of the types they know before others, then by priority,
    deadline (to the hour), value and age. What they skipped in the last hours comes last, the oldest skip first: a round
    shows every task once before it shows one again, also those that they hold and left without skipping. Those come after
    what nobody holds. `takes`: the row is locked, and what somebody else is taking at this moment is passed over.
    """
    tasks = offered_to(access)
    if after:
        tasks = tasks.exclude(id=after)
    if takes:
        tasks = tasks.select_for_update(skip_locked=True, of=("self",), no_key=True)
    skipped = skipped_task_ids(access)
    fresh = _by_rank(tasks.exclude(id__in=skipped), access)
    elsewhere = Q(is_running("claimed_until"), claimed_by_id=access.user_id)
    return (
        fresh.exclude(elsewhere).first()
        or fresh.first()
        or _skipped_first(tasks.exclude(elsewhere), access)
        or _skipped_first(tasks, access)
    )


def offered_to(access: Access) -> QuerySet[ReviewTask]:
    """Free tasks that the asker may take and that are not given to somebody else, nor wait for an answer."""
    tasks = tasks_visible_to(access).filter(tasks_with(access, Permission.REVIEW_DOCUMENTS) & free_for(access))
    away = away_today(access.required_organization_id)
    return tasks.filter(is_for(access.user_id, away), waits_for__isnull=True)


def open_task_count(access: Access) -> int:
    """Tasks the asker could take now, for the navigation."""
    return offered_to(access).count() if access.can(Permission.REVIEW_DOCUMENTS) else 0


def _by_rank(tasks: QuerySet[ReviewTask], access: Access) -> QuerySet[ReviewTask]:
    presses = Q(due_at__lt=timezone.now() + PRESSING)
    known = profile_of(access).known_types if access.user_id else []
    knows = Q(sub_document__schema_version__schema_id__in=known) if known else Q(id__isnull=False)
    ranks = (Q(assigned_to_id=access.user_id), presses & knows, knows, presses)
    rank = Case(
        *(When(condition, then=Value(place)) for place, condition in enumerate(ranks)),
        default=Value(len(ranks)),
        output_field=IntegerField(),
    )
    return tasks.annotate(rank=rank, due_hour=TruncHour("due_at")).order_by(
        "rank",
        "priority",
        F("due_hour").asc(nulls_last=True),
        F("amount").desc(nulls_last=True),
        "due_at",
        "created_at",
    )


def _skipped_first(tasks: QuerySet[ReviewTask], access: Access) -> ReviewTask | None:
    """Of what the asker has skipped in the last hours, the oldest skip."""
    if access.user_id is None:
        return None
    skipped = tasks.filter(skips__user_id=access.user_id, skips__skipped_at__gt=_skips_count_since())
    return skipped.order_by("skips__skipped_at").first()


def _skips_count_since() -> datetime:
    return timezone.now() - timedelta(hours=SKIP_HOURS)


def skipped_task_ids(access: Access) -> list[UUID]:
    """Undecided tasks that the asker has skipped in the last `SKIP_HOURS`, the oldest skip first; an older skip is forgotten."""
    if access.user_id is None:
        return []
    skips = TaskSkip.objects.filter(
        user_id=access.user_id, skipped_at__gt=_skips_count_since(), task__status__in=UNDECIDED
    )
    return list(skips.order_by("skipped_at").values_list("task_id", flat=True))
