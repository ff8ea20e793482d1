"""What the access middleware does around a view: who asks, tenancy scope, rollback, refusals."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import jwt
import pytest
from django.conf import settings
from django.test import AsyncClient, Client
from django.utils import timezone

from accounts.domain.roles import Role
from accounts.models import Membership, Organization, ProviderEndpoint, SignInSession, User
from accounts.services.people import people
from accounts.services.sign_in import revocation, sessions
from accounts.tokens import cookie_name, token_pair
from idp_project.core.tenancy import organization_scope, system_scope
from tests.integration.accounts.conftest import CONSOLE, sign_in

pytestmark = pytest.mark.urls("tests.integration.accounts.probe_urls")
BROWSER = {"HTTP_ACCEPT": "text/html", "HTTP_SEC_FETCH_MODE": "navigate"}
SCRIPT = {"HTTP_ACCEPT": "application/json", "HTTP_SEC_FETCH_MODE": "cors"}


def rows(name: str) -> int:
    return Organization.objects.filter(name=name).count()


def expire(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Replaces the access cookie by one whose token ended an hour ago."""
    session = SignInSession.objects.get()
    earlier = timezone.now() - timedelta(hours=1)
    with monkeypatch.context() as patch:
        patch.setattr("accounts.services.sign_in.sessions.timezone.now", lambda: earlier)
        grant = sessions.sign_in(session.user)
    session.delete()
    client.cookies[cookie_name("access")] = token_pair(grant).access
    client.cookies[cookie_name("refresh")] = token_pair(grant).refresh


def bearer(user: User) -> dict[str, str]:
    return {"HTTP_AUTHORIZATION": f"Bearer {token_pair(sessions.sign_in(user)).access}"}


def test_a_signed_in_person_works_inside_their_organization(world, tab):
    seen = tab.get("/who/").json()
    assert seen["user"] == "ada" and seen["role"] == "operator" and seen["credential"] == "cookie"
    assert seen["organization"] == str(world.organization.id)
    assert seen["database_role"] == "idp_app"
    assert seen["teams"] == [str(world.team.id)]
    assert seen["in_transaction"]


def test_rows_of_other_organizations_are_invisible_unfiltered(world, tab):
    with system_scope("test"):
        for organization, model in ((world.organization, "ours"), (world.foreign, "theirs"), (None, "shared")):
            ProviderEndpoint.objects.create(organization=organization, provider="ollama", model=model, location="local")
    assert tab.get("/who/").json()["endpoints"] == ["ours", "shared"]
    assert list(ProviderEndpoint.objects.values_list("model", flat=True)) == ["shared"], "no scope, no tenant's row"


def test_strangers_reach_public_views_only(db):
    assert Client().get("/public/").json()["user"] == ""
    answer = Client().get("/who/?a=1", **BROWSER)
    assert (answer.status_code, answer.url) == (302, "/login/?next=%2Fwho%2F%3Fa%3D1")
    refused = Client().get("/who/", **SCRIPT)
    assert (refused.status_code, refused.json()["code"]) == (401, "not_signed_in")
    assert Client().get("/api/v1/probe/").status_code == 401


@pytest.mark.parametrize("ended", ["signed_out", "revoked", "deactivated", "removed", "organization", "deleted"])
def test_revocation_holds_at_the_next_request(world, operator, tab, ended):
    assert tab.get("/who/").status_code == 200
    if ended == "signed_out":
        token = tab.cookies[cookie_name("access")].value
        tab.post("/logout/")
        tab.cookies[cookie_name("access")] = token
    elif ended == "revoked":
        revocation.credentials_revoke_all(operator.id, reason="revoked")
    elif ended == "deactivated":
        people.user_deactivate(CONSOLE, operator.id)
    elif ended == "removed":
        people.membership_remove(CONSOLE, Membership.objects.get(user=operator).pk)
    elif ended == "organization":
        Organization.objects.filter(pk=world.organization.pk).update(is_active=False)
    else:
        SignInSession.objects.all().delete()
    assert tab.get("/who/", **SCRIPT).status_code == 401
    assert tab.get("/who/", **BROWSER).status_code == 302
    assert tab.get("/api/v1/probe/").status_code == 401


def test_demotion_holds_at_the_next_request_despite_the_token(world, operator, tab):
    people.membership_set(
        CONSOLE, user_id=operator.id, organization_id=world.organization.id, team_id=world.team.id, role=Role.VIEWER
    )
    assert tab.get("/who/").json()["role"] == "viewer"


