"""Signing in and out, renewing, tickets, the team menu, tokens for machines."""

import time

import pytest
from axes.models import AccessAttempt
from django.test import Client

from accounts.domain.roles import Role
from accounts.models import SignInSession, SocketTicket, User
from accounts.services.people import people
from accounts.services.sign_in import sessions, tickets
from accounts.tokens import cookie_name
from tests.integration.accounts.conftest import CONSOLE, PASSWORD, prove, sign_in

pytestmark = pytest.mark.urls("tests.integration.accounts.probe_urls")
SCRIPT = {"HTTP_ACCEPT": "application/json", "HTTP_SEC_FETCH_MODE": "cors"}


def test_signing_in_sets_three_cookies_and_no_token_is_readable(operator, settings):
    client = Client()
    answer = sign_in(client, "ada")
    assert (answer.status_code, answer.url) == (302, "/")
    access, refresh, until = (answer.cookies[f"__Host-idp_{kind}"] for kind in ("access", "refresh", "until"))
    assert access["httponly"] and refresh["httponly"] and not until["httponly"]
    assert (access["samesite"], refresh["samesite"]) == ("Lax", "Strict")
    assert all(
        cookie["secure"] and cookie["path"] == "/" and not cookie["domain"] for cookie in (access, refresh, until)
    )
    assert 290 < int(until.value) - time.time() <= 300
    assert User.objects.get(pk=operator.pk).last_login
    session = SignInSession.objects.get()
    assert session.user == operator and session.ip == "127.0.0.1"


def test_without_tls_the_cookies_have_plain_names(operator, settings):
    settings.SECURE_COOKIES = False
    client = Client()
    answer = sign_in(client, "ada")
    assert {"idp_access", "idp_refresh", "idp_until"} <= set(answer.cookies)
    assert not answer.cookies["idp_access"]["secure"]
    assert client.get("/who/").json()["user"] == "ada"


@pytest.mark.parametrize("name", ["ADA", " ada ", "Ada@Example.org"])
def test_names_ignore_case_and_a_proven_address_signs_in(operator, name):
    prove(operator, "ada@example.org")
    assert sign_in(Client(), name).status_code == 302


@pytest.mark.parametrize("wrong", ["password", "name", "deactivated", "empty"])
def test_every_wrong_sign_in_gets_the_same_answer(operator, wrong):
    if wrong == "deactivated":
        people.user_deactivate(CONSOLE, operator.id)
    name = "nobody" if wrong == "name" else "ada"
    password = {"password": "wrong password", "empty": ""}.get(wrong, PASSWORD)
    answer = sign_in(Client(), name, password)
    assert answer.status_code == 400
    assert cookie_name("access") not in answer.cookies
    assert not SignInSession.objects.exists()
    if wrong != "empty":
        assert "User name or password are not right." in answer.content.decode()


def test_without_any_organization_the_form_says_whom_to_ask(person):
    person("eve", None)
    answer = sign_in(Client(), "eve")
    assert answer.status_code == 400 and "belongs to no organisation" in answer.content.decode()


