"""What org admins read: their organisation, its teams, its people with their roles."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Now

from accounts.access import Access
from accounts.domain.refusals import MANAGED_ELSEWHERE
from accounts.domain.roles import Permission, Role
from accounts.models import Invitation, Membership, Organization, Team, User
from accounts.selectors.access import organization_get_for, team_get_for
from accounts.selectors.credentials import invitation_list
from idp_project.core.errors import Forbidden, NotFound

_MANAGE = Permission.MANAGE_ORGANIZATION
_ENROLLED = Authenticator.objects.filter(type=Authenticator.Type.TOTP)
PERSON_STATES = ("active", "deactivated")


@dataclass(frozen=True)
class PeopleFilter:
    """Narrows the list of people; what is empty does not."""

    text: str = ""
    role: str = ""
    state: str = ""
    team_id: UUID | None = None


@dataclass(frozen=True)
class OrganizationCounts:
    """How many teams, people who may sign in, and people who may not."""

    teams: int
    active: int
    deactivated: int


@dataclass(frozen=True)
class PersonRow:
    """One person of the organisation with the roles held in it, the organisation's own first.

    `is_managed`: the asker's organisation is the account's home (or the asker a super admin). Of other accounts only
    name, state and roles are told; the other fields are empty. `home_name` is told to super admins.
    """

    id: UUID
    name: str
    is_active: bool
    memberships: tuple[Membership, ...]
    is_managed: bool
    username: str = ""
    email: str = ""
    is_proven: bool = False
    last_login: datetime | None = None
    has_second_factor: bool = False
    home_name: str = ""


def organization_managed_by(access: Access) -> Organization:
    """The asker's organisation, to be managed; Forbidden without the permission."""
    return organization_get_for(access, access.required_organization_id, _MANAGE)


def organization_counts(access: Access) -> OrganizationCounts:
    """For the overview."""
    organization = organization_managed_by(access)
    people = User.objects.filter(memberships__organization=organization)
    found = people.aggregate(
        active=Count("id", distinct=True, filter=Q(is_active=True)),
        deactivated=Count("id", distinct=True, filter=Q(is_active=False)),
    )
    return OrganizationCounts(teams=organization.teams.count(), **found)


def team_rows(access: Access) -> QuerySet[Team]:
    """Every team of the organisation by name, with `people` (how many hold a role in it)."""
    teams = Team.objects.filter(organization=organization_managed_by(access))
    return teams.annotate(people=Count("memberships", distinct=True)).order_by("name")


def team_managed_by(access: Access, team_id: UUID) -> Team:
    """A team whose people and name the asker may change."""
    return team_get_for(access, team_id, _MANAGE)


def team_people(access: Access, team_id: UUID) -> QuerySet[Membership]:
    """Who holds a role in the team itself, by name."""
    team = team_managed_by(access, team_id)
    return team.memberships.select_related("user").order_by("user__display_name", "user__username")


def people_list(access: Access, wanted: PeopleFilter, *, start: int = 0, limit: int = 50) -> list[PersonRow]:
    """People who hold any role in the organisation, by name, from the `start`-th on."""
    organization = organization_managed_by(access)
    held = Membership.objects.filter(organization=organization)
    if wanted.role in set(Role):
        held = held.filter(role=wanted.role)
    if wanted.team_id:
        held = held.filter(team_id=wanted.team_id)
    people = _with_roles(User.objects.filter(id__in=held.values("user_id")), organization.id)
    if wanted.text:
        text = wanted.text
        by_address = Q(username__icontains=text) | Q(email__icontains=text)
        people = people.filter(
            Q(display_name__icontains=text) | (by_address & _managed_by(access)) | _named_by_username(text)
        )
    if wanted.state in PERSON_STATES:
        people = people.filter(is_active=wanted.state == "active")
    rows = people.order_by("display_name", "username", "id")[start : start + limit]
    return [_row(person, access) for person in rows]


def people_without_second_factor(access: Access) -> list[User]:
    """Active people of the organisation who sign in with a password alone, by name: those whose account it manages."""
    organization = organization_managed_by(access)
    people = User.objects.filter(_managed_by(access), memberships__organization=organization, is_active=True).distinct()
    enrolled = _ENROLLED.values("user_id")
    return list(people.exclude(id__in=enrolled).order_by("display_name", "username"))