@pytest.mark.parametrize("forgery", ["refresh", "signature", "key", "unsigned", "empty", "other_session"])
def test_forged_and_foreign_tokens_are_nobody(operator, forgery):
    pair = token_pair(sessions.sign_in(operator))
    claims = jwt.decode(pair.access, options={"verify_signature": False})
    token = {
        "refresh": pair.refresh,
        "signature": pair.access[:-8] + "AAAAAAAA",
        "key": jwt.encode(claims, "another key that is long enough for it", algorithm="HS256"),
        "unsigned": jwt.encode(claims, None, algorithm="none"),
        "empty": "",
        "other_session": jwt.encode({**claims, "sid": str(uuid4())}, settings.SIMPLE_JWT["SIGNING_KEY"]),
    }[forgery]
    client = Client()
    client.cookies[cookie_name("access")] = pair.access
    assert client.get("/who/", **SCRIPT).status_code == 200
    client.cookies[cookie_name("access")] = token
    assert client.get("/who/", **SCRIPT).status_code == 401


def test_an_expired_token_gets_the_renew_page_where_it_was_going(tab, monkeypatch):
    expire(tab, monkeypatch)
    page = tab.get("/who/?a=1", **BROWSER)
    assert page.status_code == 401
    body = page.content.decode()
    assert 'data-renew="now"' in body and 'value="/who/?a=1"' in body and "js/renew.js" in body
    assert "no-store" in page["Cache-Control"]
    assert tab.get("/who/", **SCRIPT).json()["code"] == "not_signed_in"
    renewed = tab.post("/session/refresh/", {"next": "/who/?a=1"}, **BROWSER)
    assert (renewed.status_code, renewed.url) == (302, "/who/?a=1")
    assert tab.get("/who/", **BROWSER).status_code == 200


def test_a_form_sent_with_an_expired_token_is_not_lost_silently(tab, monkeypatch):
    expire(tab, monkeypatch)
    page = tab.post("/write/", HTTP_REFERER="http://testserver/who/?b=2", **BROWSER)
    body = page.content.decode()
    assert page.status_code == 401 and 'data-renew="ask"' in body and 'value="/who/?b=2"' in body
    assert rows("written") == 0
    elsewhere = tab.post("/write/", HTTP_REFERER="https://evil.example/trap", **BROWSER)
    assert "evil.example" not in elsewhere.content.decode()


def test_a_get_changes_nothing_in_the_session(tab, monkeypatch):
    expire(tab, monkeypatch)
    before = list(SignInSession.objects.values())
    tab.get("/who/", **BROWSER)
    tab.get("/session/renew/?next=/who/", **BROWSER)
    assert list(SignInSession.objects.values()) == before
    assert tab.get("/session/refresh/").status_code == 405
    assert tab.get("/logout/").status_code == 405


@pytest.mark.django_db(transaction=True)
def test_a_good_answer_commits(tab):
    assert tab.post("/write/").status_code == 200
    assert rows("written") == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("conflict", 409, "conflict"),
        ("not_found", 404, "not_found"),
        ("http404", 404, "not_found"),
        ("denied", 403, "forbidden"),
        ("bug", 500, "internal_error"),
    ],
)
def test_error_rolls_back_and_answers_in_the_askers_language(tab, kind, status, code):
    tab.raise_request_exception = False
    page = tab.get(f"/fail/{kind}/", **BROWSER)
    assert page.status_code == status and page["Content-Type"].startswith("text/html")
    assert "Traceback" not in page.content.decode() and "ZeroDivision" not in page.content.decode()
    answer = tab.get(f"/fail/{kind}/", **SCRIPT)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert rows("written-before") == 0


@pytest.mark.django_db(transaction=True)
def test_a_5xx_answer_rolls_back(tab):
    assert tab.get("/answer-500/").status_code == 500
    assert rows("written-before") == 0


@pytest.mark.django_db(transaction=True)
def test_the_api_commits_rolls_back_and_answers_in_one_form(operator):
    client = Client()
    assert client.post("/api/v1/probe/", **bearer(operator)).status_code == 201
    assert rows("written") == 1
    failed = client.put("/api/v1/probe/", **bearer(operator))
    assert failed.status_code == 409
    assert failed.json() == {"code": "conflict", "message": "Somebody was faster.", "is_retryable": False}
    assert rows("written-before") == 0
    assert client.delete("/api/v1/probe/", **bearer(operator)).json()["code"] == "method_not_allowed"


@pytest.mark.django_db(transaction=True)
def test_a_view_that_waits_for_models_runs_in_no_transaction(tab):
    assert tab.get("/slow/").json() == {"in_transaction": False}
    assert tab.get("/who/").json()["in_transaction"]


def test_unknown_address_gives_the_404_of_an_invisible_object(tab):
    unknown = tab.get("/nowhere/", **SCRIPT)
    invisible = tab.get("/fail/not_found/", **SCRIPT)
    assert unknown.status_code == invisible.status_code == 404
    assert unknown.json()["code"] == invisible.json()["code"]


def test_bearer_tokens_open_the_api_and_nothing_else(operator):
    header = bearer(operator)
    assert Client().get("/api/v1/probe/", **header).json() == {"user": "ada", "auth": True}
    assert Client().get("/who/", **header, **SCRIPT).status_code == 401
    assert Client().get("/api/v1/probe/", HTTP_AUTHORIZATION="Bearer nonsense").status_code == 401


