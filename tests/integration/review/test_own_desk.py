"""What belongs to one person at the desk: settings, the draft of what they typed, undo of what they set."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from documents.models import FieldValue
from idp_project.core.tenancy import organization_scope
from review.models import Correction, DeskPreference, Draft, ReviewTask, UndoStep
from tests.factories.scenes import in_review

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
SCENE = in_review


@pytest.fixture
def post(cast, scene):
    """post(client, name, body, *arguments): (status, answer) of one of the desk's addresses."""

    def act(client, name, body, *arguments):
        url = reverse(f"review:{name}", args=arguments)
        accepted = {"Accept": "application/json"}
        answer = client.post(url, json.dumps(body), content_type="application/json", headers=accepted)
        return answer.status_code, answer.json()

    return act


@pytest.fixture
def task(cast, scene):
    with organization_scope(cast.organization.id):
        return ReviewTask.objects.get()


@pytest.fixture
def client(cast, scene):
    return cast.browser(cast.owner)


def states(cast, task):
    with organization_scope(cast.organization.id):
        values = FieldValue.objects.filter(sub_document=task.sub_document).order_by("id")
        return list(
            values.values_list("id", "value", "raw_text", "provenance", "is_confirmed", "corrected_by", "absence")
        )


def test_keys_and_panels_are_kept_for_the_person(post, client, cast, task):
    keys = {"field.confirm": ["Alt+Enter"], "desk.keys": []}
    assert post(client, "preferences", {"keys": keys, "has_singles": False}) == (200, {})
    assert post(client, "preferences", {"panels": {"fields": 512}}) == (200, {})
    with organization_scope(cast.organization.id):
        kept = DeskPreference.objects.get()
        assert (kept.user, kept.keys, kept.has_singles, kept.panels) == (cast.owner, keys, False, {"fields": 512})
    assert "Alt+Enter" in client.get(reverse("review:desk", args=[task.id])).content.decode()
    other = cast.browser(cast.reviewer)
    assert "Alt+Enter" not in other.get(reverse("review:desk", args=[task.id])).content.decode()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"other": 1},
        {"keys": []},
        {"keys": {"A B": ["x"]}},
        {"keys": {"a": "x"}},
        {"keys": {"a": ["x y"]}},
        {"has_singles": 1},
        {"panels": {"fields": -1}},
        {"panels": {"fields": True}},
        {"panels": {"fields": "9"}},
    ],
)
def test_what_no_desk_would_set_is_refused(post, client, body):
    assert post(client, "preferences", body)[0] == 400


def test_a_draft_is_kept_for_task_and_person(post, client, cast, task):
    value_id = str(states(cast, task)[0][0])
    entries = {value_id: {"text": "half a na", "saved": "", "place": None, "is_absent": False}}
    assert post(client, "draft", {"entries": entries}, task.id) == (200, {})
    page = client.get(reverse("review:desk", args=[task.id]))
    assert page.context["desk"]["draft"] == entries
    other = cast.browser(cast.reviewer).get(reverse("review:desk", args=[task.id]))
    assert other.context["desk"]["draft"] == {}
    assert post(client, "draft", {"entries": {}}, task.id) == (200, {})
    with organization_scope(cast.organization.id):
        assert not Draft.objects.exists()


@pytest.mark.parametrize("entries", [None, [], {"a": 1}, {"a": {"text": 1}}, {"a": {"other": ""}}])
def test_what_is_no_draft_is_refused(post, client, task, entries):
    assert post(client, "draft", {"entries": entries}, task.id)[0] == 400


def test_undo_brings_back_value_and_state(post, client, cast, task):
    before = states(cast, task)
    value_id, value, raw_text = before[0][0], before[0][1], before[0][2]
    assert post(client, "field_correct", {"text": value or raw_text or "X"}, task.id, value_id)[0] == 200
    confirmed = states(cast, task)
    assert post(client, "field_correct", {"text": "", "is_absent": True}, task.id, value_id)[0] == 200
    assert before != confirmed != states(cast, task)
    status, answer = post(client, "undo", {}, task.id)
    assert (status, answer["field"]["id"]) == (200, str(value_id))
    assert states(cast, task) == confirmed
    assert post(client, "undo", {}, task.id)[1]["field"]["state"] != "person"
    assert states(cast, task) == before
    assert post(client, "undo", {}, task.id) == (200, {"field": None})
    with organization_scope(cast.organization.id):
        assert Correction.objects.count() == 2, "clearing it, and taking that back"


