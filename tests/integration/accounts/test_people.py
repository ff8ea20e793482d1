"""Who may create and change people, and that nobody gives what they do not have."""

import json
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command

from accounts.domain.roles import Role
from accounts.models import AuditEntry, Membership, User
from accounts.selectors.access import access_resolve
from accounts.services.people import people, teams
from idp_project.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from idp_project.core.tenancy import system_scope
from tests.integration.accounts.conftest import CONSOLE, PASSWORD


def set_role(access, user, world, role, team=None, organization=None):
    return people.membership_set(
        access,
        user_id=user.id,
        organization_id=(organization or world.organization).id,
        team_id=team and team.id,
        role=role,
    )


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR, Role.MANAGER])
def test_team_roles_cannot_change_people(world, person, role):
    access = access_resolve(person("ada", role), None)
    friend = person("eve", None)
    with pytest.raises(Forbidden):
        set_role(access, friend, world, Role.VIEWER, world.team)
    with pytest.raises(Forbidden):
        people.user_create(access, username="new", password=PASSWORD)
    with pytest.raises(Forbidden):
        teams.team_create(access, organization_id=world.organization.id, name="Mine")
    with pytest.raises(Forbidden):
        people.membership_remove(access, Membership.objects.get(user_id=access.user_id).pk)
    assert not Membership.objects.filter(user=friend).exists()


def test_org_admin_gives_roles_up_to_own_in_own_organization(world, person):
    access = access_resolve(person("olga", Role.ORG_ADMIN), None)
    friend = person("eve", None)  # whose home is the organisation
    assert set_role(access, friend, world, Role.MANAGER, world.team).role == Role.MANAGER
    assert set_role(access, friend, world, Role.ORG_ADMIN).role == Role.ORG_ADMIN
    with pytest.raises(NotFound):
        set_role(access, friend, world, Role.VIEWER, world.foreign_team, world.foreign)
    with pytest.raises(InvalidInput):
        set_role(access, friend, world, Role.VIEWER, world.foreign_team)
    with pytest.raises(InvalidInput):
        set_role(access, friend, world, Role.ORG_ADMIN, world.team)
    with pytest.raises(InvalidInput):
        set_role(access, friend, world, Role.SUPER_ADMIN)
    with pytest.raises(Forbidden):
        people.user_create(access, username="evil", password=PASSWORD, is_super_admin=True)
    with pytest.raises(Forbidden):
        people.organization_create(access, name="Own", slug="own")


def test_an_org_admin_cannot_touch_a_foreign_membership(world, person):
    access = access_resolve(person("olga", Role.ORG_ADMIN), None)
    stranger = person("zoe", Role.VIEWER, team=world.foreign_team, organization=world.foreign)
    with pytest.raises(NotFound):
        people.membership_remove(access, Membership.objects.get(user=stranger).pk)
    assert Membership.objects.filter(user=stranger).exists()


def test_names_are_taken_without_case_and_passwords_are_judged(world):
    people.user_create(CONSOLE, username="Ada", password=PASSWORD, email="ada@example.org")
    with pytest.raises(Conflict):
        people.user_create(CONSOLE, username="ADA", password=PASSWORD)
    with pytest.raises(Conflict):
        people.user_create(CONSOLE, username="other", password=PASSWORD, email="ADA@example.org")
    with pytest.raises(InvalidInput) as refused:
        people.user_create(CONSOLE, username="weak", password="short")
    assert refused.value.code == "weak_password"
    with pytest.raises(Conflict):
        people.organization_create(CONSOLE, name="Again", slug="town-hall")
    with pytest.raises(Conflict):
        teams.team_create(CONSOLE, organization_id=world.organization.id, name="POST")


def test_unknown_people_are_not_found(world):
    with pytest.raises(NotFound):
        people.user_deactivate(CONSOLE, uuid4())


def test_one_cannot_deactivate_oneself(super_admin):
    access = access_resolve(super_admin, None)
    with pytest.raises(InvalidInput):
        people.user_deactivate(access, super_admin.id)


