"""The queue as people look at it: filters, ageing, how much is done and left. No figure is about another person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from accounts.access import Access
from accounts.domain.roles import Permission
from accounts.models import Team
from documents.domain.reason_groups import CODES, ReasonGroup
from documents.domain.values import CheckOutcome
from documents.models import FieldValue
from documents.selectors.doors import schema_list
from idp_project.core.leases import is_running
from idp_project.core.translation import gettext_noop
from review.models import Decision, ReviewTask, SavedView, TaskStatus
from review.policies import tasks_visible_to
from review.selectors.next_best import offered_to
from review.selectors.tasks import task_list, tasks_with_details, undecided

WHOSE = ("mine", "free", "held", "asked")
UNKNOWN_TYPE = "unknown"
AGES = (  # from how many days on
    (gettext_noop("today"), 0),
    (gettext_noop("1 day"), 1),
    (gettext_noop("2–3 days"), 2),
    (gettext_noop("4–7 days"), 4),
    (gettext_noop("longer"), 8),
)


@dataclass(frozen=True)
class QueueFilter:
    """Narrows the queue; what is empty does not. `type` is a schema's id or UNKNOWN_TYPE, `whose` one of WHOSE."""

    type: str = ""
    team_id: UUID | None = None
    reason: str = ""
    whose: str = ""
    is_late: bool = False
    text: str = ""

    @property
    def is_empty(self) -> bool:
        return self == QueueFilter()

    def as_query(self) -> dict[str, str]:
        """As the form of the queue names them."""
        found = {name: str(value) for name, value in asdict(self).items() if value}
        names = {"team_id": "team", "is_late": "late"}
        return {names.get(name, name): "1" if name == "is_late" else value for name, value in found.items()}


@dataclass(frozen=True)
class QueueFigures:
    """`done_today` are the asker's own decisions, `left` what they could take now, `late` what of that is past its
    deadline; `ages` what waits, by how long."""

    done_today: int
    left: int
    late: int
    ages: tuple[tuple[str, int], ...]


def queue_list(access: Access, wanted: QueueFilter, *, first: int) -> QuerySet[ReviewTask]:
    """The first undecided tasks that fit; the asker's own first, then the most urgent."""
    if wanted.is_empty:
        return task_list(access, first=first)
    return task_list(access).filter(_fits(access, wanted))[:first]


def _fits(access: Access, wanted: QueueFilter) -> Q:
    fits = Q()
    if wanted.type == UNKNOWN_TYPE:
        fits &= Q(sub_document__schema_version__isnull=True)
    elif wanted.type:
        fits &= Q(sub_document__schema_version__schema_id=wanted.type)
    if wanted.team_id:
        fits &= Q(team_id=wanted.team_id)
    if wanted.reason:
        fits &= _has_reason(ReasonGroup(wanted.reason))
    if wanted.is_late:
        fits &= Q(due_at__lt=timezone.now())
    if wanted.text:
        fits &= Q(sub_document__document__source_file__name__icontains=wanted.text)
    return fits & _whose(access, wanted.whose) if wanted.whose else fits


def _whose(access: Access, whose: str) -> Q:
    held = Q(is_running("claimed_until"), status=TaskStatus.CLAIMED)
    if whose == "held":
        return held
    if whose == "mine":
        mine = Q(assigned_to_id=access.user_id) | Q(waits_for_id=access.user_id)
        return mine | (held & Q(claimed_by_id=access.user_id))
    if whose == "asked":
        return Q(waits_for__isnull=False)
    return ~held & Q(assigned_to__isnull=True, waits_for__isnull=True)