def test_undo_does_not_go_over_a_colleagues_value(post, client, cast, task):
    with organization_scope(cast.organization.id):
        amounts = FieldValue.objects.filter(sub_document=task.sub_document, type="amount", table_row=None)
        value_id = amounts.first().id
    other = cast.browser(cast.reviewer)
    for person, text in ((client, "12.00"), (other, "13.00")):
        assert post(person, "field_correct", {"text": text}, task.id, value_id)[0] == 200
        assert post(person, "release", {}, task.id)[0] == 200
    assert post(client, "undo", {}, task.id) == (200, {"field": None})
    assert post(client, "release", {}, task.id)[0] == 200
    assert post(other, "undo", {}, task.id)[0] == 200
    with organization_scope(cast.organization.id):
        assert FieldValue.objects.get(id=value_id).raw_text == "12.00", "one's own is still taken back"


def cells(cast, task, number):
    """(name, value, is_confirmed) of a row."""
    with organization_scope(cast.organization.id):
        rows = FieldValue.objects.filter(sub_document=task.sub_document, table_row__number=number).order_by("position")
        return list(rows.values_list("name", "value", "is_confirmed"))


def test_undo_takes_fields_cells_and_rows_in_their_order(post, client, cast, task):
    with organization_scope(cast.organization.id):
        values = FieldValue.objects.filter(sub_document=task.sub_document)
        cell = values.get(table_row__number=2, name="description")
        field = values.get(table_row=None, name="invoice_number")
        table, row = cell.table_row.table, str(cell.table_row_id)
    as_read, fields = [cells(cast, task, 2)], [states(cast, task)]
    assert post(client, "field_correct", {"text": "X-1"}, task.id, field.id)[0] == 200
    assert post(client, "field_correct", {"text": "A pump"}, task.id, cell.id)[0] == 200
    as_read.append(cells(cast, task, 2))
    assert post(client, "table_edit", {"action": "remove_rows", "rows": [row]}, task.id, table)[0] == 200
    assert post(client, "field_correct", {"text": "X-2"}, task.id, field.id)[0] == 200
    undone = [post(client, "undo", {}, task.id)[1] for _ in range(2)]
    assert undone[0]["field"]["text"] == "X-1" and undone[1]["table"]["name"] == table
    assert cells(cast, task, 2) == as_read[1], "the row is back, with what was set in it"
    assert post(client, "undo", {}, task.id)[1]["field"]["id"] == str(cell.id)
    assert cells(cast, task, 2) == as_read[0]
    assert post(client, "undo", {}, task.id)[1]["field"]["id"] == str(field.id)
    assert states(cast, task) == fields[0]
    assert post(client, "undo", {}, task.id)[1] == {"field": None}


def test_what_was_done_again_is_the_last(post, client, cast, task):
    with organization_scope(cast.organization.id):
        values = FieldValue.objects.filter(sub_document=task.sub_document)
        row = values.filter(table_row__number=2).first().table_row
        field = values.get(table_row=None, name="invoice_number")
    removal = {"action": "remove_rows", "rows": [str(row.id)]}
    assert post(client, "table_edit", removal, task.id, row.table)[0] == 200
    assert post(client, "undo", {}, task.id)[1]["table"]["order"].count(str(row.id)) == 1
    assert post(client, "field_correct", {"text": "X-1"}, task.id, field.id)[0] == 200
    assert post(client, "table_redo", {}, task.id)[1]["table"]["order"].count(str(row.id)) == 0
    assert post(client, "undo", {}, task.id)[1]["table"]["order"].count(str(row.id)) == 1
    assert post(client, "undo", {}, task.id)[1]["field"]["id"] == str(field.id)


def test_nobody_undoes_what_another_did(post, client, cast, task):
    with organization_scope(cast.organization.id):
        row = FieldValue.objects.filter(sub_document=task.sub_document, table_row__number=2).first().table_row
    assert post(client, "table_edit", {"action": "remove_rows", "rows": [str(row.id)]}, task.id, row.table)[0] == 200
    assert post(client, "release", {}, task.id)[0] == 200
    assert post(cast.browser(cast.reviewer), "undo", {}, task.id) == (200, {"field": None})


def test_a_decision_ends_drafts_and_undo(post, client, cast, task):
    value_id = str(states(cast, task)[0][0])
    post(client, "draft", {"entries": {value_id: {"text": "x", "saved": ""}}}, task.id)
    post(client, "field_correct", {"text": "", "is_absent": True}, task.id, value_id)
    with organization_scope(cast.organization.id):
        assert Draft.objects.exists() and UndoStep.objects.exists()
    assert post(client, "decide", {"decision": "reject", "reason": "Not ours."}, task.id)[0] == 200
    with organization_scope(cast.organization.id):
        assert not Draft.objects.exists() and not UndoStep.objects.exists()
    assert post(client, "draft", {"entries": {value_id: {"text": "x"}}}, task.id)[0] == 409