def test_cookie_reads_the_api_and_needs_csrf_for_writing(tab):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = tab.cookies
    assert strict.get("/api/v1/probe/").status_code == 200
    refused = strict.post("/api/v1/probe/", **SCRIPT)
    assert refused.status_code == 403 and rows("written") == 0
    token = strict.cookies["__Host-idp_csrf"].value
    assert (
        strict.post(
            "/api/v1/probe/", HTTP_X_CSRFTOKEN=token, secure=True, **SCRIPT, HTTP_ORIGIN="https://testserver"
        ).status_code
        == 201
    )


def test_a_bearer_request_needs_no_csrf_token(operator):
    assert Client(enforce_csrf_checks=True).post("/api/v1/probe/", **bearer(operator)).status_code == 201


@pytest.mark.parametrize(
    ("headers", "passes"),
    [
        ({}, True),
        ({"HTTP_SEC_FETCH_SITE": "same-origin"}, True),
        ({"HTTP_SEC_FETCH_SITE": "none"}, True),
        ({"HTTP_SEC_FETCH_SITE": "same-site"}, False),
        ({"HTTP_SEC_FETCH_SITE": "cross-site"}, False),
        ({"HTTP_ORIGIN": "http://testserver"}, True),
        ({"HTTP_ORIGIN": "http://testserver:8443"}, False),
        ({"HTTP_ORIGIN": "https://evil.example"}, False),
        ({"HTTP_ORIGIN": "https://testserver.evil.example"}, False),
        ({"HTTP_ORIGIN": "null"}, False),
        ({"HTTP_ORIGIN": "http://testserver", "HTTP_SEC_FETCH_SITE": "cross-site"}, False),
    ],
)
def test_unsafe_requests_from_elsewhere_stop_at_once(tab, headers, passes):
    for path in ("/write/", "/api/v1/probe/"):
        Organization.objects.filter(name="written").delete()
        answer = tab.post(path, **headers, HTTP_ACCEPT="application/json")
        assert (answer.status_code < 300) is passes
        assert rows("written") == passes
        if not passes:
            assert answer.json()["code"] == "cross_site"
        assert tab.get("/who/", **headers).status_code == 200, "reading from a link elsewhere works"


def test_a_form_without_csrf_token_is_refused_with_a_human_page(tab):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = tab.cookies
    refused = strict.post("/write/", **BROWSER)
    assert refused.status_code == 403 and "csrf_failed" in refused.content.decode()
    assert rows("written") == 0


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.VIEWER, 403), (Role.OPERATOR, 403), (Role.MANAGER, 403), (Role.ORG_ADMIN, 403), (Role.SUPER_ADMIN, 200)],
)
def test_django_admin_opens_for_super_admins_only(person, role, status):
    client = Client()
    person("somebody", role)
    sign_in(client, "somebody")
    for path in (
        "/admin/",
        "/admin/accounts/user/",
        "/admin/accounts/providerendpoint/",
        "/admin/accounts/auditentry/",
    ):
        assert client.get(path).status_code == status


def test_django_admins_own_login_and_logout_are_ours(super_admin):
    client = Client()
    assert client.get("/admin/login/?next=/admin/").url == "/login/?next=%2Fadmin%2F"
    assert client.post("/admin/login/", {"username": "root", "password": "x"}).url.startswith("/login/")
    assert client.get("/admin/", **BROWSER).url == "/login/?next=%2Fadmin%2F"
    sign_in(client, "root")
    assert client.get("/admin/logout/").status_code == 405
    assert client.post("/admin/logout/").url == "/login/"
    assert client.get("/admin/", **BROWSER).status_code == 302


def test_super_admin_outside_admin_keeps_to_one_organization(world, super_admin):
    with system_scope("test"):
        ProviderEndpoint.objects.create(organization=world.foreign, provider="groq", model="theirs", location="cloud")
    client = Client()
    sign_in(client, "root")
    assert client.get("/who/").json()["endpoints"] == []
    assert "theirs" in client.get("/admin/accounts/providerendpoint/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_it_works_under_asgi_with_sync_and_async_views(world, operator):
    pair = token_pair(sessions.sign_in(operator))

    async def ask() -> list:
        client = AsyncClient()
        client.cookies[cookie_name("access")] = pair.access
        paths = ["/who/", "/asynchronous/", "/who/", "/write/"]
        return await asyncio.gather(*(client.get(path) for path in paths))

    first, asynchronous, second, written = asyncio.run(ask())
    assert first.json() == second.json()
    assert first.json()["organization"] == str(world.organization.id) and first.json()["in_transaction"]
    assert asynchronous.json() == {"user": "ada"}
    assert written.status_code == 200 and rows("written") == 1


def test_organizations_rows_do_not_leak_into_the_next_request(world, tab):
    with organization_scope(world.organization.id):
        ProviderEndpoint.objects.create(
            organization=world.organization, provider="ollama", model="ours", location="local"
        )
    assert tab.get("/who/").json()["endpoints"] == ["ours"]
    assert Client().get("/public/").json()["endpoints"] == []