def _has_reason(group: ReasonGroup) -> Q:
    """Among the reasons of the task, the checks that fail now and the doubts about single values. A blind sample has only the
    reason that is shown of it, that of a rule: others tell what the machine read."""
    if group is ReasonGroup.RULE:
        return Q(sub_document__is_blind=True) | _among_stored(CODES[group])
    shown = Q(sub_document__is_blind=False)
    if group is ReasonGroup.OTHER:
        known = _any_of("reasons", (code for codes in CODES.values() for code in codes))
        return shown & ~known & ~Q(reasons=[])
    found = _among_stored(CODES[group])
    if group is ReasonGroup.TYPE:
        found |= Q(sub_document__schema_version__isnull=True)
    if group in (ReasonGroup.UNSURE, ReasonGroup.AMBIGUOUS):
        doubted = FieldValue.objects.filter(_any_of("reasons", CODES[group]), is_confirmed=False)
        found |= Q(sub_document__in=doubted.values("sub_document_id"))
    return shown & found


def _among_stored(codes: Iterable[str]) -> Q:
    codes = sorted(codes)
    failed = Q()
    for code in codes:
        outcome = [{"outcome": CheckOutcome.FAILED.value, "reason": {"code": code}}]
        failed |= Q(sub_document__checks__contains=outcome)
    return _any_of("reasons", codes) | failed


def _any_of(column: str, codes: Iterable[str]) -> Q:
    found = Q()
    for code in sorted(codes):
        found |= Q(**{f"{column}__contains": [{"code": code}]})
    return found


def queue_figures(access: Access) -> QueueFigures:
    """Of the asker and of what they may see; nobody else's work is counted."""
    mine = Decision.objects.filter(organization_id=access.required_organization_id, decided_by_id=access.user_id)
    done = mine.filter(created_at__gte=day_begins()).count() if access.user_id else 0
    if not access.can(Permission.REVIEW_DOCUMENTS):
        return QueueFigures(done, 0, 0, ())
    tasks = offered_to(access)
    now = timezone.now()
    bounds = [*(days for _, days in AGES[1:]), None]
    counts: dict[str, Any] = {"left": Count("id"), "late": Count("id", filter=Q(due_at__lt=now))}
    for number, days in enumerate(bounds):
        older = Q(created_at__lte=now - timedelta(days=AGES[number][1])) if number else Q()
        younger = Q(created_at__gt=now - timedelta(days=days)) if days else Q()
        counts[f"age{number}"] = Count("id", filter=older & younger) if older or younger else Count("id")
    found = tasks.order_by().aggregate(**counts)
    ages = tuple((name, found[f"age{number}"]) for number, (name, _) in enumerate(AGES))
    return QueueFigures(done, found["left"], found["late"], ages)


def day_begins() -> datetime:
    """Midnight of today, where the reader is."""
    return timezone.make_aware(datetime.combine(timezone.localdate(), time.min))


def queue_choices(access: Access) -> tuple[list[tuple[UUID, str]], list[tuple[UUID, str]]]:
    """(types, teams) to choose from, by name."""
    types = schema_list(access).order_by("name").values_list("id", "name")
    teams = Team.objects.filter(organization_id=access.required_organization_id)
    if not access.can_everywhere(Permission.VIEW_DOCUMENTS):
        teams = teams.filter(id__in=access.team_ids_with(Permission.VIEW_DOCUMENTS))
    return list(types), list(teams.order_by("name").values_list("id", "name"))


def saved_views(access: Access) -> QuerySet[SavedView]:
    """The asker's own."""
    return SavedView.objects.filter(organization_id=access.required_organization_id, user_id=access.user_id)  # type: ignore[misc]


def tasks_chosen(access: Access, task_ids: list[UUID], permission: Permission) -> list[ReviewTask]:
    """Of these ids the undecided tasks on which the asker has the permission; the most urgent first."""
    tasks = tasks_with_details(tasks_visible_to(access).filter(undecided(), id__in=task_ids))
    return [
        task
        for task in tasks.order_by("priority", "due_at", "created_at")
        if access.can(
            permission,
            team_id=task.team_id,
            batch_id=task.sub_document.document.batch_id,
            document_id=task.sub_document.document_id,
        )
    ]
