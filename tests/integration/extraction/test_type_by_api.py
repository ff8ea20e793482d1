"""A type of one's own by the API alone: from an example, tried, published, used, changed, rehearsed, published again."""

from __future__ import annotations

import json
from typing import Any

import pytest

from documents.domain.statuses import DocumentStatus
from pdb_sync.domain.record_filter import RecordFilter
from pdb_sync.selectors import record_list
from pdb_sync.services.publishing import views_publish_due
from tests.factories import files
from tests.factories.cast import Cast
from tests.factories.pipeline import Outcome, drain, submit

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
API = "/api/v1"


class Office:
    """A manager's programs: every call is one of the API."""

    def __init__(self, cast: Cast) -> None:
        self.browser = cast.browser(cast.reviewer)

    def call(self, method: str, path: str, body: dict[str, Any] | None = None, status: int = 200) -> Any:
        send = getattr(self.browser, method)
        answer = send(f"{API}/{path}", json.dumps(body or {}), content_type="application/json")
        assert answer.status_code == status, answer.content
        return answer.json() if answer.content else None

    def get(self, path: str) -> Any:
        answer = self.browser.get(f"{API}/{path}")
        assert answer.status_code == 200, answer.content
        return answer.json()


def test_the_whole_way_of_a_type_by_the_api(cast):
    example = Outcome(submit(cast, files.sample("purchase_order", 3)))
    drain()
    office = Office(cast)
    schema = office.call("post", "schemas/", {"name": "Order", "team_id": str(cast.team.id)}, 201)["id"]
    draft = from_an_example(office, schema, str(example.document().id))
    tried = office.call("post", f"schemas/{schema}/draft/try/", {"document_id": str(example.document().id)})
    assert any(field["value"] for field in tried["result"]["fields"])
    body = {"revision": draft["revision"], "note": "The first"}
    assert office.call("post", f"schemas/{schema}/draft/publish/", body, 201)["version"] == "1.0"

    use(cast, office, schema, seeds=(4, 5))
    assert len(record_list(cast.access(cast.reviewer), RecordFilter(schema_key="order")).records) == 2

    changed = a_checked_version(office, schema)
    rehearsal = office.call("post", f"schemas/{schema}/draft/rehearsals/", {"most": 5}, 201)
    drain()
    found = office.get(f"schemas/{schema}/draft/rehearsals/{rehearsal['id']}/")
    assert (found["status"], found["done"]) == ("finished", 2)
    body = {"revision": changed["revision"], "note": "With a check"}
    assert office.call("post", f"schemas/{schema}/draft/publish/", body, 201)["version"] == "2.0"
    views_publish_due()
    names = {column["name"] for view in office.get(f"schemas/{schema}/columns/") for column in view["columns"]}
    assert {field["name"] for field in draft["definition"]["fields"]} <= names
    assert office.get(f"schemas/{schema}/")["definition"]["checks"] == [CHECK]


CHECK = {"rule": "present(order_mark) or not present(order_mark)", "message": {"en": "Always.", "de": "Immer."}}


def from_an_example(office: Office, schema: str, document: str) -> Any:
    """What is proposed becomes the draft, with one field more."""
    found = office.call("post", f"schemas/{schema}/draft/proposals/", {"document_ids": [document]})
    assert found["fields"]
    marks = {"name": "order_mark", "label": "Our mark", "type": "text"}
    definition = {
        "name": "Order",
        "locale": found["locale"],
        "keywords": found["keywords"],
        "fields": [*(one["field"] for one in found["fields"]), marks],
        "tables": [one["table"] for one in found["tables"]],
    }
    begun = office.call("post", f"schemas/{schema}/draft/")
    body = {"definition": definition, "revision": begun["revision"]}
    saved = office.call("put", f"schemas/{schema}/draft/", body)
    assert saved["problems"] == [] and saved["may_publish"]
    return saved


def use(cast: Cast, office: Office, schema: str, seeds: tuple[int, ...]) -> None:
    """Documents of the type are read, approved by their tasks, delivered."""
    for seed in seeds:
        outcome = Outcome(submit(cast, files.sample("purchase_order", seed), schema_id=schema))
        drain()
        assert outcome.document().status == DocumentStatus.IN_REVIEW, "nothing is automatic before it is earned"
    for task in office.get("review-tasks/"):
        if office.get(f"review-tasks/{task['id']}/")["fields"]:
            approve(office, task["id"])
    drain()


def approve(office: Office, task: str) -> None:
    """With a reason where the answer says that checks failed."""
    address, decision = f"{API}/review-tasks/{task}/decide/", {"decision": "approve"}
    answer = office.browser.post(address, json.dumps(decision), content_type="application/json")
    if answer.status_code == 409:
        decision |= {"override": {"code": "check_does_not_fit", "text": ""}}
        answer = office.browser.post(address, json.dumps(decision), content_type="application/json")
    assert answer.status_code == 204, answer.content


def a_checked_version(office: Office, schema: str) -> Any:
    begun = office.call("post", f"schemas/{schema}/draft/")
    wrong = begun["definition"] | {"checks": [{"rule": "order_mark > 5"}]}
    refused = office.call("put", f"schemas/{schema}/draft/", {"definition": wrong, "revision": begun["revision"]})
    assert [one["code"] for one in refused["problems"]] == ["rule_wrong_kinds"]
    right = begun["definition"] | {"checks": [CHECK]}
    return office.call("put", f"schemas/{schema}/draft/", {"definition": right, "revision": refused["revision"]})
