"""The ids on log lines: of a request, of a job with its threads, of a socket."""

import asyncio
import json
import logging
from io import StringIO
from uuid import uuid4

import pytest
from django.test import AsyncClient
from django_rq import get_worker

from accounts.services.sign_in.tickets import socket_ticket_issue
from documents.consumers import BatchProgressConsumer
from documents.domain.pipeline import StepName
from extraction.pipeline import FUNCTIONS
from extraction.worker import PreloadingWorker
from idp_project.core.logs import logging_of
from tests.factories import files
from tests.factories.pipeline import Outcome, redis, submit
from tests.integration.documents.test_batch_socket import Socket

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
logger = logging.getLogger("documents.test_log_context")


@pytest.fixture
def lines():
    """What every logger of the process wrote, as its JSON objects."""
    formatter = dict(logging_of("INFO", "json")["formatters"]["lines"])
    handler = logging.StreamHandler(StringIO())
    handler.setFormatter(formatter.pop("()")(**formatter))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in handler.stream.getvalue().splitlines()]
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
def batch(cast, servers):
    redis().flushdb()
    return submit(cast, files.sample())


def first_step_by_a_horse():
    """As `PreloadingWorker` does jobs after its fork: the first plans the document, the second does its first step."""
    worker = get_worker("io", "cpu", worker_class=PreloadingWorker)
    for _ in range(2):
        job, queue = worker.queue_class.dequeue_any(worker.queues, None, connection=worker.connection)
        worker.prepare_execution(job)
        assert worker.perform_job(job, queue)


def broken(error):
    def step(*_, **__):
        logger.info("at work")
        raise error

    return step


def test_request_line_has_its_ids(cast, batch, lines, monkeypatch):
    monkeypatch.setattr("documents.views.batches.batch_state_live", broken(ZeroDivisionError()))
    browser = cast.browser(cast.owner)
    browser.raise_request_exception = False
    response = browser.get(f"/batches/{batch.id}/state/", HTTP_ACCEPT="application/json")
    assert response.status_code == 500
    found = {line["logger"]: line for line in lines()}
    assert found.keys() == {logger.name, "accounts.middleware", "django.request"}
    for line in found.values():
        assert line["request_id"] == response["X-Request-ID"] and len(line["request_id"]) == 32
        assert line["organization_id"] == str(cast.organization.id)
        assert line["user_id"] == str(cast.owner.id)
        assert line["batch_id"] == str(batch.id)
    logger.info("afterwards")
    assert "request_id" not in lines()[-1]


def test_request_of_a_stranger_has_its_id_alone(client, db, lines, monkeypatch):
    monkeypatch.setattr("accounts.views.sign_in.LoginForm", broken(ZeroDivisionError()))
    client.raise_request_exception = False
    response = client.get("/login/")
    (line,) = (line for line in lines() if line["logger"] == logger.name)
    assert line["request_id"] == response["X-Request-ID"] and "organization_id" not in line


def test_job_line_has_its_ids(cast, batch, lines, monkeypatch):
    text = uuid4().hex  # of a document
    document = Outcome(batch).document()
    monkeypatch.setitem(FUNCTIONS, StepName.METADATA, broken(ValueError(text)))
    first_step_by_a_horse()
    found = [line for line in lines() if line["logger"].startswith(("documents.test", "extraction"))]
    assert {line["event"] for line in found} >= {"at work", "step metadata failed unexpectedly"}
    for line in found:
        assert line["job"] in ("document_advance", "document_step_execute")
        assert line["organization_id"] == str(cast.organization.id)
        assert line["document_id"] == str(document.id) and line["batch_id"] == str(batch.id)
        assert line["step"] == "metadata" and line["step_run_id"]
    assert text not in json.dumps(lines())
    logger.info("afterwards")
    assert lines()[-1].keys() == {"timestamp", "level", "logger", "event"}


def test_line_of_the_lease_thread_has_the_ids(batch, lines, monkeypatch):
    from extraction.runner import heartbeat

    def look(self):
        logger.info("looked at")
        return 0.05

    monkeypatch.setattr(heartbeat.Heartbeat, "_look", look)
    monkeypatch.setitem(FUNCTIONS, StepName.METADATA, lambda *_: asyncio.run(asyncio.sleep(1)))
    first_step_by_a_horse()
    by_thread = [line for line in lines() if line["event"] == "looked at"]
    assert by_thread and all(line["batch_id"] == str(batch.id) and line["step"] for line in by_thread)


def test_asynchronous_server_keeps_the_ids(cast, batch, lines, monkeypatch):
    monkeypatch.setattr("documents.views.batches.batch_state_live", broken(ZeroDivisionError()))
    browser = AsyncClient(raise_request_exception=False)
    browser.cookies = cast.browser(cast.owner).cookies
    response = asyncio.run(browser.get(f"/batches/{batch.id}/state/"))
    found = [line for line in lines() if line["logger"] in (logger.name, "accounts.middleware", "django.request")]
    assert len(found) == 3 and response.status_code == 500
    assert {(line["request_id"], line["batch_id"]) for line in found} == {(response["X-Request-ID"], str(batch.id))}


def test_socket_line_has_its_ids(cast, batch, lines, monkeypatch):
    access = cast.session_access(cast.owner)
    ticket = socket_ticket_issue(access)
    send_json = BatchProgressConsumer.send_json

    async def noted(self, content):
        logger.info("admitted")
        await send_json(self, content)

    async def talk():
        async with Socket(batch) as socket:
            await socket.says({"ticket": ticket})
            await socket.hears()

    monkeypatch.setattr(BatchProgressConsumer, "send_json", noted)
    asyncio.run(talk())
    (line,) = (line for line in lines() if line["event"] == "admitted")
    assert line["batch_id"] == str(batch.id) and line["request_id"]
    assert line["organization_id"] == str(cast.organization.id)
