"""Fields and cells for which nothing was found can be filled, on the desk and over the API."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from documents.domain.schema_spec import FieldSpec, FieldType, SchemaSpec, TableSpec
from documents.models import FieldValue
from documents.selectors.tables import table_views
from documents.services.approving.values import field_value_write
from idp_project.core.tenancy import organization_scope
from review.models import Correction, ReviewTask
from tests.factories import files
from tests.factories.desk import on_desk
from tests.factories.pipeline import submit
from tests.factories.scenes import in_review

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])


def with_gaps(cast):
    """An invoice on the desk; of its first row the amount was not found, and neither was its due date."""
    outcome = in_review(cast)
    with organization_scope(cast.organization.id):
        values = outcome.sub_document().field_values
        values.filter(table_row__number=1, name="amount").delete()
        values.filter(table_row=None, name="due_date").delete()
    return outcome


SCENE = with_gaps


@pytest.fixture
def task(cast, outcome):
    with organization_scope(cast.organization.id):
        return ReviewTask.objects.get()


def desk_of(client, task):
    return client.get(reverse("review:desk", args=[task.id]))


def empties_of(client, task):
    context = desk_of(client, task).context
    cells = [
        cell | {"name": column["name"]}
        for table in context["tables"]["tables"]
        for row in table["rows"].values()
        for cell, column in zip(row, table["columns"], strict=True)
    ]
    return {field["name"]: field for field in [*context["desk"]["fields"], *cells] if field["state"] == "empty"}


def correct(client, task, field, text):
    address = reverse("review:field_correct", args=[task.id, field["id"]])
    return client.post(address, json.dumps({"text": text, "place": None}), content_type="application/json")


def test_every_column_of_every_row_has_an_entry(cast, outcome, task):
    answer = desk_of(cast.browser(cast.owner), task)
    (table,) = answer.context["tables"]["tables"]
    assert list(table["rows"]) == table["order"] != []
    for row in table["rows"].values():
        assert len(row) == len(table["columns"]) and all(cell["id"] for cell in row)
    html = answer.content.decode()
    assert html.count("data-input") == len(answer.context["desk"]["fields"])


def test_an_empty_cell_is_filled_with_history_and_audit(cast, outcome, task):
    client = cast.browser(cast.owner)
    cell = empties_of(client, task)["amount"]
    fresh = correct(client, task, cell, "1,234.50").json()["field"]
    assert (fresh["id"], fresh["text"], fresh["was_touched"]) == (cell["id"], "1234.50", True)
    with organization_scope(cast.organization.id):
        value = FieldValue.objects.get(id=cell["id"])
        assert (value.table_row.number, value.name, value.type) == (1, "amount", "amount")
        assert value.corrected_by == cast.owner
        assert Correction.objects.get().new["value"] == "1234.50"
        assert AuditEntry.objects.filter(action="field_value_corrected").count() == 1
    history = client.get(reverse("documents:field_value_history", args=[cell["id"]])).content.decode()
    assert "1234.50" in history and "found by the machine" not in history
    assert correct(client, task, cell, "7").status_code == 200
    with organization_scope(cast.organization.id):
        assert outcome.sub_document().field_values.filter(table_row__number=1, name="amount").count() == 1


def test_a_field_without_a_value_is_filled_too(cast, outcome, task):
    client = cast.browser(cast.owner)
    field = empties_of(client, task)["due_date"]
    assert correct(client, task, field, "2026-12-13").json()["field"]["text"] == "2026-12-13"
    assert "due_date" not in empties_of(client, task)


def test_what_cannot_be_read_stays_empty(cast, outcome, task):
    client = cast.browser(cast.owner)
    cell = empties_of(client, task)["amount"]
    assert correct(client, task, cell, "a lot").status_code == 400
    with organization_scope(cast.organization.id):
        assert not FieldValue.objects.filter(id=cell["id"]).exists()


def test_the_api_lists_and_fills_empty_cells(cast, outcome, task):
    client = cast.browser(cast.owner)
    found = client.get(f"/api/v1/review-tasks/{task.id}/").json()
    (cell,) = (cell for cell in found["tables"][0]["cells"] if cell["name"] == "amount")
    assert cell["value"] is None and "due_date" in {field["name"] for field in found["fields"]}
    address = f"/api/v1/review-tasks/{task.id}/values/{cell['id']}/"
    answer = client.put(address, json.dumps({"text": "12.00"}), content_type="application/json")
    assert (answer.status_code, answer.json()["value"]) == (200, "12.00")


def test_a_cell_of_another_document_cannot_be_filled(cast, outcome, task, drain):
    client = cast.browser(cast.owner)
    cell = empties_of(client, task)["amount"]
    submit(cast, files.sample(seed=28, flaw="wrong_total"))
    drain()
    with organization_scope(cast.organization.id):
        other = ReviewTask.objects.exclude(id=task.id).get()
    assert correct(client, other, cell, "1").status_code == 404
    assert correct(cast.browser(cast.viewer), task, cell, "1").status_code == 403
    assert correct(cast.browser(cast.outsider), task, cell, "1").status_code == 404


def test_a_filled_cell_reaches_the_approved_version(cast, outcome, task, drain):
    client = cast.browser(cast.owner)
    correct(client, task, empties_of(client, task)["amount"], "99.00")
    address = reverse("review:decide", args=[task.id])
    body = {"decision": "approve", "override": {"code": "printed_so"}}  # the row does not multiply
    assert client.post(address, json.dumps(body), content_type="application/json").status_code == 200
    with organization_scope(cast.organization.id):
        rows = outcome.sub_document().approved_versions.get().content["tables"]["line_items"]
    assert "99.00" in {cell["value"] for cell in rows[0]}


def test_a_column_of_e_invoices_shows_where_one_filled_it(cast):
    """A cell that is stored and empty shows nothing; a filled one is a column in which every row has its cell."""
    price, code = (FieldSpec(name, FieldType.IDENTIFIER, name.title()) for name in ("price", "code"))
    code = replace(code, from_e_invoice="BT-128", is_e_invoice_only=True)
    tables = (TableSpec("lines", "Lines", (price, code)),)
    spec = SchemaSpec("list", "List", "1.0", (FieldSpec("number", FieldType.IDENTIFIER, "Number"),), tables)
    task = on_desk(cast, spec, {}, {"lines": [{"price": "A-1"}, {"price": "A-2"}]})
    with organization_scope(cast.organization.id):
        (view,) = table_views(task.sub_document)
        assert [column["name"] for column in view["columns"]] == ["price"]
        first, second = FieldValue.objects.filter(name="code").order_by("table_row__number")
        second.delete()
        field_value_write(first, value="B-1", raw_text="B-1", user_id=cast.owner.id)
        (view,) = table_views(task.sub_document)
    assert [column["name"] for column in view["columns"]] == ["price", "code"]
    assert [[cell.get("text", "") for cell in view["rows"][row]] for row in view["order"]] == [
        ["A-1", "B-1"],
        ["A-2", ""],
    ]
