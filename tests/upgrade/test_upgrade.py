"""A folder that an earlier release filled starts on this one, and everything in it opens, verifies and is found."""

from __future__ import annotations

import time

import httpx
import pytest

from idp_project.operations.demo.packet import LEFT_OPEN
from idp_project.operations.demo.question import QUESTION, Answered
from idp_project.operations.supervisor.places import CHECKOUT
from tests.product import SUPERVISOR, logins_of, started
from tests.upgrade.earlier_release import Release, earlier_release

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return earlier_release(tmp_path_factory.mktemp("earlier"))


def signed_in(url: str, release: Release, role: str) -> httpx.Client:
    """A browser and a client of the API in one: the token goes as a bearer, pages get it as a cookie."""
    name, password = logins_of(release.data)[role]
    client = httpx.Client(base_url=url, timeout=60)
    answer = client.post("/api/v1/token/", json={"username": name, "password": password}).raise_for_status()
    client.headers["Authorization"] = f"Bearer {answer.json()['access']}"
    return client


def test_an_earlier_folder_starts_opens_verifies_and_answers(earlier, record_property):
    before = earlier.facts()
    assert before["corrections"] and before["records"] and len(before["documents"]) >= 10
    now = Release(CHECKOUT, earlier.data, SUPERVISOR)
    began = time.monotonic()
    with started(now.data, now.environment()) as url:
        record_property(
            "figures", f"upgrade of {len(before['values'])} values: ready after {time.monotonic() - began:.0f} s"
        )
        assert now.facts() == before
        api = signed_in(url, now, "operator")
        for document_id, status in before["documents"]:
            document = api.get(f"/api/v1/documents/{document_id}/").raise_for_status().json()
            assert document["status"] == status
            assert api.get(f"/api/v1/documents/{document_id}/original/").raise_for_status().content
        tasks = api.get("/api/v1/review-tasks/").raise_for_status().json()
        assert {task["file_name"] for task in tasks} == set(LEFT_OPEN)
        for task in tasks:
            assert api.get(f"/api/v1/review-tasks/{task['id']}/").raise_for_status().json()["fields"]
        _ask(api)
        _decide(api, tasks[0]["id"])
        now.run("exec", "verify_audit")


def _ask(api: httpx.Client) -> None:
    found = api.post("/api/v1/questions/", json={"text": QUESTION.text}).raise_for_status().json()
    assert Answered(QUESTION, found).problems() == []


def _decide(api: httpx.Client, task_id: str) -> None:
    """A task of before is claimed and approved, and its record arrives."""
    path = f"/api/v1/review-tasks/{task_id}/"
    api.post(f"{path}claim/", json={}).raise_for_status()
    sub_document = api.get(path).raise_for_status().json()["sub_document"]
    override = {"code": "printed_so", "text": "As printed."}
    decision = {"decision": "approve", "reason": "Looked at after the upgrade.", "override": override}
    api.post(f"{path}decide/", json=decision).raise_for_status()
    deadline = time.monotonic() + 60
    while api.get(f"/api/v1/records/{sub_document}/").status_code != 200:
        assert time.monotonic() < deadline, "the record did not arrive"
        time.sleep(0.5)
