"""Everybody against every route and method: allowed, forbidden, hidden or asked to sign in, exactly as the table says."""

from __future__ import annotations

import asyncio
import html
import json
import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.contrib import admin
from django.db import connection
from django.test import RequestFactory, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, get_resolver, reverse

from accounts.services.sign_in import tickets
from documents.routing import websocket_urlpatterns
from tests.authorization import admin_pages
from tests.authorization.conftest import Actor, Answer, World
from tests.authorization.rules import ACTORS, ALLOW, ASK, ELSEWHERE, FORBID, HIDE, Row
from tests.authorization.table import ADMIN_PAGES, ON_A_GUESTS_ACCOUNT, ROUTES, SOCKETS

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_CHANGING = re.compile(rb"\b[A-Za-z0-9]{64}\b")  # CSRF tokens
_NARROWED = re.compile(r'href="(/admin/[a-z_]+/[a-z]+/\?[^"]+__exact=[^"]+)"')
_WRITE = re.compile(r"\s*(INSERT|UPDATE|DELETE|MERGE|COPY|TRUNCATE)\b", re.IGNORECASE)
_ID = re.compile(rb"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")


def named_routes(patterns: list, prefix: str = "", namespace: str = "") -> Iterator[tuple[str, str]]:
    """(route, name with its namespace); Django's own admin pages are counted by their registrations."""
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route, f"{namespace}{pattern.name}"
        elif not route.startswith("admin/"):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from named_routes(pattern.url_patterns, route, inner)


def verdict_of(answer: Answer) -> str:
    """What the answer means; an answer that means nothing of the kind is returned as its status."""
    if answer.status == 401 or (answer.status == 302 and answer.location.startswith("/login/")):
        return ASK
    known = {403: FORBID, 404: HIDE}
    if answer.status in known:
        return known[answer.status]
    return ALLOW if answer.status < 500 and answer.status != 405 else str(answer.status)


def send(world: World, actor: Actor, row: Row, ids: dict[str, str] | None = None) -> Answer:
    present = ids or world.ids
    kwargs = {name: present.get(key, key) for name, key in row.ids.items()}
    url = reverse(row.route, kwargs=kwargs or None)
    if row.query:
        url += "?" + row.query(world, actor)
    if row.body is None:
        return actor.request(row.method, url)
    body = row.body(world)
    if row.is_json:
        sent = {"data": json.dumps(body), "content_type": "application/json"}
        return actor.request(row.method, url, is_stream=row.is_stream, **sent)
    return actor.request(row.method, url, data=body)


def test_every_route_is_in_the_table_and_every_row_is_a_route():
    found = {name for _, name in named_routes(get_resolver().url_patterns)}
    assert len(found) > 40
    assert found == {row.route for row in ROUTES}
    assert len({row.name for row in ROUTES}) == len(ROUTES)


def test_every_admin_registration_is_in_the_table():
    assert {model._meta.label_lower for model in admin.site._registry} == set(ADMIN_PAGES)


def test_every_socket_is_in_the_table():
    assert {str(pattern.pattern) for pattern in websocket_urlpatterns} == set(SOCKETS)


@pytest.mark.parametrize("row", ROUTES, ids=lambda row: row.name)
def test_the_rule_holds_for_everybody(world, row):
    expected, found = {}, {}
    for name in ACTORS:
        answer = send(world, world.actors[name], row)
        expected[name], found[name] = row.rule[name], verdict_of(answer)
        if row.marker and found[name] == ALLOW:
            is_shown = world.ids[row.marker].encode() in answer.content
            assert is_shown == (name not in ELSEWHERE), f"{name} sees {row.marker}: {is_shown}"
    assert found == expected


@pytest.mark.parametrize("row", ON_A_GUESTS_ACCOUNT, ids=lambda row: row.name)
def test_an_account_is_its_homes_wherever_its_person_works(world, row):
    assert {name: verdict_of(send(world, world.actors[name], row)) for name in ACTORS} == row.rule


@pytest.mark.parametrize("row", [row for row in ROUTES if row.ids], ids=lambda row: row.name)
def test_what_one_may_not_see_answers_like_what_does_not_exist(world, row):
    missing = {name: str(uuid4()) for name in world.ids}
    for name in ELSEWHERE:
        if row.rule[name] == ALLOW:
            continue
        hidden, absent = send(world, world.actors[name], row), send(world, world.actors[name], row, missing)
        assert (hidden.status, absent.status) == (404, 404)
        assert plain(hidden) == plain(absent)
        assert hidden.headers == absent.headers


