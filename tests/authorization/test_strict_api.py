"""The whole API, route by route: what it does not know it refuses by name, and a missing slash at the end changes nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from django.urls import get_resolver, resolve, reverse
from drf_spectacular.utils import inline_serializer
from rest_framework import serializers
from rest_framework.request import Request

from documents.api.batches import BatchListView
from idp_project.core.bodies import most_bytes_of
from idp_project.core.strict_input import StrictSerializer
from idp_project.core.strict_views import StrictInput
from tests.authorization.conftest import Actor, Answer, World
from tests.authorization.rules import ALLOW, Row
from tests.authorization.table import ROUTES
from tests.authorization.test_matrix import named_routes

API = "/api/v1/"
API_ROWS = [row for row in ROUTES if row.route.startswith("api-") or row.route == "openapi"]
WITH_BODY = ("POST", "PUT", "PATCH")
ODD = "no_such_name"
NEW_ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")


def url_of(world: World, row: Row) -> str:
    kwargs = {name: world.ids.get(key, key) for name, key in row.ids.items()}
    return reverse(row.route, kwargs=kwargs or None)


def actor_of(world: World, row: Row) -> Actor:
    """Somebody who is let in."""
    return world.actors[next((name for name in ("reviewer", "owner", "admin") if row.rule[name] == ALLOW), "viewer")]


def ask(world: World, row: Row, url: str, body: Any = None) -> Answer:
    sent = row.body(world) if body is None and row.body else body
    options: dict[str, Any] = {}
    if sent is not None:
        is_json = row.is_json or (row.route.startswith("api-") and not has_file(sent))
        options = {"data": json.dumps(sent), "content_type": "application/json"} if is_json else {"data": sent}
    return actor_of(world, row).request(row.method, url, is_stream=row.is_stream, **options)


def has_file(sent: Any) -> bool:
    return isinstance(sent, dict) and any(isinstance(value, SimpleUploadedFile) for value in sent.values())


def view_of(row: Row) -> Any:
    url = reverse(row.route, kwargs=dict.fromkeys(row.ids, "0" * 8 + "-0000-4000-8000-" + "0" * 12) or None)
    return resolve(url).func.cls


def request_serializers(row: Row) -> Iterator[Any]:
    """What the description says of the row's body."""
    view = view_of(row)()
    view.request, view.args, view.kwargs, view.format_kwarg = Request(RequestFactory().get("/")), (), {}, None
    described = getattr(getattr(view, row.method.lower()), "kwargs", {}).get("schema")
    assert described, f"{row.name} does not describe its body"
    schema = described()
    schema.view, schema.method = view, row.method
    taken = schema.get_request_serializer()
    yield from taken.values() if isinstance(taken, dict) else [taken]


def loose_parts(serializer: Any) -> Iterator[str]:
    """Serializers in it, at any depth, that let unknown names through."""
    made = serializer() if isinstance(serializer, type) else serializer
    if isinstance(made, serializers.ListSerializer):
        made = made.child
    if isinstance(made, serializers.BaseSerializer):
        if not isinstance(made, StrictSerializer):
            yield type(made).__name__
        for field in getattr(made, "fields", {}).values():
            yield from loose_parts(field)


def test_every_api_view_is_strict():
    routes = [(route, name) for route, name in named_routes(get_resolver().url_patterns) if route.startswith("api/")]
    assert len(routes) > 40
    assert {name for _, name in routes} == {row.route for row in API_ROWS}
    assert {row.name for row in API_ROWS if not issubclass(view_of(row), StrictInput)} == set()


def test_every_body_of_the_api_is_strict():
    rows = [row for row in API_ROWS if row.method in WITH_BODY]
    found = {row.name: list(request_serializers(row)) for row in rows}
    taken = [one for bodies in found.values() for one in bodies if isinstance(one, type | serializers.BaseSerializer)]
    assert len([one for one in taken if loose_parts(one)]) > 15
    assert {name: loose for name, bodies in found.items() for one in bodies if (loose := list(loose_parts(one)))} == {}


def test_a_loose_serializer_is_found():
    loose = inline_serializer("Loose", {"inner": inline_serializer("Inner", {"a": serializers.CharField()})})
    assert list(loose_parts(loose)) == ["Loose", "Inner"]


@pytest.mark.parametrize("row", API_ROWS, ids=lambda row: row.name)
def test_an_unknown_parameter_is_refused(world, row):
    url = url_of(world, row)
    for name in (ODD, "ordering", "page_size", "search"):
        answer = ask(world, row, f"{url}?{name}=1" + ("&format=json" if row.route == "openapi" else ""))
        refused = json.loads(answer.content)
        assert (answer.status, refused["code"], list(refused["fields"])) == (400, "unknown_field", [name])
        assert name in refused["message"] and refused["is_retryable"] is False


NAMED = [row for row in API_ROWS if row.method != "GET" and row.name not in ("POST api-uploads", "PATCH api-upload")]


@pytest.mark.parametrize("row", NAMED, ids=lambda row: row.name)
def test_an_unknown_key_is_refused(world, row):
    answer = ask(world, row, url_of(world, row), {**(row.body(world) if row.body else {}), ODD: "1"})
    refused = json.loads(answer.content)
    assert (answer.status, refused["code"]) == (400, "unknown_field")
    assert ODD in refused["fields"] and ODD in refused["message"]


