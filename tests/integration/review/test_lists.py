"""Lists on the desk and over the API: items are shown, added, corrected and taken away, and keep their numbers."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from django.urls import reverse

from documents.domain.schema_spec import FieldSpec, FieldType, SchemaSpec
from documents.domain.statuses import Route
from documents.domain.values import MergedField
from documents.models import ApprovedVersion, FieldValue
from documents.services.schemas.schemas import schema_publish
from extraction.results import ConfidenceResult
from extraction.runner.values import write_values
from idp_project.core.tenancy import organization_scope
from review.models import Correction
from tests.factories.desk import on_desk
from tests.unit.extraction.pages import candidate

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
ORDERS = FieldSpec("orders", FieldType.IDENTIFIER, "Order no", is_list=True)
DELIVERY = SchemaSpec("delivery", "Delivery", "1.0", (FieldSpec("total", FieldType.AMOUNT, "Total"), ORDERS))


def read(*values: str) -> ConfidenceResult:
    """As if the machine had read these items."""
    items = [(candidate("orders", value),) for value in values] or [()]
    orders = [MergedField("orders", found, 0.9, item=number) for number, found in enumerate(items, start=1)]
    return ConfidenceResult((MergedField("total", (candidate("total", "5.00"),), 0.9), *orders), (), Route.REVIEW, ())


class Desk:
    """A task of a document with the items A-1, B-2 and C-3, as an operator sees it."""

    def __init__(self, cast):
        self.cast, self.client = cast, cast.browser(cast.owner)
        self.task = on_desk(cast, replace(DELIVERY, fields=DELIVERY.fields[:1]), {})
        with organization_scope(cast.organization.id):
            self.sub_document = self.task.sub_document
            self.sub_document.schema_version.definition = DELIVERY.to_dict()
            self.sub_document.schema_version.save()
        self.machine_reads("A-1", "B-2", "C-3")

    def machine_reads(self, *values):
        with organization_scope(self.cast.organization.id):
            write_values(self.sub_document, read(*values))

    def fields(self):
        answer = self.client.get(reverse("review:desk", args=[self.task.id]))
        return [field for field in answer.context["desk"]["fields"] if field["name"] == "orders"]

    def texts(self):
        return [field["text"] for field in self.fields()]

    def set(self, number, text):
        """Of the items that are shown, the one at that place."""
        address = reverse("review:field_correct", args=[self.task.id, self.fields()[number]["id"]])
        return self.client.post(address, json.dumps({"text": text, "place": None}), content_type="application/json")

    def stored(self):
        with organization_scope(self.cast.organization.id):
            return dict(FieldValue.objects.filter(name="orders").order_by("item").values_list("item", "value"))

    def decide(self):
        body = json.dumps({"decision": "approve"})
        answer = self.client.post(reverse("review:decide", args=[self.task.id]), body, content_type="application/json")
        assert answer.status_code == 200, answer.content
        with organization_scope(self.cast.organization.id):
            return ApprovedVersion.objects.get().approved


@pytest.fixture
def desk(cast):
    return Desk(cast)


def test_items_are_shown_with_one_to_be_filled(desk):
    assert desk.texts() == ["A-1", "B-2", "C-3", ""]
    assert [field["label"] for field in desk.fields()][:2] == ["Order no 1", "Order no 2"]


def test_item_is_added_and_the_next_one_offered(desk):
    answer = desk.set(3, "D-4").json()
    assert answer["field"]["text"] == "D-4" and answer["added"]["field"]["text"] == ""
    assert answer["added"]["field"]["id"] in answer["added"]["html"]
    assert desk.stored() == {1: "A-1", 2: "B-2", 3: "C-3", 4: "D-4"}
    assert desk.texts() == ["A-1", "B-2", "C-3", "D-4", ""]


def test_corrected_and_removed_items_keep_numbers(desk):
    assert desk.set(1, "B-20").status_code == 200
    assert desk.set(0, "").json()["field"]["is_removed"] is True
    assert desk.texts() == ["B-20", "C-3", ""]
    with organization_scope(desk.cast.organization.id):
        changed = Correction.objects.order_by("created_at").values_list("field_value__item", "old__value", "new__value")
        assert list(changed) == [(2, "B-2", "B-20"), (1, "A-1", None)]
    content = desk.decide()
    assert [(cell.item, cell.value) for cell in content.fields if cell.name == "orders"] == [(2, "B-20"), (3, "C-3")]


def test_removed_item_comes_back_by_its_text(desk):
    gone = desk.fields()[0]
    desk.set(0, "")
    address = reverse("review:field_correct", args=[desk.task.id, gone["id"]])
    desk.client.post(address, json.dumps({"text": "A-1", "place": None}), content_type="application/json")
    assert desk.texts() == ["A-1", "B-2", "C-3", ""]


def test_list_without_items_is_approved_as_an_empty_one(desk):
    desk.machine_reads()
    assert desk.texts() == [""]
    (orders,) = [cell for cell in desk.decide().fields if cell.name == "orders"]
    assert orders.item == 1 and orders.is_empty_list


def test_reading_again_keeps_what_a_person_did(desk):
    desk.set(0, "")  # taken away
    desk.set(0, "B-20")  # of those left, the first
    desk.set(2, "D-4")
    desk.machine_reads("A-1", "B-2", "C-3", "E-5")
    assert desk.texts() == ["B-20", "C-3", "D-4", "E-5", ""], "neither A-1 nor B-2 comes back"
    desk.machine_reads("D-4", "F-6")
    assert desk.texts() == ["B-20", "F-6", "D-4", ""], "what was typed is not there twice"


def test_api_gives_items_and_takes_the_next(desk):
    client, address = desk.client, f"/api/v1/review-tasks/{desk.task.id}/"
    entries = [field for field in client.get(address).json()["fields"] if field["name"] == "orders"]
    assert [(entry["item"], entry["value"]) for entry in entries] == [(1, "A-1"), (2, "B-2"), (3, "C-3"), (4, None)]
    put = client.put(
        f"{address}values/{entries[3]['id']}/", json.dumps({"text": "D-4"}), content_type="application/json"
    )
    assert put.status_code == 200 and put.json()["item"] == 4
    document = client.get(f"/api/v1/documents/{desk.sub_document.document_id}/").json()["sub_documents"][0]
    assert [field["value"] for field in document["fields"] if field["name"] == "orders"] == ["A-1", "B-2", "C-3", "D-4"]


def test_persons_value_goes_along_with_a_renamed_field(desk):
    """Read again as a later version of the type, under which the field has another name."""
    desk.set(0, "A-10")
    with organization_scope(desk.cast.organization.id):
        before = desk.sub_document.schema_version
        orders = replace(before.spec.fields[1], name="purchase_orders")
        spec = replace(before.spec, version="2.0", fields=(before.spec.fields[0], orders))
        desk.sub_document.schema_version = schema_publish(organization_id=desk.cast.organization.id, spec=spec)
        desk.sub_document.save()
        fields = [
            replace(found, field="purchase_orders") if found.item else found for found in read("A-1", "E-5").fields
        ]
        write_values(desk.sub_document, replace(read(), fields=tuple(fields)))
        stored = FieldValue.objects.filter(sub_document=desk.sub_document, item__gt=0).order_by("item")
        assert [(value.name, value.value) for value in stored] == [
            ("purchase_orders", "A-10"),
            ("purchase_orders", "E-5"),
        ]
        assert {str(value.field_id) for value in stored} == {orders.id}


def test_value_of_before_becomes_the_first_item(desk):
    with organization_scope(desk.cast.organization.id):
        FieldValue.objects.filter(name="orders", item__gt=1).delete()
        FieldValue.objects.filter(name="orders").update(
            item=0, value="Z-9", is_confirmed=True, corrected_by=desk.cast.owner
        )
    desk.machine_reads("A-1", "B-2")
    assert desk.stored() == {1: "Z-9", 2: "B-2"}, "A-1 is what the person corrected"
