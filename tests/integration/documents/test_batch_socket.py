"""The live socket of a batch page: over the real origin check and routes, with real Redis pub/sub."""

import asyncio
import json

import pytest
from asgiref.testing import ApplicationCommunicator
from channels.db import database_sync_to_async

from accounts.services.people import people
from accounts.services.sign_in import sessions, tickets
from documents import consumers
from documents.progress import document_changed
from idp_project.asgi import application
from idp_project.core.tenancy import organization_scope
from tests.factories import files
from tests.factories.cast import CONSOLE
from tests.factories.pipeline import Outcome, submit

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
ORIGIN = (b"origin", b"http://localhost")
REFUSED = 4403


class Socket:
    """A browser's socket on one batch."""

    def __init__(self, batch, origin=ORIGIN, path=""):
        path, headers = path or f"/ws/batches/{batch.id}/", [(b"host", b"localhost"), origin]
        scope = {"type": "websocket", "path": path, "query_string": b"", "headers": headers, "subprotocols": []}
        self.channel = ApplicationCommunicator(application, scope)

    async def __aenter__(self):
        await self.channel.send_input({"type": "websocket.connect"})
        self.is_open = (await self.channel.receive_output(5))["type"] == "websocket.accept"
        return self

    async def __aexit__(self, *_):
        await self.channel.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.channel.wait(5)

    async def says(self, message):
        await self.channel.send_input({"type": "websocket.receive", "text": json.dumps(message)})

    async def hears(self, timeout=5):
        answer = await self.channel.receive_output(timeout)
        assert answer["type"] == "websocket.send", answer
        return json.loads(answer["text"])

    async def is_refused(self, timeout=5):
        answer = await self.channel.receive_output(timeout)
        return (answer["type"], answer.get("code")) == ("websocket.close", REFUSED)


@pytest.fixture
def watch(cast, drain):
    """watch(body) runs a coroutine function with the cast and a batch, in an event loop of its own."""
    outcome = Outcome(submit(cast, files.sample()))

    def run(body):
        return asyncio.run(body(outcome))

    return run


def ticket_of(cast, user):
    access = cast.session_access(user)
    return tickets.socket_ticket_issue(access), access


@database_sync_to_async
def changed(outcome):
    document = outcome.document()
    with organization_scope(document.organization_id):
        document_changed(document.organization_id, document.batch_id, document.id)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 4000,
        '{"ticket":' * 400,
        '{"ticket": "\\ud800"}',
        '{"ticket": "\\u0000"}',
        '{"ticket": {"a": 1}}',
        "1e999",
        "\0",
    ],
)
def test_hostile_first_message_closes_cleanly(watch, caplog, text):
    async def body(outcome):
        async with Socket(outcome.batch) as socket:
            await socket.channel.send_input({"type": "websocket.receive", "text": text})
            return await socket.is_refused()

    assert watch(body)
    assert [record.getMessage() for record in caplog.records if record.exc_info] == []


@pytest.mark.parametrize(
    ("origin", "path"),
    [
        (b"http://localhost", "/ws/nowhere/"),
        (b"http://localhost", "/"),
        (b"http://[", ""),
        (b"http://localhost:port", ""),
        (b"http://localhost:99999", ""),
        (b"\xff\xfe", ""),
    ],
)
def test_bad_handshake_is_refused_without_a_traceback(watch, caplog, origin, path):
    async def body(outcome):
        async with Socket(outcome.batch, (b"origin", origin), path) as socket:
            return socket.is_open

    assert watch(body) is False
    assert [record.getMessage() for record in caplog.records if record.exc_info] == []


def test_a_viewer_with_a_ticket_hears_every_change(cast, watch):
    ticket, _ = ticket_of(cast, cast.viewer)

    async def body(outcome):
        async with Socket(outcome.batch) as socket:
            assert socket.is_open
            await socket.says({"ticket": ticket})
            assert await socket.hears() == {"type": "hello"}
            await changed(outcome)
            return await socket.hears()

    message = watch(body)
    assert message["type"] == "batch.changed"
    (row,) = message["documents"]
    assert row["file_name"] == "invoice-0014-digital.pdf" and len(row["steps"]) == 14


def test_a_first_message_with_more_than_the_ticket_is_refused(cast, watch):
    ticket, _ = ticket_of(cast, cast.viewer)

    async def body(outcome):
        async with Socket(outcome.batch) as socket:
            await socket.says({"ticket": ticket, "since": 7})
            return await socket.is_refused()

    assert watch(body)


def test_what_a_worker_does_reaches_the_page(cast, drain, watch):
    """The whole pipeline runs while the page listens: the last message says that it is over."""
    cast.publish("invoice")
    ticket, _ = ticket_of(cast, cast.viewer)

    async def body(outcome):
        statuses = []
        async with Socket(outcome.batch) as socket:
            await socket.says({"ticket": ticket})
            assert await socket.hears() == {"type": "hello"}
            await database_sync_to_async(drain_elsewhere)()
            while not statuses or statuses[-1] != "completed":
                statuses.append((await socket.hears(10))["documents"][0]["status"])
        return statuses

    statuses = watch(body)
    assert statuses[-1] == "completed" and "processing" in statuses and len(statuses) > 5


