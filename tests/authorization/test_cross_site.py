"""C5: every unsafe route refuses what another site could send, for the right reason: with everything right it does not."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.urls.resolvers import RoutePattern

from accounts.services.sign_in import sessions
from accounts.tokens import ACCESS, access_token, cookie_name
from documents.api.uploads import PART

VALUES = {"uuid": "00000000-0000-4000-8000-000000000007", "int": "7", "str": "view", "slug": "x", "path": "7"}
NO_COOKIES = {"/api/v1/token/", "/api/v1/token/refresh/"}  # they take credentials from the body, and set no cookie
TOKEN = "a" * 32
WRONG = {
    "no token": {"token": ""},
    "another token": {"token": "b" * 32},
    "foreign origin": {"HTTP_ORIGIN": "https://evil.example"},
    "origin with another port": {"HTTP_ORIGIN": "http://testserver:8080"},
    "null origin": {"HTTP_ORIGIN": "null"},
    "cross-site": {"HTTP_SEC_FETCH_SITE": "cross-site"},
    "same-site": {"HTTP_SEC_FETCH_SITE": "same-site"},
}
REASONS = {"csrf_failed", "cross_site", "permission_denied"}


def paths(patterns, prefix: str = "/") -> Iterator[str]:
    """An address of every route, admin's included; catch-alls by regular expression have no unsafe method."""
    for pattern in patterns:
        if not isinstance(pattern.pattern, RoutePattern):
            continue
        route = prefix + str(pattern.pattern)
        for name, converter in pattern.pattern.converters.items():
            kind = type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")
            route = route.replace(f"<{kind}:{name}>", VALUES[kind]).replace(f"<{name}>", VALUES["str"])
        if isinstance(pattern, URLPattern):
            yield route
        else:
            yield from paths(pattern.url_patterns, route)


ROUTES = sorted(set(paths(get_resolver().url_patterns)))
OURS = [path for path in ROUTES if not path.startswith("/admin/")]
ADMIN = [path for path in ROUTES if path.startswith("/admin/")]


@pytest.fixture
def cookie(cast) -> str:
    return str(access_token(sessions.sign_in(cast.super_admin)))


def send(cookie: str, method: str, path: str, *, token: str = TOKEN, **headers: str):
    """A fresh browser with the session's cookie and a CSRF cookie; whatever it changes is undone."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.cookies[cookie_name(ACCESS)] = cookie
    client.cookies[settings.CSRF_COOKIE_NAME] = TOKEN
    sent = {"HTTP_ACCEPT": "application/json", "HTTP_X_CSRFTOKEN": token, **headers}
    kind = PART if path.startswith(reverse("api-uploads")) else "application/json"
    with transaction.atomic():
        answer = client.generic(method, path, "{}", kind, **sent)
        transaction.set_rollback(True)
    return answer


def code_of(answer) -> str:
    return (
        json.loads(answer.content).get("code", "") if answer.headers.get("Content-Type") == "application/json" else ""
    )


def offences(cookie: str, method: str, path: str) -> Iterator[str]:
    for name, wrong in WRONG.items():
        if path in NO_COOKIES and "token" in wrong:
            continue
        answer = send(cookie, method, path, **wrong)
        if answer.status_code != 403 or code_of(answer) not in REASONS:
            yield f"{method} {path} with {name}: {answer.status_code} {code_of(answer)}"
    if code_of(send(cookie, method, path)) in ("csrf_failed", "cross_site"):
        yield f"{method} {path} is refused although everything is right"


def check(cookie: str, methods: tuple[str, ...], routes: list[str], record_property) -> None:
    found = [offence for path in routes for method in methods for offence in offences(cookie, method, path)]
    assert found == []
    tried = len(routes) * len(methods) * len(WRONG)
    record_property("figures", f"C5: {tried} unsafe requests of other sites to {len(routes)} routes, 0 accepted")


def test_posts_of_other_sites_are_refused_on_every_route(cookie, record_property):
    assert len(OURS) > 60
    check(cookie, ("POST",), OURS, record_property)


@pytest.mark.slow
def test_other_methods_and_admin_refuse_them_too(cookie, record_property):
    assert len(ADMIN) > 100
    check(cookie, ("PUT", "PATCH", "DELETE"), OURS, record_property)
    check(cookie, ("POST",), ADMIN, record_property)


@pytest.mark.parametrize("path", sorted(NO_COOKIES))
def test_the_token_endpoints_look_at_no_cookie_and_set_none(cookie, path):
    answer = send(cookie, "POST", path, token="")
    assert answer.status_code == 400 and not answer.cookies
