"""What a running product does when its database was upgraded, or not upgraded, under it."""

import json
import threading

import pytest
from django_rq import get_worker

from extraction.worker import PreloadingWorker
from idp_project.core import schema_guard
from idp_project.core.enqueue import enqueue
from idp_project.core.job_names import JobName
from idp_project.core.release import release
from tests.factories.pipeline import redis
from tests.integration.schema.conftest import LAST, NEWER

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
ROUTES = ("/", "/login/", "/api/v1/batches/", "/review/", "/records/", "/ask/", "/admin/", "/no/such/page/")


@pytest.mark.parametrize("alias", ["default", "pdb"])
def test_every_route_refuses_a_contract(client, served, alias):
    served.get_ahead("contract", alias=alias)
    for route in ROUTES:
        response = client.get(route, headers={"Accept": "text/html"})
        assert response.status_code == 503 and response.headers["Retry-After"], route
        said = response.content.decode()
        assert "schema_mismatch" in said and f"documents.{NEWER}" in said and "IDP 0.2.0" in said, route
    refused = client.post("/api/v1/token/", {"username": "x"}, content_type="application/json")
    assert refused.status_code == 503
    assert refused.json()["code"] == "schema_mismatch" and refused.json()["is_retryable"]


def test_unmarked_newer_migration_is_refused(client, served):
    served.get_ahead()
    assert client.get("/login/").status_code == 503


def test_expand_is_served(client, served):
    served.get_ahead("expand")
    assert client.get("/login/").status_code == 200


def test_database_behind_is_refused_by_name(client, served):
    served.execute("default", "DELETE FROM django_migrations WHERE app = %s AND name = %s", *LAST)
    try:
        said = client.get("/login/", headers={"Accept": "text/html"})
    finally:
        served.execute("default", "INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, now())", *LAST)
    assert said.status_code == 503 and ".".join(LAST) in said.content.decode() and "prepare" in said.content.decode()
    assert client.get("/login/").status_code == 200


def test_health_refuses_without_names(client, served):
    served.get_ahead("contract")
    response = client.get("/health/")
    assert response.status_code == 503 and response.json() == {"schema": False, "code": "schema_mismatch"}


def test_health_tells_the_release_to_admins_only(cast, served):
    served.get_ahead("expand")
    for person in (cast.super_admin, cast.admin):
        said = cast.browser(person).get("/health/").json()
        assert (said["version"], said["commit"]) == (release().version, release().commit)
        assert said["schema"]["default"] == {"state": "fits", "ahead_by_expand": [f"documents.{NEWER}"]}
    for person in (None, cast.viewer, cast.reviewer):
        said = cast.browser(person).get("/health/").json()
        assert set(said) == {"default", "pdb", "redis", "oldest_delivery_seconds", "oldest_publication_seconds"}


def test_answer_is_kept_for_its_seconds(client, served, settings):
    assert client.get("/login/").status_code == 200
    settings.SCHEMA_CHECK_SECONDS = 60
    client.get("/login/")
    served.get_ahead("contract")
    assert client.get("/login/").status_code == 200
    schema_guard.guard._due_at = 0.0
    assert client.get("/login/").status_code == 503


def test_worker_takes_no_job_and_loses_none(cast, served):
    redis().flushdb()
    served.get_ahead("contract")
    enqueue(JobName.DOCUMENT_ADVANCE, organization_id=cast.organization.id, document_id=cast.organization.id)
    (key,) = redis().keys("rq:queue:io")
    worker = get_worker("io", "cpu", worker_class=PreloadingWorker)
    worker.register_birth()
    taken = worker.queue_class.dequeue_any(worker.queues, None, connection=worker.connection)
    assert redis().llen(key) == 0
    worker.execute_job(*taken)  # it waited for this one while the database was upgraded
    assert redis().lrange(key, 0, -1) == [taken[0].id.encode()] and taken[0].get_status(refresh=True) == "queued"
    waiting = threading.Thread(target=lambda: worker.dequeue_job_and_maintain_ttl(1), daemon=True)
    waiting.start()
    waiting.join(1.5)
    assert waiting.is_alive() and redis().llen(key) == 1
    served.execute("default", "DELETE FROM django_migrations WHERE name = %s", NEWER)
    waiting.join(20)
    assert not waiting.is_alive() and redis().llen(key) == 0, "it goes on once the database fits"


def test_change_is_logged_once(client, served, caplog):
    served.get_ahead("contract")
    for _ in range(3):
        client.get("/login/")
    said = [record.message for record in caplog.records if record.name == schema_guard.__name__]
    assert len(said) == 1 and NEWER in said[0]
    assert json.dumps(said)  # one line
