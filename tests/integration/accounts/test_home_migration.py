"""The upgrade finds each account's home in the audit trail, and guesses none."""

from importlib import import_module

import psycopg
import pytest
from django.conf import settings
from django.core import mail

from accounts.access import Access
from accounts.domain.roles import Role
from accounts.models import User
from accounts.selectors.access import access_resolve
from accounts.services.audit.trail import audit_record
from accounts.services.people import people
from accounts.services.sign_in import passwords, sessions
from tests.integration.accounts.conftest import CONSOLE, PASSWORD

HOMES = import_module("accounts.migrations.0015_homes_of_accounts").HOMES
LOADER = Access(user_id=None, organization_id=None, is_super=True, display_name="demonstration")


def upgrade(servers):
    """As the migration does it, on rows as an earlier release left them."""
    User.objects.update(home_organization=None, email_proven_at=None)
    with psycopg.connect(servers.superuser_url(f"idp_{settings.TEST_WORKER}")) as connection:
        for statement in HOMES:
            connection.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_home_is_where_the_trail_says_the_account_was_made(world, person, super_admin, servers):
    boss = access_resolve(person("boss", Role.ORG_ADMIN), None)
    made = people.person_create(boss, username="made", password=PASSWORD, role=Role.VIEWER)
    # A forced membership that is older than the real one: never the oldest membership.
    older = made.memberships.create(organization=world.foreign, role="viewer")
    type(older).objects.filter(pk=older.pk).update(created_at="2020-01-01T00:00:00Z")
    # An invitation whose inviter is gone: made in the system's trail, accepted in the organisation's.
    invited = people.user_create(CONSOLE, username="invited", password=PASSWORD)
    people.membership_set(CONSOLE, user_id=invited.pk, organization_id=world.foreign.id, role=Role.VIEWER)
    accepted = access_resolve(invited, None)
    audit_record(accepted, "invitation_accepted", object_kind="invitation", object_id=invited.pk)
    # Made by the command line, put into an organisation by it: nobody says where it is at home.
    lone = people.user_create(CONSOLE, username="lone", password=PASSWORD)
    people.membership_set(CONSOLE, user_id=lone.pk, organization_id=world.organization.id, role=Role.VIEWER)
    # Made in Django admin by a super admin who works in an organisation: its trail has the entry, and no role beside it.
    by_admin = people.user_create(CONSOLE, username="by-admin", password=PASSWORD)
    root = access_resolve(super_admin, None, organization_id=world.foreign.id).within(world.foreign.id)
    audit_record(root, "user_created", object_kind="user", object_id=by_admin.pk, details={"fields": ["username"]})
    demo = people.user_create(LOADER, username="operator", password=PASSWORD)
    people.membership_set(LOADER, user_id=demo.pk, organization_id=world.organization.id, role=Role.VIEWER)
    upgrade(servers)
    homes = dict(User.objects.values_list("username", "home_organization__name"))
    assert homes == {
        "boss": "Town hall",
        "made@town-hall": "Town hall",
        "invited": "Harbour",
        "lone": None,
        "by-admin": None,
        "operator": "Town hall",
        "root": None,
    }
    assert not User.objects.filter(email_proven_at__isnull=False).exists(), "no earlier link proves anything"


@pytest.mark.django_db(transaction=True)
def test_upgrade_makes_people_of_two_organizations_prove_address(world, person, servers, drain):
    user = person("ada", Role.OPERATOR)
    user.memberships.create(organization=world.foreign, role="viewer")
    User.objects.filter(pk=user.pk).update(email="ada@example.org")
    upgrade(servers)
    user.refresh_from_db()
    assert access_resolve(user, None, organization_id=world.foreign.id).organization_id == world.organization.id
    passwords.address_proof_request(sessions.sign_in(user).access)
    drain()
    passwords.password_reset_complete(mail.outbox[-1].body.split("#")[1].split()[0], "a quite different phrase")
    user.refresh_from_db()
    assert access_resolve(user, None, organization_id=world.foreign.id).organization_id == world.foreign.id
