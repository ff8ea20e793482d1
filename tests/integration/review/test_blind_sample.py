"""The blind sample: who is drawn, that nothing the machine read is given away, the comparison, and what counts as evidence."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest
from django.urls import reverse

from documents.models import Evidence, FieldValue, Gate, Schema
from idp_project.core.errors import Conflict, InvalidInput
from idp_project.core.tenancy import organization_scope
from review.models import Decision, ReviewTask
from review.services import approved, boundaries, tasks
from review.services.blind import is_among
from tests.factories import files
from tests.factories.evidence import add_evidence
from tests.factories.pipeline import Outcome, submit
from tests.factories.pipeline import drain as drain_queues

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])


def blind_scene(cast):
    """An invoice that would be automatic with an open gate, drawn for the blind sample."""
    schema = cast.publish("invoice", is_automatic=False)["invoice"]
    with organization_scope(cast.organization.id):
        Schema.objects.filter(id=schema.id).update(blind_percent=100)
    outcome = Outcome(submit(cast, files.sample()))
    drain_queues()
    return outcome


SCENE = blind_scene


@pytest.fixture
def act(cast, inside):
    """As the owner, inside the organisation."""
    return lambda action, *arguments, **options: inside(lambda: action(cast.access(cast.owner), *arguments, **options))


@pytest.fixture
def task(outcome, inside) -> ReviewTask:
    return inside(lambda: ReviewTask.objects.select_related("sub_document").get(sub_document=outcome.sub_document()))


@pytest.fixture
def read(outcome, inside) -> dict[str, FieldValue]:
    """What the machine read, by field."""
    values = inside(lambda: list(FieldValue.objects.filter(sub_document=outcome.sub_document(), table_row=None)))
    return {value.name: value for value in values}


@pytest.fixture
def enter(act, task, read):
    """enter(total_amount="1.00"): what is printed for every field, except those that are named."""

    def enter(**wrong: str) -> None:
        for name, value in read.items():
            text = wrong.get(name, value.value or value.raw_text)
            act(tasks.field_value_correct, task.id, value.id, text=text, is_absent=not text)

    return enter


def test_share_of_ids_is_drawn_by_a_key(settings):
    ids = [uuid4() for _ in range(4000)]
    drawn = [one for one in ids if is_among(one, 20)]
    assert 650 < len(drawn) < 950 and drawn == [one for one in ids if is_among(one, 20)]
    assert not any(is_among(one, 0) for one in ids) and all(is_among(one, 100) for one in ids)
    settings.SECRET_KEY = "another key"
    assert [one for one in ids if is_among(one, 20)] != drawn


def test_rate_falls_once_it_is_earned(cast, drain, inside):
    schema = cast.publish("invoice")["invoice"]
    inside(lambda: Schema.objects.filter(id=schema.id).update(blind_percent=100, blind_percent_earned=0))
    earned = Outcome(submit(cast, files.for_review()))
    drain()
    assert not inside(ReviewTask.objects.get, sub_document=earned.sub_document()).is_blind
    inside(lambda: add_evidence(schema, [False] * 50))
    earning = Outcome(submit(cast, files.for_review()))
    drain()
    assert inside(ReviewTask.objects.get, sub_document=earning.sub_document()).is_blind


def machine_texts(read) -> set[str]:
    """Values nobody would enter by chance."""
    return {value.value for value in read.values() if value.value and len(value.value) > 5}


def test_nothing_that_the_machine_read_is_given_away(cast, outcome, task, read):
    document_id, sub_document = outcome.document().id, outcome.sub_document()
    facts = json.dumps(outcome.document().metadata)  # the file's own title names it
    hidden = {text for text in machine_texts(read) if text not in facts}
    assert sub_document.is_blind and sub_document.is_in_range and len(hidden) >= 3
    value = next(iter(read.values()))
    pages = [
        reverse("review:desk", args=[task.id]),
        reverse("review:queue"),
        reverse("api-task", args=[task.id]),
        reverse("api-tasks"),
        reverse("documents:document_detail", args=[document_id]),
        reverse("api-document", args=[document_id]),
        reverse("api-batch", args=[outcome.batch.id]),
        reverse("documents:batch_state", args=[outcome.batch.id]),
        reverse("documents:field_value_history", args=[value.id]),
        reverse("api-step-runs", args=[sub_document.id]),
    ]
    for user in (cast.owner, cast.viewer, cast.admin):
        browser = cast.browser(user)
        for address in pages:
            answer = browser.get(address)
            assert answer.status_code == 200, address
            told = [text for text in hidden if json.dumps(text)[1:-1] in answer.content.decode()]
            assert not told, (address, told)
    detail = cast.browser(cast.owner).get(reverse("api-task", args=[task.id])).json()
    assert detail["is_blind"] and detail["checks"] == [] and detail["tables"] == []
    assert {(f["value"], f["raw_text"], f["confidence"], f["provenance"]) for f in detail["fields"]} == {
        (None, "", None, None)
    }
    assert [reason["code"] for reason in detail["reasons_data"]] == ["blind_sample"]


def test_entry_answers_without_the_machines_reading(cast, task, read):
    browser, value = cast.browser(cast.owner), read["total_amount"]
    address = reverse("api-task-value", args=[task.id, value.id])
    for text in (value.value, "12.34"):
        answer = browser.put(address, {"text": text}, content_type="application/json").json()
        assert (answer["value"], answer["confidence"], answer["checks"], answer["changed"]) == (text, None, [], [])
        assert answer["provenance"] is None
    desk = browser.post(
        reverse("review:field_correct", args=[task.id, value.id]), {"text": "12.34"}, content_type="application/json"
    ).json()
    assert (desk["field"]["text"], desk["field"]["candidates"], desk["failed_checks"]) == ("12.34", [], [])


def test_approval_waits_for_the_comparison(act, task, enter):
    with pytest.raises(InvalidInput, match="Enter first what is printed"):
        act(tasks.task_compare, task.id)
    enter()
    with pytest.raises(Conflict, match="compare your entries"):
        act(tasks.review_task_decide, task.id, decision="approve")
    assert act(tasks.task_compare, task.id) == []
    with pytest.raises(Conflict, match="compared already"):
        act(tasks.task_compare, task.id)


def test_right_document_is_evidence(act, task, enter, inside, cast):
    enter()
    act(tasks.task_compare, task.id)
    act(tasks.review_task_decide, task.id, decision="approve")
    row = inside(Evidence.objects.get)
    assert (row.source, row.is_right, row.wrong_fields, row.has_slip) == ("blind", True, [], False)
    assert row.is_in_range and row.decided_by_id == cast.owner.id and row.stratum == "other"
    assert inside(Decision.objects.get).examination == "blind"
    assert inside(Gate.objects.get, stratum="other").n == 1


def test_comparison_shows_where_both_differ(cast, act, task, enter, read, inside):
    enter(total_amount="1.00")
    (differing,) = act(tasks.task_compare, task.id)
    assert differing.name == "total_amount"
    page = cast.browser(cast.owner).get(reverse("review:desk", args=[task.id])).content.decode()
    machine = read["total_amount"].value
    assert f"you entered “1.00”, the machine read “{machine}”" in page
    detail = cast.browser(cast.owner).get(reverse("api-task", args=[task.id])).json()
    field = next(one for one in detail["fields"] if one["name"] == "total_amount")
    assert (field["value"], field["is_confirmed"]) == ("1.00", False)
    assert field["reasons_data"][-1]["code"] == "blind_differs"


def test_machine_error_and_reviewers_slip_are_told_apart(act, task, enter, read, inside):
    """Taking the machine's value after the comparison is a slip of the person; keeping the own one an error of the machine."""
    wrong = {"invoice_number": "X-1", "total_amount": "1.00"}
    enter(**wrong)
    act(tasks.task_compare, task.id)
    act(tasks.field_value_correct, task.id, read["total_amount"].id, text=read["total_amount"].value)
    act(tasks.field_value_correct, task.id, read["invoice_number"].id, text="X-1")
    act(tasks.review_task_decide, task.id, decision="approve")
    row = inside(Evidence.objects.get)
    assert (row.is_right, row.wrong_fields, row.has_slip) == (False, ["invoice_number"], True)


