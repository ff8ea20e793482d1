"""The people who work at the desk: who may review what, what they know, who is away and who stands in."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.access import Access
from accounts.domain.roles import Permission
from accounts.models import User
from accounts.selectors.access import members_with
from idp_project.core.errors import Forbidden
from review.models import Absence, ReviewerProfile


def reviewers_of(organization_id: UUID, team_ids: Iterable[UUID]) -> QuerySet[User]:
    """Active people who may review in every one of these teams by their roles, by name."""
    people = User.objects.filter(is_active=True)
    held = members_with(organization_id, Permission.REVIEW_DOCUMENTS)
    for team_id in set(team_ids):
        people = people.filter(id__in=held.filter(Q(team_id=team_id) | Q(team__isnull=True)).values("user_id"))
    return people.order_by("display_name", "username")


def colleagues_for(access: Access) -> QuerySet[User]:
    """Who may review in a team in which the asker may: whom they can ask, and name as deputy."""
    held = members_with(access.required_organization_id, Permission.REVIEW_DOCUMENTS)
    if not access.can_everywhere(Permission.REVIEW_DOCUMENTS):
        held = held.filter(Q(team_id__in=access.team_ids_with(Permission.REVIEW_DOCUMENTS)) | Q(team__isnull=True))
    people = User.objects.filter(id__in=held.values("user_id")).exclude(id=access.required_user_id)
    return people.order_by("display_name", "username")


def profile_of(access: Access) -> ReviewerProfile:
    """The asker's own, unsaved where they have said nothing yet."""
    organization_id, user_id = access.required_organization_id, access.required_user_id
    found = ReviewerProfile.objects.filter(organization_id=organization_id, user_id=user_id).first()
    return found or ReviewerProfile(organization_id=organization_id, user_id=user_id)


def absences_for(access: Access) -> QuerySet[Absence]:
    """Present and coming absences: the asker's own; of managers also those of the people of their teams."""
    rows = Absence.objects.filter(organization_id=access.required_organization_id, last_day__gte=timezone.localdate())
    mine = Q(user_id=access.user_id)
    if access.can(Permission.MANAGE_BATCHES):
        mine |= Q(user_id__in=managed_people(access).values("id"))
    return rows.filter(mine).select_related("user", "deputy")


def managed_people(access: Access) -> QuerySet[User]:
    """Reviewers in the teams that the asker manages. Forbidden for those who manage none."""
    if not access.can(Permission.MANAGE_BATCHES):
        raise Forbidden
    held = members_with(access.required_organization_id, Permission.REVIEW_DOCUMENTS)
    if not access.can_everywhere(Permission.MANAGE_BATCHES):
        held = held.filter(team_id__in=access.team_ids_with(Permission.MANAGE_BATCHES))
    return User.objects.filter(id__in=held.values("user_id")).order_by("display_name", "username")


def away_today(organization_id: UUID) -> dict[UUID, UUID | None]:
    """Who is away, with their deputy."""
    today = timezone.localdate()
    rows = Absence.objects.filter(organization_id=organization_id, first_day__lte=today, last_day__gte=today)
    return dict(rows.values_list("user_id", "deputy_id"))


def is_for(user_id: UUID | None, away: dict[UUID, UUID | None]) -> Q:
    """Tasks that are given to nobody, to this person, to somebody for whom they stand in, or to somebody away without deputy.

    A deputy who is away too passes nothing on: the task is everybody's.
    """
    stood_in_for = [person for person, deputy in away.items() if deputy and deputy == user_id]
    nobodys = [person for person, deputy in away.items() if deputy is None or deputy in away]
    return Q(assigned_to__isnull=True) | Q(assigned_to_id=user_id) | Q(assigned_to_id__in=[*stood_in_for, *nobodys])