def plain(answer: Answer) -> bytes:
    """Without its CSRF token and the ids asked for."""
    return _ID.sub(b"id", _CHANGING.sub(b"", answer.content))


@pytest.mark.parametrize("name", sorted({row.route for row in ROUTES}))
def test_every_other_method_is_refused(world, name):
    rows = {row.method: row for row in ROUTES if row.route == name}
    some = next(iter(rows.values()))
    for method in set(METHODS) - set(rows):
        row = Row(method, name, some.rule, some.ids, None if method == "GET" else lambda world: {}, True)
        status = send(world, world.actors["super_admin"], row).status
        assert status == 405, f"{method} {name} answers {status}"


@pytest.mark.parametrize("label", sorted(ADMIN_PAGES))
def test_admin_is_for_super_admins_alone(world, label):
    url = reverse(f"admin:{label.replace('.', '_')}_changelist")
    found = {name: verdict_of(world.actors[name].request("GET", url)) for name in ACTORS}
    assert found == ADMIN_PAGES[label]


def test_every_admin_page_opens_with_data(world):
    request = RequestFactory().get("/admin/")
    request.user, request.access = world.cast.super_admin, world.actors["super_admin"].access
    looked_at, with_rows = 0, set()
    for label, registered in admin_pages.registrations():
        for url in admin_pages.pages_of(registered, request):
            looked_at += 1
            assert not (problem := admin_pages.refused(world.actors["super_admin"], url)), problem
            if url.endswith("/change/"):
                with_rows.add(label)
    assert looked_at > 60
    settings_page = reverse("admin:accounts_systemsettings_change", args=[1])
    assert not admin_pages.refused(world.actors["super_admin"], settings_page)
    assert with_rows >= {
        *("accounts.organization", "accounts.user", "accounts.team", "accounts.membership", "accounts.signinsession"),
        *("accounts.auditentry", "accounts.mailserver", "accounts.invitation"),
        *("documents.schema", "documents.batch", "documents.document", "documents.steprun"),
        *("documents.approvedversion", "documents.event", "documents.delivery", "review.reviewtask"),
        *("pdb_sync.pdbrecord", "pdb_sync.deliveryreceipt"),
    }


def test_admin_pages_lead_from_a_document_to_what_belongs_to_it(world):
    actor = world.actors["super_admin"]
    pages = [reverse("admin:documents_document_change", args=[world.ids["document"]])]
    pages.append(reverse("admin:documents_batch_change", args=[world.ids["batch"]]))
    links = {
        html.unescape(link)
        for page in pages
        for link in re.findall(
            r'href="(/admin/[a-z_]+/[a-z]+/\?[^"]+__exact=[^"]+)"', actor.request("GET", page).content.decode()
        )
    }
    kinds = {link.split("/")[3] for link in links}
    assert kinds >= {"steprun", "event", "delivery", "reviewtask", "document"}
    for link in sorted(links):
        assert not (problem := admin_pages.refused(actor, link)), problem
    steps = actor.request("GET", next(link for link in links if "/steprun/?run__document__id" in link)).content
    assert steps.count(b'name="_selected_action"') >= 14


@pytest.mark.parametrize("name", ACTORS)
@override_settings(ALLOWED_HOSTS=["localhost"])
def test_sockets_open_for_those_who_may_see_the_batch(world, name):
    from tests.integration.documents.test_batch_socket import Socket

    actor = world.actors[name]
    ticket = tickets.socket_ticket_issue(actor.access) if actor.access else "none"

    class Batch:
        id = world.ids["batch"]

    async def opens() -> bool:
        async with Socket(Batch) as socket:
            await socket.says({"ticket": ticket})
            answer = await socket.channel.receive_output(5)
            return answer["type"] == "websocket.send"

    assert asyncio.run(opens()) == (SOCKETS["ws/batches/<uuid:batch_id>/"][name] == ALLOW)


@pytest.mark.parametrize("row", [row for row in ROUTES if row.method == "GET"], ids=lambda row: row.name)
def test_no_get_writes(world, row):
    """Except for the audit trail, which keeps who looked, and the time a key or code was last used."""
    actor = world.actors["viewer" if row.rule["viewer"] == ALLOW else "super_admin"]
    with CaptureQueriesContext(connection) as queries:
        send(world, actor, row)
    written = [query["sql"] for query in queries if _WRITE.match(query["sql"])]
    assert [sql for sql in written if "accounts_audit" not in sql] == []
