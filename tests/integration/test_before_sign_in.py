"""What strangers can make the web process do: its memory, its disk, and how long a signed-in person waits meanwhile."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress

import pytest
from django.contrib.auth.hashers import make_password
from django.urls import reverse
from django.utils import timezone

from accounts.models import ApiKey, User
from accounts.services.sign_in import api_keys, sessions
from accounts.tokens import access_token, cookie_name
from idp_project.core.tenancy import system_scope
from idp_project.settings.base import PASSWORD_HASHERS
from tests.web_server import WebServer, serving

pytestmark = [pytest.mark.timeout(300), pytest.mark.django_db(transaction=True, databases=["default", "pdb"])]
MB = 1_000_000
SIZE = 60 * MB
UNKNOWN = {"username": "nobody", "password": "a long enough phrase"}


@pytest.fixture
def token(cast, servers) -> str:
    assert cast.team
    return str(access_token(sessions.sign_in(cast.owner)))


def half_sent(port: int, size: int, sent: int, *, headers: str = "", source: str = "127.0.0.1") -> socket.socket:
    """A connection that announces a body and sends the beginning of it. It is left open."""
    line = socket.create_connection(("127.0.0.1", port), timeout=20, source_address=(source, 0))
    path = reverse("api-batches")
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\n"
        f"Content-Length: {size}\r\n{headers}\r\n"
    )
    with suppress(OSError):  # refused while we send
        line.sendall(head.encode())
        line.sendall(b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.pdf"\r\n\r\n')
        chunk = b"0" * MB
        for _ in range(sent // MB):
            line.sendall(chunk)
    return line


def answer_on(line: socket.socket, seconds: float = 20) -> bytes:
    """What comes until the server ends the connection; empty where it ended it without a word."""
    line.settimeout(seconds)
    found = b""
    with suppress(ConnectionResetError):
        while fragment := line.recv(65536):
            found += fragment
    return found


@pytest.mark.parametrize(
    "headers", ["", "Authorization: Bearer made.up.token\r\n", "Authorization: Bearer idp_00000000_x\r\n"]
)
def test_large_bodies_of_strangers_do_not_reach_the_disk(token, headers):
    with serving() as server, ExitStack() as stack:
        lines = [stack.enter_context(half_sent(server.port, SIZE, 5 * MB, headers=headers)) for _ in range(3)]
        time.sleep(0.5)
        assert server.unnamed_bytes() < MB
        answers = [answer_on(line) for line in lines]
        assert all(not answer or answer.startswith(b"HTTP/1.1 401") for answer in answers) and any(answers)


@pytest.mark.parametrize(("holds", "status"), [(True, 403), (False, 401)])
def test_a_large_body_comes_with_a_valid_cookie_too(token, holds, status):
    """Without a CSRF token it is refused all the same, but after this check."""
    cookie = f"{cookie_name('access')}={token if holds else token[:-4]}"
    chunks = (b"0" * MB for _ in range(3))
    with serving() as server:
        assert server.request("POST", reverse("api-batches"), chunks, length=3 * MB, Cookie=cookie)[0] == status


@pytest.mark.parametrize(("is_live", "status"), [(True, 201), (False, 401)])
def test_a_large_body_comes_with_a_live_key_too(token, cast, is_live, status):
    access = cast.session_access(cast.owner)
    _, text = api_keys.api_key_create(access, name="nightly", scopes=["upload_documents"], days=1)
    size = 3 * MB
    with serving(text if is_live else text[:-4]) as server:
        headers = {"Upload_Length": str(size), "Content_Type": "application/offset+octet-stream"}
        found, _ = server.request("POST", reverse("api-uploads"), b"%PDF" + b"0" * (size - 4), **headers)
        assert found == status


def test_slow_bodies_are_ended_and_few_are_taken_at_once(token, settings, record_property):
    _half_sent_bodies(token, settings, record_property, count=12, size=6 * MB, sent=3 * MB, deadline=6)


@pytest.mark.slow
def test_two_hundred_half_sent_bodies_of_sixty_megabytes(token, settings, record_property):
    _half_sent_bodies(token, settings, record_property, count=200, size=SIZE, sent=SIZE - 2 * MB, deadline=20)


def _half_sent_bodies(token, settings, record_property, *, count, size, sent, deadline) -> None:
    """With a valid token, which anybody in an organisation has."""
    settings.BOUNDS = settings.BOUNDS | {"body_seconds": deadline}
    with serving() as server, ExitStack() as stack:
        lines, most, is_over = [], [0], threading.Event()

        def watch() -> None:
            while not is_over.wait(0.1):
                most[0] = max(most[0], server.unnamed_bytes())

        watching = threading.Thread(target=watch)
        watching.start()
        began = time.monotonic()
        with ThreadPoolExecutor(count) as crowd:
            bearer = f"Authorization: Bearer {token}\r\n"
            found = [crowd.submit(half_sent, server.port, size, sent, headers=bearer) for _ in range(count)]
            lines = [stack.enter_context(each.result()) for each in found]
            ends = [each.result() for each in [crowd.submit(answer_on, line, 90) for line in lines]]
        seconds = time.monotonic() - began
        is_over.set()
        watching.join()
        statuses = sorted({end[9:12].decode() for end in ends if end})
        assert most[0] < 300 * MB and seconds < 80 and set(statuses) <= {"408", "429"} and server.unnamed_bytes() < MB
        record_property(
            "figures",
            f"{count} half-sent bodies of {size / MB:.0f} MB: {most[0] / MB:.0f} MB of disk, ended after {seconds:.0f} s",
        )


def test_a_body_slower_than_the_least_rate_is_given_up(token, settings):
    settings.BOUNDS = settings.BOUNDS | {"body_window": 1}
    with (
        serving(token) as server,
        half_sent(server.port, 5 * MB, 0, headers=f"Authorization: Bearer {token}\r\n") as line,
    ):
        began = time.monotonic()
        dribbling = threading.Thread(target=_dribble, args=(line,), daemon=True)
        dribbling.start()
        answer = answer_on(line, 30)
        assert answer.startswith(b"HTTP/1.1 408") and b"body_too_slow" in answer
        assert time.monotonic() - began < 20


def test_slow_strangers_do_not_keep_others_from_signing_in(token, cast):
    """More of them than strangers have places to be at work in."""
    head = f"POST {reverse('api-token')} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{{"
    with serving() as server, ExitStack() as stack:
        for number in range(30):
            line = socket.create_connection(("127.0.0.1", server.port), source_address=(f"127.0.1.{number + 1}", 0))
            stack.enter_context(line)
            line.sendall(head.encode())
        began = time.monotonic()
        assert sign_in(server, UNKNOWN) == 401
        assert time.monotonic() - began < 5


def _dribble(line: socket.socket) -> None:
    with suppress(OSError):
        while True:
            line.sendall(b"0")
            time.sleep(0.05)


def sign_in(server: WebServer, credentials: dict[str, str], source: str = "127.0.0.1") -> int:
    body = json.dumps(credentials).encode()
    return server.request("POST", reverse("api-token"), body, source=source, Content_Type="application/json")[0]


@pytest.fixture
def storm_ready(cast, settings) -> Iterator[None]:
    """Real hashing, as the product has it."""
    settings.PASSWORD_HASHERS = PASSWORD_HASHERS
    User.objects.filter(pk=cast.owner.pk).update(password=make_password("correct horse battery"))
    yield


def test_sign_ins_of_strangers_at_once_cost_little_memory(token, storm_ready, record_property):
    """Sixteen unknown names from sixteen addresses: one and a half gigabytes before hashing had lanes."""
    with serving() as server:
        sign_in(server, UNKNOWN)
        server.forget_peak()
        before = server.memory()
        with ThreadPoolExecutor(16) as crowd:
            tried = [
                crowd.submit(sign_in, server, {**UNKNOWN, "username": f"nobody-{number}"}, f"127.0.0.{number + 10}")
                for number in range(16)
            ]
            statuses = {each.result() for each in tried}
        grown = server.memory() - before
        assert statuses <= {401, 429} and grown < 250 * MB
        record_property("figures", f"16 sign-ins of strangers at once: web memory grew {grown / MB:.0f} MB")


def silent(port: int, source: str, sent: bytes = b"") -> socket.socket:
    line = socket.create_connection(("127.0.0.1", port), timeout=20, source_address=(source, 0))
    line.sendall(sent)
    return line


def test_silent_connections_of_one_address_keep_nobody_out(token, monkeypatch):
    """Sixty connect and say nothing, where forty are taken in all."""
    monkeypatch.setenv("LIMIT_CONNECTIONS", "40")
    monkeypatch.setenv("LIMIT_CONNECTIONS_ADDRESS", "20")
    with serving() as server, ExitStack() as stack:
        lines = [stack.enter_context(silent(server.port, "127.0.3.1")) for _ in range(60)]
        assert answer_on(lines[-1]).startswith(b"HTTP/1.1 429")
        assert server.request("GET", "/health/", source="127.0.3.2")[0] == 200
        for line in lines[:20]:
            line.close()
        time.sleep(0.5)
        assert server.request("GET", "/health/", source="127.0.3.1")[0] == 200, "their places are free again"


def test_a_trusted_proxy_has_as_many_connections_as_there_are(token, monkeypatch):
    monkeypatch.setenv("LIMIT_CONNECTIONS_ADDRESS", "5")
    monkeypatch.setenv("TRUSTED_PROXIES", "127.0.3.9")
    with serving() as server, ExitStack() as stack:
        for _ in range(30):
            stack.enter_context(silent(server.port, "127.0.3.9"))
        assert server.request("GET", "/health/", source="127.0.3.9")[0] == 200


@pytest.mark.parametrize("sent", [b"", b"GET /health/ HTTP/1.1\r\nX-A: ", b"\r\n"])
def test_headers_have_a_deadline(token, monkeypatch, sent):
    """The first request's, and of a further one on a connection that is kept."""
    monkeypatch.setenv("LIMIT_HEADER_SECONDS", "2")
    whole = b"GET /health/ HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with serving() as server:
        for before in (b"", whole):
            if before and not sent:
                continue
            with silent(server.port, "127.0.3.4", before) as line:
                time.sleep(1 if before else 0)
                began = time.monotonic()
                line.sendall(sent)
                answer_on(line, 10)
                assert 1 < time.monotonic() - began < 5


