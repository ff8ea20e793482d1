"""The product's own routes, all of them: a stranger gets nothing but the way to the sign-in page."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver

from tests.integration.accounts.conftest import sign_in

OPEN = {"health/", "jsi18n/<slug:language>/<slug:version>/", "login/", "logout/", "session/renew/", "session/refresh/"}
OPEN |= {"login/code/", "login/enroll/", "password/forgotten/", "password/reset/", "invitation/"}
OPEN_API = {"api/v1/token/", "api/v1/token/refresh/"}


def routes(patterns, prefix: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route
        elif not route.startswith("admin/"):
            yield from routes(pattern.url_patterns, route)


def filled(route: str) -> str:
    path = route
    for converter, value in (("uuid", str(uuid4())), ("str", "view"), ("int", "1"), ("slug", "x"), ("path", "x")):
        while f"<{converter}:" in path:
            head, _, tail = path.partition(f"<{converter}:")
            path = head + value + tail.partition(">")[2]
    return "/" + path.replace("^", "").replace("$", "")


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
def test_a_stranger_is_sent_away_from_every_route(db, method):
    found = set(routes(get_resolver().url_patterns))
    assert found >= OPEN and len(found) > len(OPEN | OPEN_API) + 10, "the walk sees the routes"
    wrong = []
    for route in sorted(found - OPEN - OPEN_API):
        answer = getattr(Client(), method)(filled(route), HTTP_ACCEPT="text/html,*/*;q=0.8")
        is_sent_away = answer.status_code == 302 and answer.url.startswith("/login/")
        if not is_sent_away and answer.status_code not in (401, 405):
            wrong.append((route, answer.status_code))
    assert not wrong


def test_a_signed_in_person_opens_the_start_page(tab: Client):
    page = tab.get("/", follow=True)
    assert page.status_code == 200 and "ada" in page.content.decode()


def test_the_sign_in_page_is_served_under_the_content_policy(db):
    page = Client().get("/login/")
    assert page.status_code == 200 and "default-src 'self'" in page["Content-Security-Policy"]


def test_super_admin_reaches_admin_with_one_sign_in(super_admin):
    client = Client()
    sign_in(client, "root")
    assert client.get("/", follow=True).status_code == 200
    assert client.get("/admin/").status_code == 200
