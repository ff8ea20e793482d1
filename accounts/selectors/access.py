"""Reading accounts: live sessions, what a person may do, and doors to memberships, sessions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import Case, F, Q, QuerySet, Value, When
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext

from accounts.access import Access
from accounts.domain.roles import ROLE_PERMISSIONS, Permission, Role
from accounts.grants import Grants, grants_of
from accounts.models import Membership, Organization, SignInSession, Team, User
from idp_project.core.errors import Forbidden, NotFound
from idp_project.core.regional import RegionalChoice

_IN_FORCE = (
    Q(user__email_proven_at__isnull=False)
    | Q(organization_id=F("user__home_organization_id"))
    | Q(user__home_organization__isnull=True)  # of accounts that only super admins manage
    | Q(user__is_superuser=True)
)


@dataclass(frozen=True)
class TeamChoice:
    """An entry of the header's team menu. `team_id` empty: all teams of the organisation."""

    organization_id: UUID
    organization_name: str
    team_id: UUID | None
    team_name: str
    is_active: bool


def session_get_live(session_id: UUID) -> SignInSession | None:
    """The session with its user, unless it was revoked, has expired, idled, or the user was deactivated. One query."""
    sessions = SignInSession.objects.select_related("user")
    return sessions.filter(_is_live(), id=session_id, user__is_active=True).first()


def memberships_in_force(user_id: UUID) -> QuerySet[Membership]:
    """The roles that count, those of the home organisation first: in active organisations, elsewhere than at home only
    once the account's address is proven."""
    rows = Membership.objects.filter(_IN_FORCE, user_id=user_id, organization__is_active=True)
    rows = rows.select_related("organization")
    is_home = Case(When(organization_id=F("user__home_organization_id"), then=Value(0)), default=Value(1))
    return rows.order_by(is_home, "created_at", "id")


def members_with(organization_id: UUID, permission: Permission) -> QuerySet[Membership]:
    """The roles of active people in the organisation that give the permission and count there."""
    roles = [role.value for role, held in ROLE_PERMISSIONS.items() if permission in held]
    return Membership.objects.filter(
        _IN_FORCE, organization_id=organization_id, role__in=roles, user__is_active=True, organization__is_active=True
    )


def access_resolve(user: User, session: SignInSession | None, *, organization_id: UUID | None = None) -> Access | None:
    """What the person may do in that organisation, else in the session's, else at home or in the first they belong to.

    Two queries. None: deactivated, a member of no active organisation and no super admin, or a session whose
    organisation is gone and which does not keep to the rules of the next one.
    """
    if not user.is_active:
        return None
    memberships = list(memberships_in_force(user.pk))
    wanted = organization_id or (session.active_organization_id if session else None)
    organization_id = _organization_of(user, wanted, memberships)
    if organization_id is None and not user.is_superuser:
        return None
    is_moved = session is not None and organization_id not in (None, session.active_organization_id)
    if session and organization_id and is_moved and not _keeps_to_rules_of(session, organization_id):
        return None
    grants = Grants()
    if organization_id:
        grants = grants_of(user.pk, organization_id, with_all_teams=user.is_superuser)
    local = [membership for membership in memberships if membership.organization_id == organization_id]
    team_id = _active_team(session, local, grants)
    visible = [team for team, names in grants.teams.items() if Permission.VIEW_DOCUMENTS in names]
    return Access(
        user_id=user.pk,
        organization_id=organization_id,
        role=_role_of(user, local, team_id),
        team_ids=tuple(dict.fromkeys([*visible, *grants.all_team_ids])),
        team_permissions=grants.teams,
        batch_permissions=grants.batches,
        document_permissions=grants.documents,
        schema_permissions=grants.schemas,
        organization_permissions=frozenset(Permission) if user.is_superuser else grants.organization,
        is_super=user.is_superuser,
        session_id=session.pk if session else None,
        display_name=str(user),
        active_team_id=team_id,
        regional=(user.regional_choice, _regional_of(organization_id, local)),
    )


def access_current(session_id: UUID) -> Access | None:
    """The session's access as of now, for open sockets and long answers. None: it ended. Three queries."""
    session = session_get_live(session_id)
    return access_resolve(session.user, session) if session else None


def access_to_own_account(user: User) -> Access:
    """For the audit trail of what a person does to their account: it stands where the account is managed."""
    return Access(user_id=user.pk, organization_id=user.home_organization_id, display_name=str(user))


def organization_default_for(user: User) -> UUID | None:
    """Returns the organisation that a new session starts in: the home, else the first membership's; for super admins else the
    oldest."""
    first = memberships_in_force(user.pk).values_list("organization_id", flat=True).first()
    if first or not user.is_superuser:
        return first
    return Organization.objects.filter(is_active=True).order_by("created_at").values_list("id", flat=True).first()


def team_choices(access: Access) -> list[TeamChoice]:
    """Every team the person can switch to, over all their organisations."""
    teams = Team.objects.filter(organization__is_active=True).select_related("organization")
    wide = Organization.objects.filter(is_active=True)
    if not access.is_super:
        mine = _memberships_of(access)
        whole = mine.filter(team__isnull=True).values("organization_id")
        teams = teams.filter(Q(id__in=mine.values("team_id")) | Q(organization_id__in=whole))
        wide = wide.filter(id__in=whole)
    active = (access.organization_id, access.active_team_id)
    choices = [TeamChoice(o.id, o.name, None, gettext("All teams"), (o.id, None) == active) for o in wide]
    choices += [
        TeamChoice(t.organization_id, t.organization.name, t.id, t.name, (t.organization_id, t.id) == active)
        for t in teams
    ]
    return sorted(choices, key=lambda choice: (choice.organization_name, choice.team_id is not None, choice.team_name))


