"""C6 over a real web server: oversize frames and floods close the socket, wrong tickets and origins never open it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import resource
import socket
import threading
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
import uvicorn
from django.utils import timezone
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from accounts.domain.secrets import sha256_hex
from accounts.models import SocketTicket
from accounts.services.sign_in import sessions, tickets
from idp_project.operations.supervisor.web import configuration
from tests.factories import files
from tests.factories.pipeline import Outcome, submit
from tests.integration.documents.test_batch_socket import changed

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True, databases=["default", "pdb"])]


@pytest.fixture
def port() -> Iterator[int]:
    """The product's own web server, as `make run` configures it."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(configuration())
    server.install_signal_handlers = lambda: None  # type: ignore[method-assign]
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    yield listener.getsockname()[1]
    server.should_exit = True
    thread.join(20)
    assert not thread.is_alive()


def dial(port, batch, origin="http://localhost"):
    return connect(f"ws://localhost:{port}/ws/batches/{batch.id}/", origin=origin, max_size=None, open_timeout=20)


async def closed(live) -> tuple[int, int]:
    """The close code, and how many messages came before it."""
    heard = 0
    with contextlib.suppress(ConnectionClosed):
        async with asyncio.timeout(10):
            while True:
                await live.recv()
                heard += 1
    return live.close_code, heard


async def flood(live, message, times) -> int:
    sent = 0
    with contextlib.suppress(ConnectionClosed):
        for _ in range(times):
            await live.send(message)
            sent += 1
    return sent


def test_what_is_sent_to_a_socket_opens_nothing_and_ends_it(cast, drain, port, record_property):
    outcome = Outcome(submit(cast, files.sample()))
    viewer = cast.session_access(cast.viewer)

    def ticket(access=viewer):
        return json.dumps({"ticket": tickets.socket_ticket_issue(access)})

    used, foreign, first = ticket(), ticket(cast.session_access(cast.foreign_admin)), ticket()
    expired = ticket()
    rows = SocketTicket.objects.filter(ticket_hash=sha256_hex(json.loads(expired)["ticket"]))
    assert rows.update(expires_at=timezone.now() - timedelta(milliseconds=1)) == 1

    async def body():
        ends = {}
        async with dial(port, outcome.batch) as live:
            await live.send(used)
            assert json.loads(await live.recv()) == {"type": "hello"}
            await changed(outcome)
            assert json.loads(await live.recv())["type"] == "batch.changed"
            await live.send("x" * 2**21)
            ends["2 MB after the ticket"] = await closed(live)
        for name, message in (("reused", used), ("foreign", foreign), ("expired", expired), ("2 MB", "x" * 2**21)):
            async with dial(port, outcome.batch) as live:
                await flood(live, message, 1)
                ends[name] = await closed(live)
        for name, message in (("flood before", '{"ticket": "x"}'), ("flood after", first)):
            async with dial(port, outcome.batch) as live:
                if name == "flood after":
                    await live.send(first)
                    assert json.loads(await live.recv()) == {"type": "hello"}
                await flood(live, message, 1000)
                ends[name] = await closed(live)
        for origin in ("https://evil.example", "null", f"http://127.0.0.2:{port}", None):
            with pytest.raises(InvalidStatus) as refused:
                await dial(port, outcome.batch, origin).__aenter__()
            assert refused.value.response.status_code == 403
        return ends

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    ends = asyncio.run(body())
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert {name: code for name, (code, _) in ends.items()} == {
        "2 MB after the ticket": 1009,
        "reused": 4403,
        "foreign": 4403,
        "expired": 4403,
        "2 MB": 1009,
        "flood before": 4403,
        "flood after": 4403,
    }
    assert {heard for _, heard in ends.values()} == {0}
    assert grown < 64
    record_property("figures", f"C6: {len(ends) + 4} ways to misuse a socket, 0 accepted; memory grew {grown:.0f} MiB")


def test_a_revoked_session_loses_its_socket_within_five_seconds(cast, drain, port, record_property):
    """At the real interval, with a channel on which nothing happens."""
    outcome = Outcome(submit(cast, files.sample()))
    viewer = cast.session_access(cast.viewer)
    first = json.dumps({"ticket": tickets.socket_ticket_issue(viewer)})

    async def body():
        async with dial(port, outcome.batch) as live:
            await live.send(first)
            assert json.loads(await live.recv()) == {"type": "hello"}
            await asyncio.to_thread(sessions.sign_out, viewer)
            began = time.monotonic()
            return await closed(live), time.monotonic() - began

    (code, heard), seconds = asyncio.run(body())
    assert (code, heard) == (4403, 0)
    assert seconds <= 5
    record_property("figures", f"C3: an open socket closed {seconds:.1f} s after the sign-out")
