"""A folder that an earlier release filled starts on this one, and everything in it opens, verifies and is found."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from idp_project.operations.demo.packet import LEFT_OPEN, Trouble
from idp_project.operations.demo.question import QUESTION, Answered
from tests.product import CHECKOUT, SUPERVISOR, logins_of, started
from tests.upgrade.earlier_release import Release, earlier_release
from tests.upgrade.facts import CODES, FACTS
from tests.upgrade.work_of_before import CORRECTED, UNKNOWN_SENTENCE

# E-invoices came to the packet later.
LEFT_THEN = {name for name, why in LEFT_OPEN.items() if why is not Trouble.XML_AND_PAGE_DISAGREE}
pytestmark = [pytest.mark.slow, pytest.mark.enable_socket, pytest.mark.timeout(1500)]
# Words of people, and a sentence that no release has: everything else that is told has a code.
LEGACY = {UNKNOWN_SENTENCE, "Checked by the script."}


@dataclass(frozen=True)
class Upgraded:
    """This release at work on the folder; `before` is what the earlier one had in it, `api` the operator's client."""

    release: Release
    before: dict[str, Any]
    after: dict[str, Any]
    api: httpx.Client

    def get(self, path: str) -> Any:
        return self.api.get(f"/api/v1/{path}").raise_for_status().json()

    def page(self, path: str) -> str:
        """What a person reads there: text without tags. Fails where the page leads to signing in."""
        answer = self.api.get(path)
        while answer.is_redirect:  # the client would not send the cookie along
            answer = self.api.get(answer.headers["location"])
        assert "/login/" not in str(answer.raise_for_status().url), path
        return html.unescape(re.sub(r"<[^>]+>", " ", answer.text))


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory: pytest.TempPathFactory, record_testsuite_property: Any) -> Iterator[Upgraded]:
    earlier, how = earlier_release(tmp_path_factory.mktemp("earlier"))
    before = earlier.shell(FACTS)
    release = Release(CHECKOUT, earlier.data, SUPERVISOR)
    began = time.monotonic()
    with started(release.data, release.environment()) as url:
        figures = f"earlier release {how}; this one ready with its {len(before['values'])} values after"
        print(figures := f"{figures} {time.monotonic() - began:.0f} s")
        record_testsuite_property("upgrade", figures)
        yield Upgraded(release, before, release.shell(FACTS), signed_in(url, release, "operator"))


def signed_in(url: str, release: Release, role: str) -> httpx.Client:
    """A client of the API that gets pages too: the token goes as a bearer and as the cookie of a browser."""
    name, password = logins_of(release.data)[role]
    client = httpx.Client(base_url=url, timeout=60)
    answer = client.post("/api/v1/token/", json={"username": name, "password": password}).raise_for_status()
    token = answer.json()["access"]
    cookies = f"__Host-idp_access={token}; idp_access={token}"
    client.headers.update({"Authorization": f"Bearer {token}", "Cookie": cookies})
    return client


def test_earlier_folder_has_all_that_is_asked_for(upgraded):
    before = upgraded.before
    assert len(before["documents"]) >= 10 and len(before["records"]) >= 10 and len(before["audit"]) >= 30
    assert before["corrections"] and before["decisions"] and before["versions"] and before["chunks"]
    assert sum(status == "open" for _, status in before["tasks"].values()) == len(LEFT_THEN)
    assert any(UNKNOWN_SENTENCE in reasons for reasons in before["reasons of tasks"].values())


def test_nothing_is_lost_and_nothing_is_said_otherwise(upgraded):
    """Approved versions, events, records, cells and the audit trail to the letter; reasons in the words they had."""
    for name, rows in upgraded.before.items():
        assert upgraded.after[name] == rows, name


def test_sentences_have_codes_and_unknown_ones_are_kept(upgraded):
    codes = upgraded.release.shell(CODES)
    told = {code for code, _ in codes}
    assert {"below_threshold", "approved_automatically", "waits_for_reviewer", "page_unsure"} <= told
    assert {text for code, text in codes if code == "legacy"} == LEGACY


def test_documents_and_their_originals_open(upgraded):
    for document_id, (status, _) in upgraded.before["documents"].items():
        document = upgraded.get(f"documents/{document_id}/")
        assert document["status"] == status and document["sub_documents"]
        assert upgraded.api.get(f"/api/v1/documents/{document_id}/original/").raise_for_status().content
        assert document["file_name"] in upgraded.page(f"/documents/{document_id}/")


def test_records_are_shown_as_they_were_approved(upgraded):
    approved = {sub_document for sub_document, *_ in upgraded.before["versions"].values()}
    for sub_document_id, _version, values, _tables in upgraded.before["records"].values():
        assert sub_document_id in approved
        shown = upgraded.page(f"/records/sub-documents/{sub_document_id}/")
        texts = [value for value in values.values() if isinstance(value, str) and re.search("[A-Za-z]{3}", value)]
        assert texts and [text for text in texts if text not in shown] == []


def test_audit_chain_verifies(upgraded):
    upgraded.release.run("exec", "verify_audit")


def test_open_tasks_wait_with_their_reasons_and_corrections(upgraded):
    tasks = {task["file_name"]: task for task in upgraded.get("review-tasks/")}
    assert set(tasks) == LEFT_THEN
    for task in tasks.values():
        assert sorted(task["reasons"]) == upgraded.before["reasons of tasks"][task["id"]]
        assert upgraded.get(f"review-tasks/{task['id']}/")["fields"]
    assert UNKNOWN_SENTENCE in tasks[CORRECTED]["reasons"]
    ((_, corrected, _),) = upgraded.before["corrections"].values()
    values = upgraded.get(f"review-tasks/{tasks[CORRECTED]['id']}/")["fields"]
    assert corrected["value"] in [value["value"] for value in values]


def test_search_answers_from_the_earlier_index(upgraded):
    answer = upgraded.api.post("/api/v1/questions/", json={"text": QUESTION.text}).raise_for_status().json()
    assert Answered(QUESTION, answer).problems() == []


@pytest.mark.last
def test_task_of_before_is_decided_and_delivered(upgraded):
    task = next(task for task in upgraded.get("review-tasks/") if task["file_name"] != CORRECTED)
    path = f"/api/v1/review-tasks/{task['id']}/"
    upgraded.api.post(f"{path}claim/", json={}).raise_for_status()
    override = {"code": "printed_so", "text": "As printed."}
    decision = {"decision": "approve", "reason": "Looked at after the upgrade.", "override": override}
    upgraded.api.post(f"{path}decide/", json=decision).raise_for_status()
    deadline = time.monotonic() + 90
    record = f"/records/sub-documents/{task['sub_document_id']}/"
    while upgraded.api.get(record).status_code != 302:
        assert time.monotonic() < deadline, "the record did not arrive"
        time.sleep(0.5)
    upgraded.release.run("exec", "verify_audit")
