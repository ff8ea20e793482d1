"""The role table: what each role may do, and that each holds everything below it."""

import pytest

from accounts.domain.roles import MEMBERSHIP_ROLES, ROLE_PERMISSIONS, Permission, Role

EXPECTED = {
    Role.VIEWER: {"view_documents", "ask_questions", "download_documents"},
    Role.OPERATOR: {"upload_documents", "review_documents"},
    Role.MANAGER: {"share_documents", "manage_batches", "manage_schemas"},
    Role.ORG_ADMIN: {"manage_organization"},
    Role.SUPER_ADMIN: {"manage_system"},
}


def test_every_permission_is_added_by_exactly_one_role():
    added = [name for names in EXPECTED.values() for name in names]
    assert sorted(added) == sorted(Permission)


@pytest.mark.parametrize("role", Role)
def test_a_role_holds_its_own_permissions_and_those_below(role):
    below = [other for other in Role if other.rank <= role.rank]
    assert ROLE_PERMISSIONS[role] == set().union(*(EXPECTED[other] for other in below))


def test_roles_are_strictly_ordered():
    for lower, higher in zip(list(Role), list(Role)[1:], strict=False):
        assert ROLE_PERMISSIONS[lower] < ROLE_PERMISSIONS[higher]


def test_super_admin_is_no_membership():
    assert set(MEMBERSHIP_ROLES) == set(Role) - {Role.SUPER_ADMIN}