def test_changes_are_audited_without_the_password(world, operator):
    people.user_set_password(CONSOLE, operator.id, "another long secret")
    with system_scope("test"):
        entries = list(AuditEntry.objects.all())
    actions = {entry.action for entry in entries}
    assert {"organization_created", "team_created", "user_created", "membership_set", "password_changed"} <= actions
    assert not any("another long secret" in str(entry.details) or PASSWORD in str(entry.details) for entry in entries)


def test_create_super_admin_command(db, monkeypatch, capsys):
    monkeypatch.setenv("IDP_ADMIN_PASSWORD", PASSWORD)
    call_command("create_super_admin", "root", "--no-input", "--email", "root@example.org")
    user = User.objects.get(username="root")
    assert user.is_superuser and user.is_staff and user.check_password(PASSWORD)
    assert "root" in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("create_super_admin", "root", "--no-input")
    monkeypatch.delenv("IDP_ADMIN_PASSWORD")
    with pytest.raises(CommandError):
        call_command("create_super_admin", "second", "--no-input")
    assert User.objects.count() == 1


def asked(monkeypatch, capsys, **environment):
    """What `ask_super_admin` prints for the supervisor."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    call_command("ask_super_admin")
    return json.loads(capsys.readouterr().out)


def test_the_first_super_admin_is_read_from_the_environment(monkeypatch, capsys):
    given = {
        "IDP_ADMIN_USERNAME": "chief",
        "IDP_ADMIN_EMAIL": "c@example.org",
        "IDP_ADMIN_PASSWORD": "many words in a row",
    }
    answer = {"username": "chief", "email": "c@example.org", "password": "many words in a row"}
    assert asked(monkeypatch, capsys, **given) == answer


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"IDP_ADMIN_PASSWORD": "short"}, "IDP_ADMIN_PASSWORD: This password is too short"),
        (
            {"IDP_ADMIN_PASSWORD": "chief-of-office-12"},
            "IDP_ADMIN_PASSWORD: The password is too similar to the username",
        ),
        ({"IDP_ADMIN_EMAIL": "nowhere"}, "IDP_ADMIN_USERNAME, IDP_ADMIN_EMAIL: email: Enter a valid email address"),
        ({"IDP_ADMIN_USERNAME": "two words"}, "IDP_ADMIN_USERNAME, IDP_ADMIN_EMAIL: username: Enter a valid username"),
    ],
)
def test_a_first_super_admin_that_cannot_be_is_refused(monkeypatch, capsys, changed, said):
    given = {
        "IDP_ADMIN_USERNAME": "chief-of-office",
        "IDP_ADMIN_EMAIL": "",
        "IDP_ADMIN_PASSWORD": "many words in a row",
    }
    assert asked(monkeypatch, capsys, **given | changed)["error"].startswith(said)


def test_first_super_admin_is_asked_until_answers_are_usable(monkeypatch, capsys):
    monkeypatch.delenv("IDP_ADMIN_USERNAME", raising=False)
    passwords = iter(["short", "short", "many words in a row", "others", "many words in a row", "many words in a row"])
    monkeypatch.setattr("getpass.getpass", lambda prompt, stream: next(passwords))
    monkeypatch.setattr("sys.stdin", StringIO("two words\n\nchief\nc@example.org\n"))
    call_command("ask_super_admin")
    output = capsys.readouterr()
    answer = {"username": "chief", "email": "c@example.org", "password": "many words in a row"}
    assert json.loads(output.out) == answer
    assert "valid username" in output.err and "too short" in output.err and "differ" in output.err


def test_a_terminal_that_ends_is_no_endless_question(monkeypatch):
    monkeypatch.delenv("IDP_ADMIN_USERNAME", raising=False)
    monkeypatch.setattr("sys.stdin", StringIO(""))
    with pytest.raises(CommandError, match="Nobody was named"):
        call_command("ask_super_admin")