CLOSE_FRAME = b"\x88"


def test_a_socket_outlives_the_deadline_of_headers(token, monkeypatch):
    """It is open until its consumer ends it, after five seconds without a ticket."""
    monkeypatch.setenv("LIMIT_HEADER_SECONDS", "1")
    path = "/ws/batches/00000000-0000-4000-8000-000000000007/"
    head = (
        f"GET {path} HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    with serving() as server, silent(server.port, "127.0.3.5", head.encode()) as line:
        began, found = time.monotonic(), b""
        line.settimeout(20)
        while CLOSE_FRAME not in found:
            found += line.recv(65536)
        assert found.startswith(b"HTTP/1.1 101") and time.monotonic() - began > 3


def test_made_up_keys_do_not_crowd_out_a_live_one(token, cast, settings):
    """One place for strangers, one second to wait for it; made-up keys of thirty addresses ask without a pause."""
    _, text = api_keys.api_key_create(
        cast.session_access(cast.owner), name="nightly", scopes=["view_documents"], days=1
    )
    settings.BOUNDS = settings.BOUNDS | {"strangers_at_once": 1, "strangers_seconds": 1, "strangers_waiting": 4}
    path, is_over = reverse("api-batches"), threading.Event()
    with serving() as server:

        def ask(key: str, source: str) -> int:
            return server.request("GET", path, source=source, Authorization=f"Bearer {key}")[0]

        def knock(number: int) -> None:
            while not is_over.is_set():
                with suppress(OSError):
                    ask(f"idp_{number:08x}_x", f"127.0.4.{number + 1}")

        assert ask(text, "127.0.3.6") == 200
        with ThreadPoolExecutor(30) as crowd:
            for number in range(30):
                crowd.submit(knock, number)
            try:
                time.sleep(1)
                assert [ask(text, "127.0.3.6") for _ in range(10)] == [200] * 10
                with system_scope("test"):
                    assert ApiKey.objects.update(revoked_at=timezone.now()) == 1
            finally:
                is_over.set()
        assert ask(text, "127.0.3.6") == 401, "a revocation holds at the next request"


@pytest.mark.parametrize("codec", ["=hex", "=undefined", "=utf-16", '="no-such-codec"', "*=nonsense''x"])
def test_other_codecs_are_refused_before_django_decodes_the_url(token, codec):
    with serving() as server:
        for kind in ("text/plain", "multipart/form-data; boundary=x", "application/json"):
            for method, url in (("GET", "/login/?next=%2Fa"), ("POST", "/api/v1/token/?a=1")):
                sent = f"{kind}; Charset{codec}"
                status, answer = server.request(method, url, b"{}", Content_Type=sent, Accept="application/json")
                assert (status, answer["code"]) == (400, "unsupported_charset")
        assert sign_in(server, UNKNOWN) == 401