def drain_elsewhere():
    """In a process of its own, as workers are."""
    from tests.faults.workers import ended, start

    assert ended(start(), within=60) == 0


@pytest.mark.parametrize("first_message", [{}, {"ticket": ""}, {"ticket": "made-up"}, {"ticket": 7}, ["x"], "text"])
def test_without_a_ticket_nobody_is_let_in(watch, first_message):
    async def body(outcome):
        async with Socket(outcome.batch) as socket:
            await socket.says(first_message)
            return await socket.is_refused()

    assert watch(body)


def test_a_ticket_is_used_up_by_the_first_socket(cast, watch):
    ticket, _ = ticket_of(cast, cast.viewer)

    async def body(outcome):
        async with Socket(outcome.batch) as first, Socket(outcome.batch) as second:
            await first.says({"ticket": ticket})
            assert await first.hears() == {"type": "hello"}
            await second.says({"ticket": ticket})
            return await second.is_refused()

    assert watch(body)


@pytest.mark.parametrize("name", ["outsider", "foreign_admin"])
def test_a_batch_that_one_may_not_see_is_refused(cast, watch, name):
    ticket, _ = ticket_of(cast, getattr(cast, name))

    async def body(outcome):
        async with Socket(outcome.batch) as socket:
            await socket.says({"ticket": ticket})
            return await socket.is_refused()

    assert watch(body)


def test_a_socket_hears_nothing_of_other_batches(cast, drain, watch):
    ticket, _ = ticket_of(cast, cast.viewer)
    other = Outcome(submit(cast, files.sample(seed=9)))

    async def body(outcome):
        async with Socket(outcome.batch) as socket:
            await socket.says({"ticket": ticket})
            assert await socket.hears() == {"type": "hello"}
            await changed(other)
            return await socket.channel.receive_nothing(timeout=0.5)

    assert watch(body)


@pytest.mark.parametrize("is_admitted", [False, True])
def test_an_oversize_or_unexpected_frame_closes_the_socket(cast, watch, is_admitted):
    ticket, _ = ticket_of(cast, cast.viewer)

    async def body(outcome):
        async with Socket(outcome.batch) as socket:
            if is_admitted:
                await socket.says({"ticket": ticket})
                assert await socket.hears() == {"type": "hello"}
                await socket.says({"anything": "at all"})
            else:
                await socket.says({"ticket": "x" * 70_000})
            return await socket.is_refused()

    assert watch(body)


def test_silence_is_ended(watch, monkeypatch):
    monkeypatch.setattr(consumers, "_TICKET_SECONDS", 0.2)

    async def body(outcome):
        async with Socket(outcome.batch) as socket:
            return await socket.is_refused()

    assert watch(body)


@pytest.mark.parametrize("change", ["signed_out", "deactivated", "removed_from_team"])
def test_revocation_closes_an_open_socket(cast, watch, monkeypatch, change):
    monkeypatch.setattr(consumers, "_RECHECK_SECONDS", 0.2)
    ticket, access = ticket_of(cast, cast.viewer)

    def revoke():
        if change == "signed_out":
            sessions.sign_out(access)
        elif change == "deactivated":
            people.user_deactivate(CONSOLE, cast.viewer.pk)
        else:
            people.membership_remove(CONSOLE, cast.viewer.memberships.get().pk)

    async def body(outcome):
        async with Socket(outcome.batch) as socket:
            await socket.says({"ticket": ticket})
            assert await socket.hears() == {"type": "hello"}
            assert await socket.channel.receive_nothing(timeout=0.6), "it stays open while nothing is revoked"
            await database_sync_to_async(revoke)()
            return await socket.is_refused()

    assert watch(body)


def test_nothing_is_pushed_to_whom_was_just_removed(cast, watch, monkeypatch):
    """Although the next look by the clock is far away."""
    monkeypatch.setattr(consumers, "_PUSH_CHECK_SECONDS", 0)
    ticket, _ = ticket_of(cast, cast.viewer)

    async def body(outcome):
        async with Socket(outcome.batch) as socket:
            await socket.says({"ticket": ticket})
            assert await socket.hears() == {"type": "hello"}
            await changed(outcome)
            assert (await socket.hears())["type"] == "batch.changed"
            await database_sync_to_async(people.membership_remove)(CONSOLE, membership_id)
            await changed(outcome)
            return await socket.is_refused()

    membership_id = cast.viewer.memberships.get().pk
    assert watch(body)


def test_the_recheck_is_quick_enough():
    assert consumers._RECHECK_SECONDS <= 4.5, "a revoked session loses its socket within five seconds"
    assert consumers._PUSH_CHECK_SECONDS <= 1


@pytest.mark.parametrize("origin", [(b"origin", b"https://evil.example"), (b"origin", b"null")])
def test_other_origins_get_no_socket(watch, origin):
    async def body(outcome):
        async with Socket(outcome.batch, origin) as socket:
            return socket.is_open

    assert watch(body) is False