def test_rejected_document_of_the_sample_counts_as_wrong(act, task, inside):
    act(tasks.review_task_decide, task.id, decision="reject", reason="Not ours.")
    row = inside(Evidence.objects.get)
    assert (row.source, row.is_right) == ("blind", False)
    assert not inside(lambda: ReviewTask.objects.get().sub_document.is_blind)


def test_retyped_document_counts_against_the_type_that_was_found(cast, act, task, outcome, inside):
    schema = inside(Schema.objects.get, key="invoice")
    act(boundaries.sub_document_retype, outcome.sub_document().id, schema_id=None)
    row = inside(Evidence.objects.get)
    assert (row.schema_id, row.is_right) == (schema.id, False)


def revealed(outcome, inside) -> None:
    """As if it had not been drawn."""
    inside(lambda: ReviewTask.objects.update(is_blind=False))
    inside(lambda: type(outcome.sub_document()).objects.update(is_blind=False))


def test_ordinary_approval_is_not_examined(act, task, outcome, inside):
    revealed(outcome, inside)
    act(tasks.review_task_decide, task.id, decision="approve")
    assert inside(Decision.objects.get).examination == "not_examined" and not inside(Evidence.objects.exists)


def test_each_field_confirmed_singly_is_evidence(act, task, outcome, read, inside):
    """A decision in which all but one cell were confirmed says nothing."""
    revealed(outcome, inside)
    values = inside(lambda: list(FieldValue.objects.filter(sub_document=outcome.sub_document())))
    assert any(value.table_row_id for value in values)
    for value in values:
        act(tasks.field_value_correct, task.id, value.id, text=value.value or value.raw_text)
    act(tasks.review_task_decide, task.id, decision="approve")
    row = inside(Evidence.objects.get)
    assert (row.source, row.is_right, inside(Decision.objects.get).examination) == ("confirmed", True, "confirmed")


