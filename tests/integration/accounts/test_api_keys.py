"""API keys: part of their owner's permissions, in one organisation, until they end."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.domain.roles import Permission, Role
from accounts.models import ApiKey, AuditEntry, Organization, User
from accounts.selectors.access import access_current
from accounts.selectors.credentials import api_keys_of
from accounts.services.people import people
from accounts.services.sign_in import api_keys, passwords, second_factor, sessions
from accounts.services.sign_in.api_keys import api_key_create, api_key_identify
from idp_project.core.errors import Forbidden, InvalidInput, NotFound
from idp_project.core.tenancy import organization_scope, system_scope
from tests.integration.accounts.conftest import CONSOLE, PASSWORD
from tests.integration.accounts.test_second_factor import code_of, enrolled

BATCHES = "/api/v1/batches/"


def signed_in(user):
    return sessions.sign_in(user).access


def a_key(user, *scopes, days=30):
    return api_key_create(signed_in(user), name="Nightly import", scopes=scopes or ("view_documents",), days=days)


def ask(text, method="get", path=BATCHES, **options):
    return getattr(Client(), method)(path, headers={"Authorization": f"Bearer {text}"}, **options)


def test_a_key_opens_the_api_and_only_its_hash_is_kept(world, operator):
    key, text = a_key(operator)
    assert text.startswith("idp_") and text.startswith(key.prefix) and len(text) > 50
    assert ask(text).status_code == 200
    with organization_scope(world.organization.id):
        row = ApiKey.objects.values().get()
    assert text not in str(row) and text.removeprefix(key.prefix) not in str(row)
    assert row["last_used_at"] is not None


def test_a_key_opens_no_page_and_no_session(operator):
    _, text = a_key(operator)
    assert ask(text, path="/").status_code == 302
    assert ask(text, "post", "/session/ticket/").status_code == 302
    assert ask(text, "post", "/api/v1/token/revoke/").status_code == 403


@pytest.mark.parametrize("spoiled", ["revoked", "expired", "deactivated", "removed", "organization", "cut", "prefix"])
def test_a_spoiled_key_opens_nothing(world, operator, spoiled):
    key, text = a_key(operator)
    assert ask(text).status_code == 200
    if spoiled == "revoked":
        api_keys.api_key_revoke(signed_in(operator), key.pk)
    elif spoiled == "expired":
        with organization_scope(world.organization.id):
            ApiKey.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    elif spoiled == "deactivated":
        people.user_deactivate(CONSOLE, operator.pk)
    elif spoiled == "removed":
        people.membership_remove(CONSOLE, operator.memberships.get().pk)
    elif spoiled == "organization":
        type(world.organization).objects.update(is_active=False)
    else:
        text = text[:-1] if spoiled == "cut" else f"{key.prefix}_"
    assert ask(text).status_code == 401


def test_key_may_do_what_it_was_given_not_all_its_owner_may(world, operator):
    _, reading = a_key(operator, "view_documents")
    _, blind = a_key(operator, "upload_documents")
    _, access = api_key_identify(reading)
    assert access.can(Permission.VIEW_DOCUMENTS, team_id=world.team.id)
    assert not access.can(Permission.UPLOAD_DOCUMENTS, team_id=world.team.id)
    body = {"team_id": str(world.team.id), "files": SimpleUploadedFile("a.pdf", b"%PDF-")}
    assert ask(reading, "post", data=body).status_code == 403
    _, blind_access = api_key_identify(blind)
    assert blind_access.team_ids == () and not blind_access.can(Permission.VIEW_DOCUMENTS, team_id=world.team.id)


def test_what_the_owner_loses_the_key_loses(world, operator):
    _, text = a_key(operator, "view_documents", "upload_documents")
    people.membership_set(
        CONSOLE,
        user_id=operator.pk,
        organization_id=world.organization.id,
        team_id=world.team.id,
        role=Role.VIEWER,
    )
    _, access = api_key_identify(text)
    assert access.team_permissions[world.team.id] == {"view_documents"}


def test_super_admins_key_stays_in_its_organization(world, super_admin):
    key, text = a_key(super_admin, "view_documents", "manage_organization")
    _, access = api_key_identify(text)
    assert key.organization_id == world.organization.id == access.organization_id
    assert not access.is_super and access.organization_permissions == {"view_documents", "manage_organization"}


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"name": "  "}, InvalidInput),
        ({"name": "x" * 101}, InvalidInput),
        ({"days": 0}, InvalidInput),
        ({"days": 366}, InvalidInput),
        ({"scopes": []}, InvalidInput),
        ({"scopes": ["manage_batches"]}, Forbidden),
        ({"scopes": ["manage_system"]}, Forbidden),
        ({"scopes": ["everything"]}, Forbidden),
    ],
)
def test_a_key_that_cannot_be(operator, change, error):
    with pytest.raises(error):
        api_key_create(signed_in(operator), **({"name": "n", "scopes": ["view_documents"], "days": 1} | change))


def test_a_key_makes_no_keys_and_others_keys_are_not_there(operator, person):
    key, text = a_key(operator)
    _, machine = api_key_identify(text)
    with pytest.raises(Forbidden):
        api_key_create(machine, name="more", scopes=["view_documents"], days=1)
    for stranger in (person("eve", Role.MANAGER), person("far", Role.VIEWER, None)):
        with pytest.raises(NotFound):
            api_keys.api_key_revoke(signed_in(stranger), key.pk)
        assert api_keys_of(signed_in(stranger)) == []


def test_org_admin_ends_keys_of_the_organization_with_audit(world, operator, person):
    key, text = a_key(operator)
    api_keys.api_key_revoke(signed_in(person("boss", Role.ORG_ADMIN)), key.pk)
    assert ask(text).status_code == 401
    with system_scope("test"):
        entries = AuditEntry.objects.filter(object_kind="api_key").order_by("number")
        assert [entry.action for entry in entries] == ["api_key_created", "api_key_revoked"]
        assert all(text not in str(entry.details) for entry in entries)


def test_what_a_key_does_carries_its_name_in_the_audit_trail(operator):
    _, text = a_key(operator)
    assert api_key_identify(text)[1].display_name == "ada by the key Nightly import"


def test_the_page_shows_a_new_key_once_and_ends_it(operator, tab):
    made = tab.post(
        "/account/keys/",
        {"name": "CI", "scopes": ["view_documents", "upload_documents"], "days": "30", "proof": PASSWORD},
    )
    assert made.status_code == 201 and "no-store" in made["Cache-Control"]
    (key,) = api_keys_of(signed_in(operator))
    text = made.content.decode().split('data-copy="')[1].split('"')[0]
    assert ask(text).status_code == 200
    page = tab.get("/account/").content.decode()
    assert key.prefix in page and text not in page
    assert tab.post(f"/account/keys/{key.pk}/revoke/").status_code == 302
    assert ask(text).status_code == 401


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"scopes": ["manage_organization"]}, {"days": "999"}, {"scopes": []}, {"proof": "x"}]
)
def test_the_form_says_what_is_wrong_and_keeps_what_was_typed(operator, tab, wrong):
    answer = tab.post(
        "/account/keys/", {"name": "CI", "scopes": ["view_documents"], "days": "30", "proof": PASSWORD} | wrong
    )
    assert answer.status_code == 400 and 'role="alert"' in answer.content.decode()
    access = signed_in(operator)
    assert api_keys_of(access) == [] and access_current(access.session_id) is not None


REVOCATIONS = {
    "reset": lambda user, tab: passwords.password_reset_complete(reset_token(user), "a quite different phrase"),
    "change": lambda user, tab: tab.post(
        "/account/password/", {"present": PASSWORD, "new": "another long phrase", "again": "another long phrase"}
    ),
    "set by a super admin": lambda user, tab: people.user_set_password(CONSOLE, user.pk, "another long phrase"),
    "signed out everywhere": lambda user, tab: tab.post("/account/sessions/end/"),
    "stopped and started": lambda user, tab: [
        act(CONSOLE, user.pk) for act in (people.user_deactivate, people.user_activate)
    ],
    "left and came back": lambda user, tab: left_and_came_back(user),
}


def reset_token(user):
    return passwords.password_link_hand_over(CONSOLE, user.pk).partition("#")[2]


def left_and_came_back(user):
    held = user.memberships.get()
    people.membership_remove(CONSOLE, held.pk)
    place = {"organization_id": held.organization_id, "team_id": held.team_id}
    people.membership_set(CONSOLE, user_id=user.pk, role=Role.OPERATOR, **place)


@pytest.mark.parametrize("revocation", REVOCATIONS)
def test_no_key_outlives_what_ends_the_sessions(operator, tab, revocation):
    _, text = a_key(operator)
    assert ask(text).status_code == 200
    REVOCATIONS[revocation](operator, tab)
    assert ask(text).status_code == 401


def test_required_second_factor_binds_keys_too(world, operator):
    _, text = a_key(operator)
    Organization.objects.filter(pk=world.organization.pk).update(is_second_factor_required=True)
    assert ask(text).status_code == 401
    enrolled(operator)
    assert ask(text).status_code == 200
    Organization.objects.filter(pk=world.foreign.pk).update(is_second_factor_required=True)
    second_factor.second_factor_reset(CONSOLE, operator.pk)
    assert ask(text).status_code == 401
    Organization.objects.filter(pk=world.organization.pk).update(is_second_factor_required=False)
    assert ask(text).status_code == 200


def test_code_or_password_makes_a_key_and_guesses_lock_out(operator, tab, settings):
    settings.AXES_FAILURE_LIMIT = 3
    secret, _ = enrolled(operator)
    form = {"name": "CI", "scopes": ["view_documents"], "days": "30"}
    assert tab.post("/account/keys/", form | {"proof": code_of(secret)}).status_code == 201
    assert tab.post("/account/keys/", form | {"proof": code_of(secret)}).status_code == 400, "a code works once"
    assert [tab.post("/account/keys/", form | {"proof": "000000"}).status_code for _ in range(2)] == [400, 429]
    assert tab.post("/account/keys/", form | {"proof": PASSWORD}).status_code == 429


@pytest.mark.django_db(transaction=True)
def test_people_are_told_by_the_systems_mail_what_changed(operator, drain):
    User.objects.filter(pk=operator.pk).update(email="ada@example.org")
    operator.refresh_from_db()
    a_key(operator)
    enrolled(operator)
    access = sessions.sign_in(operator, has_second_factor=True).access
    second_factor.recovery_codes_renew(access, operator)
    second_factor.second_factor_remove(access, operator)
    enrolled(operator)
    second_factor.second_factor_reset(CONSOLE, operator.pk)
    drain()
    said = "\n".join(message.body for message in mail.outbox)
    assert {tuple(message.to) for message in mail.outbox} == {("ada@example.org",)} and len(mail.outbox) == 6
    for part in ("API key was made", "was set up", "recovery codes", "turned off", "has reset"):
        assert part in said
    assert "http" not in said