def invitations_open(access: Access) -> list[Invitation]:
    """Those that may still be accepted, the newest first."""
    rows = invitation_list(access, access.required_organization_id)
    return list(rows.filter(accepted_at__isnull=True, revoked_at__isnull=True, expires_at__gt=Now()))


def people_choices(access: Access) -> list[tuple[UUID, str]]:
    """(id, name) of everybody active in the organisation, for a menu."""
    organization = organization_managed_by(access)
    people = User.objects.filter(memberships__organization=organization, is_active=True).distinct()
    return [(person.id, str(person)) for person in people.order_by("display_name", "username")]


def person_get_for(access: Access, user_id: UUID) -> User:
    """A person of the organisation, or of an account that it manages, whose roles here the asker may change.

    NotFound for somebody of another organisation or of teams that the asker does not see, Forbidden for team-mates.
    """
    held = Membership.objects.filter(organization_id=access.required_organization_id, user_id=user_id)
    if not access.can_everywhere(_MANAGE):
        if held.filter(team_id__in=access.team_ids).exists():
            raise Forbidden
        raise NotFound
    is_at_home = Q(home_organization_id=access.required_organization_id)
    if person := User.objects.filter(is_at_home | Q(Exists(held)), id=user_id).first():
        return person
    raise NotFound


def account_get_for(access: Access, user_id: UUID) -> User:
    """An account that the asker may stop, start, send links for and reset the second factor of.

    Super admins: any. Org admins: those whose home is their organisation; Forbidden for others that hold a role there
    and for super admins, NotFound for all else.
    """
    if access.is_super:
        if user := User.objects.filter(id=user_id).first():
            return user
        raise NotFound
    user = person_get_for(access, user_id)
    if user.is_superuser or user.home_organization_id != access.required_organization_id:
        raise Forbidden(MANAGED_ELSEWHERE(), code="managed_elsewhere")
    return user


def home_name_of(access: Access) -> str:
    """The organisation whose admins manage the asker's own account; empty: only super admins do."""
    if access.user_id is None:
        return ""
    names = Organization.objects.filter(home_accounts__id=access.user_id).values_list("name", flat=True)
    return names.first() or ""


def person_is_here(access: Access, user_id: UUID) -> bool:
    """Whether the person still holds any role in the organisation."""
    return organization_managed_by(access).memberships.filter(user_id=user_id).exists()


def person_row(access: Access, user_id: UUID) -> PersonRow:
    """The person with every role held in the organisation."""
    person = person_get_for(access, user_id)
    found = _with_roles(User.objects.filter(id=person.id), access.required_organization_id).get()
    return _row(found, access)


def _with_roles(people: QuerySet[User], organization_id: UUID) -> QuerySet[User]:
    local = Membership.objects.filter(organization_id=organization_id).select_related("team").order_by("team__name")
    people = people.select_related("home_organization").annotate(
        has_second_factor=Exists(_ENROLLED.filter(user=OuterRef("pk")))
    )
    return people.prefetch_related(Prefetch("memberships", queryset=local, to_attr="roles_here"))


def _managed_by(access: Access) -> Q:
    """Accounts whose home is the asker's organisation; every one for super admins."""
    return ~Q(pk=None) if access.is_super else Q(home_organization_id=access.required_organization_id)


def _named_by_username(text: str) -> Q:
    return Q(display_name="", username__icontains=text)


def _row(person: User, access: Access) -> PersonRow:
    roles: list[Membership] = person.roles_here  # type: ignore[attr-defined]
    home = person.home_organization
    is_managed = access.is_super or (home is not None and home.pk == access.organization_id and not person.is_superuser)
    memberships = tuple(sorted(roles, key=lambda held: held.team_id is not None))
    row = PersonRow(person.id, str(person), person.is_active, memberships, is_managed)
    if not is_managed:
        return row
    return replace(
        row,
        username=person.username,
        email=person.email,
        is_proven=person.email_proven_at is not None,
        last_login=person.last_login,
        has_second_factor=person.has_second_factor,  # type: ignore[attr-defined]
        home_name=home.name if home and access.is_super else "",
    )