@pytest.mark.parametrize(
    ("target", "lands"),
    [
        ("/who/?a=1", "/who/?a=1"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("/\\evil.example", "/"),
        ("", "/"),
    ],
)
def test_after_signing_in_one_stays_on_this_site(operator, target, lands):
    client = Client()
    answer = client.post("/login/", {"username": "ada", "password": PASSWORD, "next": target})
    assert answer.url == lands
    assert client.get("/login/", {"next": target}).url == lands, "signed in already"


def test_the_form_needs_a_csrf_token_and_gives_one(operator):
    client = Client(enforce_csrf_checks=True)
    assert sign_in(client, "ada").status_code == 403
    client.get("/login/", secure=True)
    token = client.cookies["__Host-idp_csrf"].value
    extra = {"HTTP_X_CSRFTOKEN": token, "HTTP_ORIGIN": "https://testserver"}
    assert client.post("/login/", {"username": "ada", "password": PASSWORD}, secure=True, **extra).status_code == 302
    assert client.cookies["__Host-idp_csrf"].value != token, "the token changes with the session"


def test_the_demos_tiles_show_only_where_the_demo_is_loaded(db, settings):
    settings.DEMO_LOGINS = []
    assert "viewer-of-the-demo" not in Client().get("/login/").content.decode()
    settings.DEMO_LOGINS = [{"role": "viewer", "username": "viewer-of-the-demo", "password": "its-password"}]
    page = Client().get("/login/").content.decode()
    assert "viewer-of-the-demo" in page and "its-password" in page


def test_axes_locks_out_a_name_even_with_the_right_password(operator, settings):
    settings.AXES_FAILURE_LIMIT = 3
    client = Client()
    statuses = [sign_in(client, "ada", "wrong password").status_code for _ in range(3)]
    assert statuses == [400, 400, 429]
    locked = sign_in(client, "ADA")
    assert locked.status_code == 429 and "Too many attempts" in locked.content.decode()
    api = client.post("/api/v1/token/", {"username": "ada", "password": PASSWORD}, content_type="application/json")
    assert api.status_code == 429 and api.json()["code"] == "locked_out"
    assert not SignInSession.objects.exists()
    assert sign_in(Client(REMOTE_ADDR="192.0.2.7"), "ada").status_code == 302


def test_a_right_password_forgets_earlier_mistakes(operator):
    client = Client()
    sign_in(client, "ada", "wrong password")
    assert AccessAttempt.objects.count() == 1
    sign_in(client, "ada")
    assert not AccessAttempt.objects.exists()


def test_signing_out_ends_the_session_and_clears_the_cookies(tab):
    answer = tab.post("/logout/")
    assert answer.url == "/login/"
    assert all(answer.cookies[cookie_name(kind)].value == "" for kind in ("access", "refresh", "until"))
    assert SignInSession.objects.get().revoked_reason == "signed_out"
    assert Client().post("/logout/").url == "/login/", "harmless without a session"


def test_refreshing_by_script_rotates_and_tells_the_new_end(tab):
    before = tab.cookies[cookie_name("refresh")].value
    answer = tab.post("/session/refresh/", **SCRIPT)
    assert answer.status_code == 200 and set(answer.json()) == {"expires_at"}
    assert answer.json()["expires_at"] == int(tab.cookies[cookie_name("until")].value)
    assert tab.cookies[cookie_name("refresh")].value != before
    assert tab.get("/who/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_stolen_refresh_token_ends_the_session_for_good(tab, monkeypatch):
    """Committed although the request fails, and although the thief's request carries a valid access token too."""
    stolen = tab.cookies[cookie_name("refresh")].value
    tab.post("/session/refresh/", **SCRIPT)
    monkeypatch.setattr("accounts.services.sign_in.sessions.ROTATION_GRACE", type(sessions.ROTATION_GRACE)(0))
    thief = Client()
    thief.cookies[cookie_name("refresh")] = stolen
    thief.cookies[cookie_name("access")] = tab.cookies[cookie_name("access")].value
    answer = thief.post("/session/refresh/", **SCRIPT)
    assert answer.status_code == 401 and answer.cookies[cookie_name("refresh")].value == ""
    assert SignInSession.objects.get().revoked_reason == "token_reused"
    assert tab.get("/who/", **SCRIPT).status_code == 401
    assert tab.post("/session/refresh/", **SCRIPT).status_code == 401


def test_refreshing_without_a_session_leads_to_the_sign_in_page(db):
    assert Client().post("/session/refresh/", **SCRIPT).status_code == 401
    assert Client().post("/session/refresh/").url == "/login/"


def test_refreshing_needs_a_csrf_token(tab):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = tab.cookies
    assert strict.post("/session/refresh/", **SCRIPT).status_code == 403
    assert strict.post("/session/ticket/", **SCRIPT).status_code == 403
    assert strict.post("/logout/", **SCRIPT).status_code == 403


def test_a_ticket_for_the_signed_in_only(tab):
    ticket = tab.post("/session/ticket/", **SCRIPT).json()["ticket"]
    assert tickets.socket_ticket_redeem(ticket).display_name == "ada"
    assert Client().post("/session/ticket/", **SCRIPT).status_code == 401
    assert SocketTicket.objects.count() == 1


def test_switching_the_team_in_the_header(world, operator, tab):
    people.membership_set(
        CONSOLE,
        user_id=operator.id,
        organization_id=world.organization.id,
        team_id=world.other_team.id,
        role=Role.VIEWER,
    )
    menu = tab.get("/session/teams/").content.decode()
    assert "Post" in menu and "Taxes" in menu and "Quay" not in menu
    chosen = {"organization": world.organization.id, "team": world.other_team.id, "next": "/who/"}
    assert tab.post("/session/team/", chosen).url == "/who/"
    assert tab.get("/who/").json()["role"] == "viewer"
    tab.post("/session/refresh/", **SCRIPT)
    assert tab.get("/who/").json()["role"] == "viewer", "a refresh keeps the team"
    assert tab.post("/session/team/", {"team": world.foreign_team.id}, **SCRIPT).status_code == 404
    assert tab.post("/session/team/", {"team": "x"}, **SCRIPT).status_code == 400


def test_tokens_for_machines(operator):
    client = Client(enforce_csrf_checks=True)
    credentials = {"username": "ada", "password": PASSWORD}
    pair = client.post("/api/v1/token/", credentials, content_type="application/json").json()
    assert set(pair) == {"access", "refresh", "expires_at"}
    header = {"HTTP_AUTHORIZATION": f"Bearer {pair['access']}"}
    assert client.get("/api/v1/probe/", **header).json()["user"] == "ada"
    refreshed = client.post("/api/v1/token/refresh/", {"refresh": pair["refresh"]}, content_type="application/json")
    assert refreshed.status_code == 200 and refreshed.json()["refresh"] != pair["refresh"]
    assert client.post("/api/v1/token/revoke/", **header).status_code == 204
    assert client.get("/api/v1/probe/", **header).status_code == 401


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/api/v1/token/", {"username": "ada", "password": "wrong password"}, 401),
        ("/api/v1/token/", {"username": "ada"}, 400),
        ("/api/v1/token/refresh/", {"refresh": "nonsense"}, 401),
        ("/api/v1/token/revoke/", {}, 401),
    ],
)
def test_wrong_credentials_of_machines(operator, path, body, status):
    answer = Client().post(path, body, content_type="application/json")
    assert answer.status_code == status
    assert {"code", "message", "is_retryable"} <= set(answer.json())


def test_the_api_answers_no_html_error(db):
    answer = Client().post("/api/v1/token/", "{not json", content_type="application/json")
    assert answer.status_code == 400 and answer["Content-Type"] == "application/json"


def test_no_token_appears_in_a_url_or_a_page(tab):
    tokens = [tab.cookies[cookie_name(kind)].value for kind in ("access", "refresh")]
    for path in ("/session/renew/?next=/who/", "/session/teams/", "/who/"):
        assert not any(token in tab.get(path).content.decode() for token in tokens)
