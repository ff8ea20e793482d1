"""Rotation, its grace, reuse, revocation, and switching the team."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connections
from django.utils import timezone

from accounts.domain.roles import Role
from accounts.models import AuditEntry, Membership, Organization, SignInSession, User
from accounts.selectors.access import access_current, access_resolve, session_get_live
from accounts.services.people import people
from accounts.services.sign_in import sessions as sessions_services
from accounts.tokens import access_token, refresh_claims, token_pair
from idp_project.core.errors import Forbidden, NotFound, NotSignedIn
from idp_project.core.tenancy import organization_scope
from tests.integration.accounts.conftest import CONSOLE, prove


def age(session: SignInSession, **period: int) -> None:
    """As if the last rotation had been that long ago."""
    SignInSession.objects.filter(pk=session.pk).update(rotated_at=timezone.now() - timedelta(**period))


def test_tokens_carry_the_claims_and_the_database_only_hashes(world, operator):
    grant = sessions_services.sign_in(operator, ip="192.0.2.1", user_agent="x" * 999)
    claims = access_token(grant).payload
    assert claims["sub"] == str(operator.id)
    assert claims["sid"] == str(grant.session.pk)
    assert (claims["org"], claims["team"], claims["role"]) == (
        str(world.organization.id),
        str(world.team.id),
        "operator",
    )
    assert claims["exp"] - claims["iat"] == 300
    stored = SignInSession.objects.get()
    assert grant.jti not in (stored.jti_hash, stored.previous_jti_hash)
    assert refresh_claims(token_pair(grant).refresh) == (stored.pk, grant.jti)


def test_an_access_token_is_no_refresh_token(operator):
    pair = token_pair(sessions_services.sign_in(operator))
    with pytest.raises(NotSignedIn):
        refresh_claims(pair.access)
    with pytest.raises(NotSignedIn):
        refresh_claims(pair.refresh[:-3] + "abc")


def test_nobody_without_an_organization_signs_in(person):
    with pytest.raises(Forbidden) as refused:
        sessions_services.sign_in(person("eve", None))
    assert refused.value.code == "no_membership"
    assert not SignInSession.objects.exists()


def test_a_super_admin_signs_in_to_the_oldest_organization(world, super_admin):
    assert sessions_services.sign_in(super_admin).access.organization_id == world.organization.id


def test_each_refresh_gives_a_new_token_and_the_newest_one_works(operator):
    first = sessions_services.sign_in(operator)
    second = sessions_services.session_refresh(first.session.pk, first.jti)
    third = sessions_services.session_refresh(first.session.pk, second.jti)
    assert len({first.jti, second.jti, third.jti}) == 3
    assert third.session.expires_at == first.session.expires_at, "refreshing does not prolong the session"


def test_within_the_grace_a_repeat_gets_the_very_same_tokens(operator):
    first = sessions_services.sign_in(operator)
    once = sessions_services.session_refresh(first.session.pk, first.jti)
    age(first.session, seconds=9)
    once.session.refresh_from_db()
    repeated = sessions_services.session_refresh(first.session.pk, first.jti)
    assert repeated.jti == once.jti
    assert SignInSession.objects.get().revoked_at is None
    assert sessions_services.session_refresh(first.session.pk, once.jti).jti != once.jti


def test_a_replay_after_the_grace_revokes_the_family(world, operator):
    first = sessions_services.sign_in(operator)
    second = sessions_services.session_refresh(first.session.pk, first.jti)
    age(first.session, seconds=11)
    with pytest.raises(NotSignedIn):
        sessions_services.session_refresh(first.session.pk, first.jti)
    assert SignInSession.objects.get().revoked_reason == "token_reused"
    with pytest.raises(NotSignedIn):
        sessions_services.session_refresh(first.session.pk, second.jti)
    assert session_get_live(first.session.pk) is None
    with organization_scope(world.organization.id):
        assert AuditEntry.objects.filter(action="refresh_token_reused").count() == 1


def test_token_before_the_last_is_a_replay_even_within_grace(operator):
    first = sessions_services.sign_in(operator)
    second = sessions_services.session_refresh(first.session.pk, first.jti)
    sessions_services.session_refresh(first.session.pk, second.jti)
    with pytest.raises(NotSignedIn):
        sessions_services.session_refresh(first.session.pk, first.jti)
    assert SignInSession.objects.get().revoked_at


@pytest.mark.parametrize("ended", ["revoked", "expired", "deactivated", "removed", "unknown"])
def test_an_ended_session_is_not_refreshed(operator, ended):
    grant = sessions_services.sign_in(operator)
    session_id = grant.session.pk
    if ended == "revoked":
        sessions_services.session_revoke(grant.access, session_id)
    elif ended == "expired":
        SignInSession.objects.update(expires_at=timezone.now())
    elif ended == "deactivated":
        User.objects.filter(pk=operator.pk).update(is_active=False)
    elif ended == "removed":
        people.membership_remove(CONSOLE, Membership.objects.get(user=operator).pk)
    else:
        session_id = uuid4()
    with pytest.raises(NotSignedIn):
        sessions_services.session_refresh(session_id, grant.jti)
    assert access_current(session_id) is None


@pytest.mark.django_db(transaction=True)
def test_fifty_parallel_refreshes_are_one_rotation(operator):
    grant = sessions_services.sign_in(operator)

    def refresh(_: int) -> tuple[str, str]:
        try:
            pair = token_pair(sessions_services.session_refresh(grant.session.pk, grant.jti))
            return pair.access, pair.refresh
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        results = list(pool.map(refresh, range(50)))
    assert len(results) == 50 and len(set(results)) == 1
    session = SignInSession.objects.get()
    assert session.revoked_at is None
    assert sessions_services.session_refresh(session.pk, refresh_claims(results[0][1])[1])


def test_only_super_admins_revoke_sessions_of_others(world, operator, person, super_admin):
    mine = sessions_services.sign_in(operator)
    colleague = sessions_services.sign_in(person("eve", Role.ORG_ADMIN))
    with pytest.raises(NotFound):
        sessions_services.session_revoke(colleague.access, mine.session.pk)
    sessions_services.session_revoke(sessions_services.sign_in(super_admin).access, mine.session.pk)
    assert session_get_live(mine.session.pk) is None
    assert session_get_live(colleague.session.pk)


def test_deactivation_and_a_new_password_end_every_session(operator):
    sessions = [sessions_services.sign_in(operator).session.pk for _ in range(2)]
    people.user_set_password(CONSOLE, operator.id, "another long secret")
    assert [session_get_live(session) for session in sessions] == [None, None]
    again = sessions_services.sign_in(User.objects.get(pk=operator.pk)).session.pk
    people.user_deactivate(CONSOLE, operator.id)
    assert session_get_live(again) is None
    people.user_activate(CONSOLE, operator.id)
    assert session_get_live(again) is None, "activation revives no session"


def test_switching_the_team(world, person):
    user = person("ada", Role.VIEWER)
    people.membership_set(
        CONSOLE, user_id=user.id, organization_id=world.organization.id, team_id=world.other_team.id, role=Role.MANAGER
    )
    grant = sessions_services.sign_in(user)
    switched = sessions_services.team_switch(
        grant.access, organization_id=world.organization.id, team_id=world.other_team.id
    )
    assert (switched.access.active_team_id, switched.access.role) == (world.other_team.id, Role.MANAGER)
    assert access_current(grant.session.pk) == switched.access
    for organization, team in ((world.foreign, world.foreign_team), (world.organization, world.foreign_team)):
        with pytest.raises(NotFound):
            sessions_services.team_switch(grant.access, organization_id=organization.id, team_id=team.id)
    with pytest.raises(NotFound):
        sessions_services.team_switch(grant.access, organization_id=world.organization.id, team_id=None)


def test_a_lost_team_falls_back_to_a_remaining_one(world, person):
    user = person("ada", Role.VIEWER)
    second = people.membership_set(
        CONSOLE, user_id=user.id, organization_id=world.organization.id, team_id=world.other_team.id, role=Role.MANAGER
    )
    grant = sessions_services.sign_in(user)
    sessions_services.team_switch(grant.access, organization_id=world.organization.id, team_id=world.other_team.id)
    people.membership_remove(CONSOLE, second.pk)
    access = access_current(grant.session.pk)
    assert (access.active_team_id, access.team_ids) == (world.team.id, (world.team.id,))


def test_a_super_admin_moves_between_organizations(world, super_admin):
    grant = sessions_services.sign_in(super_admin)
    switched = sessions_services.team_switch(grant.access, organization_id=world.foreign.id, team_id=None).access
    assert (switched.organization_id, switched.team_ids) == (world.foreign.id, (world.foreign_team.id,))
    Organization.objects.filter(pk=world.foreign.pk).update(is_active=False)
    assert access_current(grant.session.pk).organization_id is None


def test_a_member_of_two_organizations_has_one_at_a_time(world, person):
    user = prove(person("ada", Role.OPERATOR))
    people.membership_set(
        CONSOLE, user_id=user.id, organization_id=world.foreign.id, team_id=world.foreign_team.id, role=Role.VIEWER
    )
    grant = sessions_services.sign_in(user)
    assert grant.access.team_ids == (world.team.id,)
    switched = sessions_services.team_switch(
        grant.access, organization_id=world.foreign.id, team_id=world.foreign_team.id
    )
    assert switched.access.team_ids == (world.foreign_team.id,)
    assert switched.access.role == Role.VIEWER
    assert access_resolve(user, None).organization_id == world.organization.id
