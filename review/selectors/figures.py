"""How much was decided: a person's own counters, sums of teams of five or more, and per person only under an agreement.

Anyone who adds a figure about people adds it here: `tests/authorization/test_no_figures.py` walks all screens, exports, the API
and the admin pages, and finds it anywhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count
from django.utils import timezone

from accounts.access import Access
from accounts.domain.roles import Permission
from accounts.models import Team
from review.models import Decision, FiguresAgreement
from review.selectors.people import managed_people, reviewers_of
from review.selectors.queue import day_begins

SMALLEST_TEAM = 5
DAYS = 30


@dataclass(frozen=True)
class OwnFigures:
    """Of the asker, and told to nobody else."""

    today: int
    week: int
    month: int


@dataclass(frozen=True)
class TeamFigures:
    """The sum of a team in the last 30 days; None for one of fewer than five people, where a sum points at persons."""

    name: str
    people: int
    decided: int | None


@dataclass(frozen=True)
class WorkFigures:
    """`agreement` is the one in force; `people` are (name, decided), empty without one."""

    own: OwnFigures
    teams: tuple[TeamFigures, ...]
    agreement: FiguresAgreement | None
    people: tuple[tuple[str, int], ...]


def agreement_of(access: Access) -> FiguresAgreement | None:
    """The one in force; everybody may know of it."""
    rows = FiguresAgreement.objects.filter(organization_id=access.required_organization_id, ended_at__isnull=True)
    return rows.first()


def work_figures(access: Access) -> WorkFigures:
    """The asker's own; of managers also sums of their teams, and of their people where an agreement is in force."""
    agreement = agreement_of(access)
    is_manager = access.can(Permission.MANAGE_BATCHES)
    return WorkFigures(
        own=_own(access),
        teams=_teams(access) if is_manager else (),
        agreement=agreement,
        people=_people(access, agreement) if is_manager and agreement else (),
    )


def _own(access: Access) -> OwnFigures:
    mine = Decision.objects.filter(organization_id=access.required_organization_id, decided_by_id=access.user_id)
    now = timezone.now()
    return OwnFigures(
        mine.filter(created_at__gte=day_begins()).count(),
        mine.filter(created_at__gte=now - timedelta(days=7)).count(),
        mine.filter(created_at__gte=now - timedelta(days=DAYS)).count(),
    )


def _teams(access: Access) -> tuple[TeamFigures, ...]:
    organization_id = access.required_organization_id
    teams = Team.objects.filter(organization_id=organization_id)
    if not access.can_everywhere(Permission.MANAGE_BATCHES):
        teams = teams.filter(id__in=access.team_ids_with(Permission.MANAGE_BATCHES))
    since = timezone.now() - timedelta(days=DAYS)
    found = []
    for team in teams.order_by("name"):
        people = reviewers_of(organization_id, [team.id]).count()
        decided = Decision.objects.filter(task__team_id=team.id, created_at__gte=since)
        found.append(TeamFigures(team.name, people, decided.count() if people >= SMALLEST_TEAM else None))
    return tuple(found)


def _people(access: Access, agreement: FiguresAgreement) -> tuple[tuple[str, int], ...]:
    """Counted from the day on which the agreement began, never before it."""
    since = max(agreement.begun_at, timezone.now() - timedelta(days=DAYS))
    people = {user.id: str(user) for user in managed_people(access)}
    rows = Decision.objects.filter(
        organization_id=access.required_organization_id, decided_by_id__in=people, created_at__gte=since
    )
    counted = dict(rows.order_by().values_list("decided_by_id").annotate(n=Count("id")))
    return tuple((name, counted.get(user_id, 0)) for user_id, name in people.items())
