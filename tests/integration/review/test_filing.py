"""A document of none of our types: filed as it is, kept, and never delivered."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from documents.models import Event, FieldValue
from idp_project.core.tenancy import organization_scope
from rag.models import Chunk
from review.models import Decision, ReviewTask
from review.services import approved, tasks
from tests.factories import files
from tests.factories.pipeline import Outcome, submit
from tests.factories.scenes import unknown_receipt

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
SCENE = unknown_receipt


def task_of(cast):
    with organization_scope(cast.organization.id):
        return ReviewTask.objects.get()


def decide(client, task, decision, reason=""):
    address = reverse("review:decide", args=[task.id])
    return client.post(address, json.dumps({"decision": decision, "reason": reason}), content_type="application/json")


def test_a_filed_document_is_kept_and_nothing_is_delivered(cast, outcome, drain):
    client, task = cast.browser(cast.owner), task_of(cast)
    assert decide(client, task, "none_of_ours").status_code == 200, "a reason is not needed"
    drain()
    document = outcome.document()
    assert document.status == "completed" and outcome.sub_document().status == "rejected"
    steps = outcome.steps(outcome.sub_document().id)
    assert (steps["pdb_sync"].status, str(steps["pdb_sync"].reason)) == ("skipped", "Filed: none of our types.")
    with organization_scope(cast.organization.id):
        assert not Event.objects.exists()
        assert Chunk.objects.filter(document=document).exists(), "it is found by search"
        assert Decision.objects.get().kind == "none_of_ours"
        assert AuditEntry.objects.filter(action="review_none_of_ours").count() == 1
    original = client.get(reverse("documents:original", args=[document.id]))
    assert original.status_code == 200 and b"".join(original.streaming_content)


def test_a_filed_document_says_so_wherever_it_is_shown(cast, outcome, drain):
    client = cast.browser(cast.owner)
    decide(client, task_of(cast), "none_of_ours")
    drain()
    document = outcome.document()
    shown = client.get(reverse("documents:document_detail", args=[document.id])).content.decode()
    assert "Filed: none of our types" in shown
    (row,) = outcome.state()["documents"]
    assert row["sub_documents"][0]["decision"] == "none_of_ours"
    found = client.get(f"/api/v1/documents/{document.id}/").json()["sub_documents"][0]
    assert (found["status"], found["decision"], found["type"]) == ("rejected", "none_of_ours", None)


def test_a_rejection_is_not_shown_as_filed(cast, outcome, drain):
    client = cast.browser(cast.owner)
    decide(client, task_of(cast), "reject", "Blurred.")
    drain()
    shown = client.get(reverse("documents:document_detail", args=[outcome.document().id])).content.decode()
    assert "Rejected" in shown and "Filed: none of our types" not in shown


def test_the_api_files_a_document(cast, outcome):
    client, task = cast.browser(cast.owner), task_of(cast)
    address = f"/api/v1/review-tasks/{task.id}/decide/"
    answer = client.post(address, json.dumps({"decision": "none_of_ours"}), content_type="application/json")
    assert answer.status_code == 204
    assert outcome.sub_document().status == "rejected"


def test_filing_takes_a_wrong_type_and_what_was_read_as_it(cast, drain):
    cast.publish("invoice")
    outcome = Outcome(submit(cast, files.for_review()))
    drain()
    decide(cast.browser(cast.owner), task_of(cast), "none_of_ours", "A quotation.")
    drain()
    assert outcome.sub_document().schema_version is None
    with organization_scope(cast.organization.id):
        assert not FieldValue.objects.exists()
    assert outcome.steps(outcome.sub_document().id)["pdb_sync"].reason.text == "Filed: none of our types. A quotation."


def test_filing_what_was_approved_withdraws_it(cast, drain):
    cast.publish("invoice")
    outcome = Outcome(submit(cast, files.sample()))
    drain()
    with organization_scope(cast.organization.id):
        task = approved.approved_correct(cast.access(cast.owner), outcome.sub_document().id)
        tasks.review_task_decide(cast.access(cast.owner), task.id, decision="none_of_ours")
    assert outcome.sub_document().status == "withdrawn"
    assert outcome.sub_document().schema_version is not None, "its versions tell what it was"


def test_the_desk_says_what_is_to_be_decided(cast, outcome):
    client = cast.browser(cast.owner)
    data = client.get(reverse("review:desk", args=[task_of(cast).id])).context["desk"]
    assert data["to_decide"] == ["type"]
    with organization_scope(cast.organization.id):
        sub_document = outcome.sub_document()
        sub_document.page_scores = {"2": 0.4}
        sub_document.save()
    answer = client.get(reverse("review:desk", args=[task_of(cast).id]))
    assert answer.context["desk"]["to_decide"] == ["type", "split"]
    assert "Cut or join the pages" in answer.content.decode()
