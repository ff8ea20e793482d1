"""Every route of the table with input that no view can do anything with: an answer below 500, and no traceback."""

from __future__ import annotations

import base64
import json
import logging
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from tests.authorization.conftest import Actor, Answer, World
from tests.authorization.rules import ALLOW, Row
from tests.authorization.table import ROUTES
from tests.authorization.test_matrix import send
from tests.authorization.test_strict_api import has_file, url_of, view_of

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
DEEP = "[" * 100_000
NINES = "9" * 25
_NAMED = re.compile(r'name="([a-z_]+)"')
READ_BY_PAGES = ("text", "start", "status", "kind", "before", "after", "next", "token", "batch_id", "cursor", "format")
READ_OF_BODIES = (
    "next",
    "text",
    "name",
    "reason",
    "token",
    "username",
    "password",
    "address",
    "code",
    "pending",
    "secret",
)


def cursor_of(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


CURSORS = [cursor_of(text) for text in ("p=2026", "p=x", "p=2026-01-01", f"p={NINES}", "p=%00", "r=1&p=0001-01-01")]
CURSORS += ["x", "%00", "cD0yMDI2", "é"]
NUMBERS = (NINES, "9" * 5000, f"-{NINES}", "2147483648", "1e999", "NaN", "²")
DAYS = ("9999-12-31", "0001-01-01", "9999-12-31T23:59:59-23:59")
HALF = "\ud800".encode("utf-8", "surrogatepass")
BAD_JSON = (
    DEEP,
    '{"a":' * 50_000,
    '{"a": "\\ud800"}',
    '{"a": "\\u0000"}',
    '{"\\u0000": 1}',
    '{"a": 1e999}',
    '{"a": NaN}',
)
BAD_JSON += (f'{{"a": {"9" * 400}}}', f'{{"a": {"9" * 5000}}}', "\0", "{", "", "null", "\ufeff{}", "[" * 70 + "]" * 70)


pytestmark = pytest.mark.timeout(600)  # a route is asked some hundred times


@pytest.fixture(autouse=True)
def no_traceback(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    caplog.set_level(logging.WARNING)
    yield
    assert [record.getMessage() for record in caplog.records if record.exc_info] == []


def actor_of(world: World, row: Row) -> Actor:
    """Somebody who is let in, else a stranger."""
    names = ("admin", "owner", "viewer", "super_admin", "foreign_admin", *row.rule)
    return world.actors[next((name for name in names if row.rule[name] == ALLOW), "anonymous")]


def parameters_of(world: World, row: Row) -> list[str]:
    """What the description of the API names; of a page what its forms have and what pages read anywhere."""
    if row.route.startswith("api-") or row.route == "openapi":
        return [*(parameter.name for parameter in getattr(view_of(row), "query_parameters", ())), "cursor"]
    page = send(world, actor_of(world, row), row).content if not row.is_stream else b""
    return sorted({*_NAMED.findall(page.decode("utf-8", "replace")), *READ_BY_PAGES} - {"csrfmiddlewaretoken"})


def fine(row: Row, what: str, answer: Answer, *statuses: int) -> None:
    assert answer.status < 500, f"{row.name} with {what[:80]!r} answers {answer.status}"
    assert not statuses or answer.status in statuses, f"{row.name} with {what[:80]!r} answers {answer.status}"


READ = [row for row in ROUTES if row.method == "GET"]
WRITTEN = [row for row in ROUTES if row.method in UNSAFE]


@pytest.mark.parametrize("row", ROUTES, ids=lambda row: row.name)
def test_zero_byte_in_path_or_query_is_refused(world: World, row: Row) -> None:
    url, actor = url_of(world, row), actor_of(world, row)
    fine(row, "query", actor.request(row.method, f"{url}?a=1&text=x%00y"), 400)
    fine(row, "path", world.actors["anonymous"].request(row.method, f"{url}%00"), 400)


@pytest.mark.parametrize("row", ROUTES[:: len(ROUTES) // 5], ids=lambda row: row.name)
def test_zero_byte_is_refused_wherever_it_stands(world: World, row: Row) -> None:
    url, actor = url_of(world, row), actor_of(world, row)
    for address in (f"{url}?text=%00", f"{url}?%00=1", f"{url}%00"):
        fine(row, address, actor.request(row.method, address), 400)


@pytest.mark.slow
@pytest.mark.parametrize("row", READ, ids=lambda row: row.name)
def test_no_parameter_breaks_a_route(world: World, row: Row) -> None:
    url, actor = url_of(world, row), actor_of(world, row)
    names = parameters_of(world, row)
    for name in names:
        fine(row, name, actor.request("GET", f"{url}?{urlencode({name: chr(0)})}"), 400)
        fine(row, name, actor.request("GET", f"{url}?{urlencode({name: NINES})}", is_stream=row.is_stream))
    for value in (*NUMBERS, *DAYS, HALF, "'", "%"):
        query = urlencode(dict.fromkeys(names, value))
        fine(row, query, actor.request("GET", f"{url}?{query}", is_stream=row.is_stream))


@pytest.mark.parametrize("row", [row for row in READ if row.route.startswith("api-")], ids=lambda row: row.name)
def test_bad_cursor_is_a_bad_request(world: World, row: Row) -> None:
    url, actor = url_of(world, row), actor_of(world, row)
    for cursor in CURSORS:
        fine(row, cursor, actor.request("GET", f"{url}?cursor={quote(cursor)}"), 400)


@pytest.mark.slow
@pytest.mark.parametrize("row", WRITTEN, ids=lambda row: row.name)
def test_no_json_body_breaks_a_route(world: World, row: Row) -> None:
    url = url_of(world, row)
    for actor in (actor_of(world, row), world.actors["anonymous"]):
        for body in BAD_JSON:
            sent = {"data": body, "content_type": "application/json", "is_stream": row.is_stream}
            fine(row, body, actor.request(row.method, url, **sent))
        fine(row, "bytes", actor.request(row.method, url, data=b"\xff\xfe\x00[", content_type="application/json"))
        fine(row, "text", actor.request(row.method, url, data=DEEP, content_type="text/plain", is_stream=row.is_stream))


@pytest.mark.slow
@pytest.mark.parametrize("row", WRITTEN, ids=lambda row: row.name)
def test_no_value_of_a_body_breaks_a_route(world: World, row: Row) -> None:
    url, actor = url_of(world, row), actor_of(world, row)
    body = row.body(world) if row.body else {}
    for name in body:
        for value in (chr(0), f"a{chr(0)}b", NINES, *DAYS):
            is_zero = chr(0) in value and not _is_sent_in_parts(row)
            fine(row, f"{name}={value!r}", _sent(row, actor, url, {**body, name: value}), *((400,) if is_zero else ()))
    for value in (chr(0), *NUMBERS, *DAYS):
        fine(row, f"all={value!r}", _sent(row, actor, url, {**dict.fromkeys(READ_OF_BODIES, value), **body}))
        fine(row, f"all={value!r}", _sent(row, actor, url, dict.fromkeys((*READ_OF_BODIES, *body), value)))


def _sent(row: Row, actor: Actor, url: str, sent: dict[str, Any]) -> Answer:
    is_json = row.is_json and not has_file(sent)
    options = {"data": json.dumps(sent), "content_type": "application/json"} if is_json else {"data": sent}
    return actor.request(row.method, url, is_stream=row.is_stream, **_form(row, options))


def _form(row: Row, options: dict[str, Any]) -> dict[str, Any]:
    """Django's test client makes forms of a dict for POST only."""
    if row.method == "POST" or "content_type" in options:
        return options
    flat = {name: value for name, value in options["data"].items() if isinstance(value, str)}
    return {"data": urlencode(flat), "content_type": "application/x-www-form-urlencoded"}


def _is_sent_in_parts(row: Row) -> bool:
    return row.route in ("api-uploads", "api-upload")


@pytest.mark.parametrize("route", ["accounts:password_forgotten", "accounts:login", "api-token", "accounts:invitation"])
def test_a_strangers_hostile_body_is_refused(world: World, route: str) -> None:
    row = next(row for row in WRITTEN if row.route == route)
    url, stranger = url_of(world, row), world.actors["anonymous"]
    form = {"address": "a\0b", "username": "a\0", "password": "x", "token": "\0", "accept": "1"}
    fine(row, "form", stranger.request("POST", url, data=form), 400)
    fine(row, "json", stranger.request("POST", url, data=DEEP, content_type="application/json"), 400)


def test_a_name_of_a_file_with_a_zero_byte_is_no_crash(world: World) -> None:
    owner = world.actors["owner"]
    part = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a\0b.pdf"\r\n\r\n%PDF\r\n--x'
    part += f'\r\nContent-Disposition: form-data; name="team_id"\r\n\r\n{world.team_id}\r\n--x--\r\n'.encode()
    for url in ("/api/v1/batches/", "/batches/submit/"):
        answer = owner.request("POST", url, data=part, content_type="multipart/form-data; boundary=x")
        assert answer.status < 500, url
    name = base64.b64encode(b"a\0b.pdf").decode()
    headers = {"Upload-Length": "4", "Upload-Metadata": f"filename {name}"}
    answer = owner.request(
        "POST", "/api/v1/uploads/", data=b"", content_type="application/offset+octet-stream", headers=headers
    )
    assert answer.status < 500