def test_one_field_that_nobody_confirmed_leaves_it_unexamined(act, task, outcome, inside):
    revealed(outcome, inside)
    for value in inside(lambda: list(FieldValue.objects.filter(sub_document=outcome.sub_document())))[1:]:
        act(tasks.field_value_correct, task.id, value.id, text=value.value or value.raw_text)
    act(tasks.review_task_decide, task.id, decision="approve")
    assert inside(Decision.objects.get).examination == "not_examined" and not inside(Evidence.objects.exists)


def test_cancelled_sample_is_shown_again(task, outcome, inside):
    inside(tasks.review_tasks_close, outcome.document().id)
    assert not outcome.sub_document().is_blind


@pytest.mark.parametrize("is_withdrawn", [True, False])
def test_corrected_automatic_approval_closes_the_gate(cast, drain, inside, act, is_withdrawn):
    schema = cast.publish("invoice", is_automatic=False)["invoice"]
    inside(lambda: add_evidence(schema, [True] * 101))
    outcome = Outcome(submit(cast, files.sample()))
    drain()
    assert (outcome.sub_document().route, outcome.sub_document().status) == ("auto", "delivered")
    assert inside(Gate.objects.get, stratum="other").look == 1
    if is_withdrawn:
        act(approved.approved_withdraw, outcome.sub_document().id, reason="Wrong.")
    else:
        task = act(approved.approved_correct, outcome.sub_document().id)
        assert not task.is_blind, "what was approved is shown"
        value = inside(FieldValue.objects.get, sub_document=outcome.sub_document(), name="invoice_number")
        act(tasks.field_value_correct, task.id, value.id, text="X-1")
        act(tasks.review_task_decide, task.id, decision="approve")
    row = inside(Evidence.objects.get, source="automatic")
    assert not row.is_right and inside(Gate.objects.get, stratum="other").look == 0


def test_correction_that_changes_nothing_is_no_error(cast, drain, inside, act):
    schema = cast.publish("invoice", is_automatic=False)["invoice"]
    inside(lambda: add_evidence(schema, [True] * 101))
    outcome = Outcome(submit(cast, files.sample()))
    drain()
    task = act(approved.approved_correct, outcome.sub_document().id)
    act(tasks.review_task_decide, task.id, decision="approve")
    assert not inside(Evidence.objects.filter(source="automatic").exists)
    assert inside(Gate.objects.get, stratum="other").look == 1


def test_sender_with_approved_documents_is_a_stratum_of_its_own(cast, drain, inside, act):
    cast.publish("invoice", is_automatic=False)
    first = Outcome(submit(cast, files.sample()))
    drain()
    assert first.sub_document().stratum == "other" and first.sub_document().sender_key
    task = inside(ReviewTask.objects.get)
    act(tasks.review_task_decide, task.id, decision="approve")
    again = Outcome(submit(cast, files.sample()))
    drain()
    assert again.sub_document().stratum == "known_sender"
