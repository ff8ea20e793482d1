"""Grants decide what an Access holds, and a bounded number of queries builds it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.access import Access
from accounts.domain.roles import ROLE_PERMISSIONS, TEAM_PERMISSIONS, Permission, Role
from accounts.grants import object_grant, object_revoke, role_grant, role_revoke, team_permissions_of
from accounts.models import Membership, OrganizationUserObjectPermission, Team, TeamUserObjectPermission, User
from accounts.selectors.access import (
    access_current,
    access_resolve,
    session_get_live,
    team_choices,
    team_get_for,
    team_list,
)
from accounts.services.people import people, teams
from accounts.services.sign_in import sessions
from idp_project.core.errors import Forbidden, NotFound
from tests.integration.accounts.conftest import CONSOLE


def access_of(user: User) -> Access | None:
    return access_resolve(User.objects.get(pk=user.pk), None)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR, Role.MANAGER])
def test_a_team_role_holds_its_permissions_on_its_team_only(world, person, role):
    access = access_of(person("ada", role))
    assert access.role == role
    assert access.organization_id == world.organization.id
    assert access.team_ids == (world.team.id,)
    assert access.team_permissions == {world.team.id: ROLE_PERMISSIONS[role]}
    assert access.organization_permissions == frozenset()
    assert access.active_team_id == world.team.id
    assert not access.can(Permission.VIEW_DOCUMENTS, team_id=world.other_team.id)


def test_org_admin_holds_everything_on_every_team(world, person):
    access = access_of(person("olga", Role.ORG_ADMIN))
    assert access.role == Role.ORG_ADMIN
    assert set(access.team_ids) == {world.team.id, world.other_team.id}
    assert access.organization_permissions == ROLE_PERMISSIONS[Role.ORG_ADMIN]
    assert not access.is_super


def test_a_new_team_is_visible_to_an_org_admin_at_once(world, person):
    admin = person("olga", Role.ORG_ADMIN)
    team = teams.team_create(access_of(admin), organization_id=world.organization.id, name="New")
    assert team.id in access_of(admin).team_ids


def test_a_super_admin_sees_every_team_without_any_grant(world, super_admin):
    access = access_of(super_admin)
    assert access.is_super and access.role == Role.SUPER_ADMIN
    assert access.organization_id is None, "without a session nothing says which organisation"
    assert access.organization_permissions == frozenset(Permission)


def test_several_memberships_add_up_team_by_team(world, person):
    user = person("ada", Role.VIEWER)
    people.membership_set(
        CONSOLE, user_id=user.id, organization_id=world.organization.id, team_id=world.other_team.id, role=Role.MANAGER
    )
    access = access_of(user)
    assert set(access.team_ids_with(Permission.VIEW_DOCUMENTS)) == {world.team.id, world.other_team.id}
    assert access.team_ids_with(Permission.MANAGE_BATCHES) == [world.other_team.id]
    assert access.role == Role.VIEWER, "the role in the active team"


def test_organization_viewer_sees_all_teams_and_changes_none(world, person):
    access = access_of(person("eve", Role.VIEWER, team=None))
    assert access.sees_all and set(access.team_ids) == {world.team.id, world.other_team.id}
    assert not access.can(Permission.UPLOAD_DOCUMENTS)


def test_without_download_the_rest_of_the_role_remains(world, person):
    user = person("eve", Role.VIEWER)
    people.membership_set(
        CONSOLE,
        user_id=user.id,
        organization_id=world.organization.id,
        team_id=world.team.id,
        role=Role.VIEWER,
        may_download=False,
    )
    assert access_of(user).team_permissions[world.team.id] == {"view_documents", "ask_questions"}


def test_removed_grant_ends_access_although_membership_stays(world, operator):
    assert access_of(operator).can(Permission.UPLOAD_DOCUMENTS, team_id=world.team.id)
    object_revoke(operator, world.team, [Permission.UPLOAD_DOCUMENTS])
    access = access_of(operator)
    assert not access.can(Permission.UPLOAD_DOCUMENTS, team_id=world.team.id)
    assert access.can(Permission.REVIEW_DOCUMENTS, team_id=world.team.id)
    assert not User.objects.get(pk=operator.pk).has_perm("upload_documents", world.team)


def test_a_grant_beyond_the_role_adds_access_until_it_expires(world, operator):
    object_grant(operator, world.other_team, [Permission.VIEW_DOCUMENTS])
    assert world.other_team.id in access_of(operator).team_ids
    rows = TeamUserObjectPermission.objects.filter(content_object=world.other_team)
    rows.update(expires_at=timezone.now() + timedelta(minutes=1))
    assert world.other_team.id in access_of(operator).team_ids
    rows.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert world.other_team.id not in access_of(operator).team_ids


def test_a_grant_in_a_foreign_organization_is_left_out(world, operator):
    object_grant(operator, world.foreign_team, [Permission.VIEW_DOCUMENTS])
    access = access_of(operator)
    assert world.foreign_team.id not in access.team_ids
    assert world.foreign_team.id not in access.team_permissions
    assert world.foreign_team.id in team_permissions_of(operator.id)


def test_a_changed_role_replaces_its_grants(world, operator):
    membership = Membership.objects.get(user=operator)
    people.membership_set(
        CONSOLE, user_id=operator.id, organization_id=world.organization.id, team_id=world.team.id, role=Role.VIEWER
    )
    assert Membership.objects.get(user=operator).pk == membership.pk
    assert access_of(operator).team_permissions == {world.team.id: ROLE_PERMISSIONS[Role.VIEWER]}


def test_a_removed_membership_leaves_no_grant_and_no_access(world, operator):
    people.membership_remove(CONSOLE, Membership.objects.get(user=operator).pk)
    assert not TeamUserObjectPermission.objects.filter(user=operator).exists()
    assert access_of(operator) is None


def test_role_grant_and_revoke_are_exact_and_repeatable(world, operator):
    membership = Membership.objects.get(user=operator)
    rows = TeamUserObjectPermission.objects.filter(user=operator)
    before = set(rows.values_list("pk", flat=True))
    role_grant(membership)
    assert set(rows.values_list("pk", flat=True)) == before
    assert len(before) == len(ROLE_PERMISSIONS[Role.OPERATOR] & TEAM_PERMISSIONS)
    role_revoke(membership)
    role_revoke(membership)
    assert not rows.exists() and not OrganizationUserObjectPermission.objects.filter(user=operator).exists()


def test_deactivation_of_user_or_organization_ends_access(world, operator):
    User.objects.filter(pk=operator.pk).update(is_active=False)
    assert access_of(operator) is None
    User.objects.filter(pk=operator.pk).update(is_active=True)
    assert access_of(operator) is not None
    type(world.organization).objects.filter(pk=world.organization.pk).update(is_active=False)
    assert access_of(operator) is None


def test_three_queries_whatever_the_number_of_teams(world, person, django_assert_max_num_queries):
    user = person("ada", Role.OPERATOR)
    session = sessions.sign_in(user).session
    for number in range(12):
        team = Team.objects.create(organization=world.organization, name=f"Team {number}")
        Membership.objects.create(user=user, organization=world.organization, team=team, role="viewer")
        object_grant(user, team, [Permission.VIEW_DOCUMENTS])
    with django_assert_max_num_queries(3):
        live = session_get_live(session.pk)
        access = access_resolve(live.user, live)
    assert len(access.team_ids) == 13
    assert access_current(session.pk) == access


def test_team_choices_are_the_teams_one_can_switch_to(world, person, super_admin):
    user = person("ada", Role.OPERATOR)
    assert [choice.team_name for choice in team_choices(access_of(user))] == ["Post"]
    admin = access_of(person("olga", Role.ORG_ADMIN))
    assert [(c.team_name, c.is_active) for c in team_choices(admin)] == [
        ("All teams", True),
        ("Post", False),
        ("Taxes", False),
    ]
    everywhere = {choice.organization_name for choice in team_choices(access_of(super_admin))}
    assert everywhere == {"Town hall", "Harbour"}


def test_foreign_teams_are_hidden_and_visible_ones_forbidden(world, operator):
    access = access_of(operator)
    assert team_get_for(access, world.team.id, Permission.UPLOAD_DOCUMENTS) == world.team
    with pytest.raises(Forbidden):
        team_get_for(access, world.team.id, Permission.MANAGE_BATCHES)
    for hidden in (world.other_team, world.foreign_team):
        with pytest.raises(NotFound):
            team_get_for(access, hidden.id)
    assert list(team_list(access)) == [world.team]