def team_get_for(access: Access, team_id: UUID, permission: Permission = Permission.VIEW_DOCUMENTS) -> Team:
    """A team of the asker's organisation; NotFound if it cannot be seen, Forbidden without the permission."""
    team = _teams_of(access).filter(id=team_id).first()
    if team is None or not access.can(Permission.VIEW_DOCUMENTS, team_id=team_id):
        raise NotFound
    if not access.can(permission, team_id=team_id):
        raise Forbidden
    return team


def team_list(access: Access, permission: Permission = Permission.VIEW_DOCUMENTS) -> QuerySet[Team]:
    """Teams of the asker's organisation on which the permission is held."""
    teams = _teams_of(access)
    return teams if access.can_everywhere(permission) else teams.filter(id__in=access.team_ids_with(permission))


def organization_get_for(access: Access, organization_id: UUID, permission: Permission) -> Organization:
    """One's own organisation with the permission on all of it; any for super admins. Else NotFound or Forbidden."""
    organization = Organization.objects.filter(id=organization_id).first()
    if organization is None or not (access.is_super or access.organization_id == organization_id):
        raise NotFound
    if not access.can_everywhere(permission):
        raise Forbidden
    return organization


def membership_get_for(access: Access, membership_id: UUID) -> Membership:
    """A membership the asker may change; NotFound for one of teams that the asker does not see."""
    membership = Membership.objects.select_related("user", "organization", "team").filter(id=membership_id).first()
    if membership is None:
        raise NotFound
    is_manager = access.can_everywhere(Permission.MANAGE_ORGANIZATION)
    if not is_manager and membership.team_id not in access.team_ids:
        raise NotFound
    organization_get_for(access, membership.organization_id, Permission.MANAGE_ORGANIZATION)
    return membership


def colleague_list(access: Access) -> QuerySet[User]:
    """Active people of the asker's organisation, by name: whom something can be shared with."""
    local = Membership.objects.filter(organization_id=access.required_organization_id)
    return User.objects.filter(is_active=True, id__in=local.values("user_id")).order_by("display_name", "username")


def organization_admin_names(access: Access, *, most: int) -> list[str]:
    """Active administrators of the asker's organisation by name, no more than `most`: whom to ask for a change."""
    admins = Membership.objects.filter(organization_id=access.required_organization_id, role=Role.ORG_ADMIN)
    people = User.objects.filter(is_active=True, id__in=admins.values("user_id"))
    return [str(person) for person in people.order_by("display_name", "username")[:most]]


def colleague_get_for(access: Access, user_id: UUID) -> User:
    """One of them; NotFound for anybody else."""
    if user := colleague_list(access).filter(id=user_id).first():
        return user
    raise NotFound


def session_list(access: Access) -> QuerySet[SignInSession]:
    """One's own live sessions, the newest first."""
    return _sessions_of(access).filter(_is_live())


def session_get_for(access: Access, session_id: UUID) -> SignInSession:
    """One's own session; any for super admins."""
    sessions = SignInSession.objects.all() if access.is_super else _sessions_of(access)
    if session := sessions.filter(id=session_id).first():
        return session
    raise NotFound


def _is_live() -> Q:
    not_idle = Q(idle_until__isnull=True) | Q(idle_until__gt=Now())
    return Q(revoked_at__isnull=True, expires_at__gt=Now()) & not_idle


def _memberships_of(access: Access) -> QuerySet[Membership]:
    return memberships_in_force(access.user_id) if access.user_id else Membership.objects.none()


def _sessions_of(access: Access) -> QuerySet[SignInSession]:
    return SignInSession.objects.filter(user_id=access.user_id) if access.user_id else SignInSession.objects.none()


def _teams_of(access: Access) -> QuerySet[Team]:
    if access.organization_id is None:
        return Team.objects.none()
    return Team.objects.filter(organization_id=access.organization_id)


def _organization_of(user: User, wanted: UUID | None, memberships: Sequence[Membership]) -> UUID | None:
    if wanted and any(membership.organization_id == wanted for membership in memberships):
        return wanted
    if wanted and user.is_superuser and Organization.objects.filter(id=wanted, is_active=True).exists():
        return wanted
    return memberships[0].organization_id if memberships else None


def _regional_of(organization_id: UUID | None, local: Sequence[Membership]) -> RegionalChoice:
    """What the organisation has set; super admins need no membership."""
    if organization_id is None:
        return RegionalChoice()
    organization = local[0].organization if local else Organization.objects.get(id=organization_id)
    return organization.regional_choice


def _keeps_to_rules_of(session: SignInSession, organization_id: UUID) -> bool:
    """A session that is moved, because its person left its organisation, was not opened under the next one's rules."""
    rules = Organization.objects.get(id=organization_id)
    if rules.is_second_factor_required and session.second_factor_at is None:
        return False
    if rules.session_hours and session.created_at + timedelta(hours=rules.session_hours) <= timezone.now():
        return False
    return not rules.idle_minutes or 0 < (session.idle_minutes or 0) <= rules.idle_minutes


def _active_team(session: SignInSession | None, local: Sequence[Membership], grants: Grants) -> UUID | None:
    """The session's team while it may still be chosen; of those bound to teams, else their first."""
    mine = [membership.team_id for membership in local if membership.team_id]
    wanted = session.active_team_id if session else None
    if wanted and (wanted in mine or wanted in grants.all_team_ids):
        return wanted
    return None if grants.all_team_ids else next(iter(mine), None)


def _role_of(user: User, local: Sequence[Membership], team_id: UUID | None) -> Role | None:
    if user.is_superuser:
        return Role.SUPER_ADMIN
    effective = [m for m in local if m.team_id is None or m.team_id == team_id] or local
    return max((Role(m.role) for m in effective), key=lambda role: role.rank, default=None)