@pytest.mark.parametrize("row", [row for row in API_ROWS if row.is_json], ids=lambda row: row.name)
def test_a_body_of_another_shape_is_no_crash(world, row):
    for body in ([{}], "text", True, {"scope": []}, {"text": {}}, {"sub_documents": {}}, {"parts": {}}, {"seen": {}}):
        answer = ask(world, row, url_of(world, row), body)
        assert answer.status == (409 if row.name == "PATCH api-upload" else 400), body


def test_a_body_of_a_get_is_refused(world):
    client = world.cast.browser(world.cast.reviewer)
    sent = json.dumps({"batch_id": world.ids["batch"]})
    answer = client.generic("GET", f"{API}documents/", sent, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "unknown_field")


def test_nested_keys_are_refused_by_their_path(world):
    questions = next(row for row in API_ROWS if row.route == "api-questions")
    body = {"text": "Which invoices?", "scope": {"document_ids": [world.ids["document"]]}}
    refused = json.loads(ask(world, questions, url_of(world, questions), body).content)
    assert refused["code"] == "unknown_field" and "scope.document_ids" in refused["message"]
    assert "document_id, " in refused["fields"]["scope"]["document_ids"][0], "it says what is known"
    arrange = next(row for row in API_ROWS if row.route == "api-arrange")
    body = {"sub_documents": [{"first_page": 1, "last_page": 2, "type": "invoice"}]}
    refused = json.loads(ask(world, arrange, url_of(world, arrange), body).content)
    assert refused["code"] == "unknown_field" and "sub_documents[0].type" in refused["message"]


def test_known_parameters_still_narrow(world):
    owner = world.actors["owner"]
    listed = json.loads(owner.request("GET", f"{API}documents/?batch_id={world.ids['batch']}").content)["results"]
    assert {row["batch_id"] for row in listed} == {world.ids["batch"]}
    assert owner.request("GET", f"{API}batches/?text=invoice").status == 200
    assert world.actors["reviewer"].request("GET", f"{API}quarantine/?status=failed").status == 200
    assert owner.request("GET", f"{API}openapi/?format=json").status == 200


@pytest.mark.parametrize(
    "query",
    [
        "documents/?batch_id=x",
        "documents/?batch_id=",
        "quarantine/?status=done",
        "batches/?text=a&text=b",
        "batches/?cursor=x",
    ],
)
def test_a_value_that_cannot_be_understood_is_refused(world, query):
    answer = world.actors["reviewer"].request("GET", API + query)
    assert answer.status in (400, 404) and json.loads(answer.content)["message"]


def test_a_zero_byte_in_a_filter_is_no_crash(world):
    assert world.actors["owner"].request("GET", f"{API}batches/?text=%00").status == 400


@pytest.mark.parametrize("row", ROUTES, ids=lambda row: row.name)
def test_a_missing_slash_changes_nothing(world, row):
    """Whatever may have a body is served as it is, on every page; the API is, also where it is read."""
    url = url_of(world, row)
    if not url.endswith("/") or url == "/":
        return
    served = world.actors["reviewer"]
    is_api = url.startswith("/api/")
    if row.method == "GET" and not is_api:
        assert served.request("GET", url[:-1]).status == 301, "pages are read at one address"
        return
    query = f"?{row.query(world, served)}" if row.query else ""
    with_slash, without = _as(served, world, row, url + query), _as(served, world, row, url[:-1] + query)
    assert without.status == with_slash.status
    assert NEW_ID.sub("", without.location) == NEW_ID.sub("", with_slash.location)
    assert without.status != 301
    if is_api and row.method == "GET":
        assert without.content == with_slash.content
    assert most_bytes_of(url[:-1]) == most_bytes_of(url)


def _as(actor: Actor, world: World, row: Row, url: str) -> Answer:
    row = replace(row, rule=dict.fromkeys(row.rule, ALLOW))
    body = row.body(world) if row.body else None
    if body is None:
        return actor.request(row.method, url, is_stream=row.is_stream)
    if row.is_json:
        body, kind = json.dumps(body), {"content_type": "application/json"}
        return actor.request(row.method, url, is_stream=row.is_stream, data=body, **kind)
    return actor.request(row.method, url, is_stream=row.is_stream, data=body)


@pytest.mark.parametrize("path", [f"{API}batches//", "/api//v1/batches", f"{API}no-such-thing", f"/{API}batches"])
def test_other_spellings_are_not_found(world, path):
    for method in ("GET", "POST", "DELETE"):
        assert world.actors["owner"].request(method, path).status == 404


def test_the_admin_redirects_no_post(world):
    answer = world.actors["super_admin"].request("POST", "/admin/accounts/team/add", data={"name": ""})
    assert (answer.status == 200 and b"errornote" in answer.content) or b"error" in answer.content


def test_the_description_says_what_is_taken(world):
    answer = world.actors["owner"].request("GET", f"{API}openapi/?format=json")
    description = json.loads(answer.content)
    schemas = description["components"]["schemas"]
    for name in ("BatchSubmit", "Question", "Scope", "Decision", "Arrangement"):
        assert schemas[name]["additionalProperties"] is False
    post = description["paths"][f"{API}batches/"]["post"]
    key = next(one for one in post["parameters"] if one["name"] == "Idempotency-Key")
    assert (key["in"], key["schema"]["maxLength"]) == ("header", 200)
    listed = description["paths"][f"{API}documents/"]["get"]["parameters"]
    assert {one["name"] for one in listed} == {"cursor", "batch_id"} == set(_known(f"{API}documents/"))
    assert BatchListView.query_parameters


def _known(path: str) -> list[str]:
    return resolve(path).func.cls().known_parameters
