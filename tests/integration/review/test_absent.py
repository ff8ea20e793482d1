"""A person or the machine says that a value is not on the document: on the desk, over the API, in records and views."""

from __future__ import annotations

import json
from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import connections
from django.urls import reverse

from documents.domain.absence import Absence, AbsenceCode
from documents.domain.schema_spec import FieldSpec, FieldType, SchemaSpec
from documents.domain.statuses import Route
from documents.domain.values import MergedField
from documents.models import ApprovedVersion, FieldValue
from extraction.results import ConfidenceResult
from extraction.runner.values import write_values
from idp_project.core.tenancy import organization_scope
from pdb_sync.models import RecordChange
from pdb_sync.queries import fetch_all, pdb_record_apply
from pdb_sync.services.publishing import typed_views_publish
from review.models import Correction
from tests.factories.desk import on_desk
from tests.unit.extraction.pages import candidate

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
BILL = SchemaSpec(
    "bill",
    "Bill",
    "1.0",
    (
        FieldSpec("total", FieldType.AMOUNT, "Total", is_required=True),
        FieldSpec("due", FieldType.DATE, "Due"),
        FieldSpec("number", FieldType.IDENTIFIER, "Number"),
    ),
)
MACHINE = Absence(AbsenceCode.NO_CANDIDATE, {"pages": [1, 1]})


class Desk:
    """A bill with its total and number on the desk; the machine says that its due date is absent."""

    def __init__(self, cast):
        self.cast, self.client = cast, cast.browser(cast.owner)
        self.task = on_desk(cast, BILL, {})
        self.part = self.task.sub_document
        self.machine_reads()

    def machine_reads(self):
        fields = [
            MergedField(name, (candidate(name, value),), 0.9) for name, value in (("total", "5"), ("number", "A-1"))
        ]
        with organization_scope(self.cast.organization.id):
            due = MergedField("due", (), absence=MACHINE)
            write_values(self.part, ConfidenceResult((*fields, due), (), Route.REVIEW, ()))

    def field(self, name):
        answer = self.client.get(reverse("review:desk", args=[self.task.id]))
        return next(field for field in answer.context["desk"]["fields"] if field["name"] == name)

    def set(self, name, text="", **given):
        address = reverse("review:field_correct", args=[self.task.id, self.field(name)["id"]])
        return self.post(address, {"text": text} | given)

    def post(self, address, data):
        accepted = {"Accept": "application/json"}
        return self.client.post(address, json.dumps(data), content_type="application/json", headers=accepted)

    def stored(self, name):
        with organization_scope(self.cast.organization.id):
            return FieldValue.objects.get(name=name)

    def approve(self):
        decision = {"decision": "approve", "override": {"code": "printed_so"}}
        assert self.post(reverse("review:decide", args=[self.task.id]), decision).status_code == 200
        with organization_scope(self.cast.organization.id):
            return ApprovedVersion.objects.get().approved


@pytest.fixture
def desk(cast):
    return Desk(cast)


def test_absent_is_shown_and_told_from_cleared(desk):
    assert desk.field("due")["state"] == "absent" and desk.stored("due").absent == MACHINE
    assert desk.set("number", is_absent=True).json()["field"]["state"] == "person_absent"
    assert desk.set("due", "2026-01-01").json()["field"]["state"] == "person"
    assert desk.stored("due").absence is None, "it has a value now"
    assert desk.set("due").json()["field"]["state"] == "person", "cleared"
    assert desk.stored("due").absent is None


def test_correction_history_and_note_of_absence(desk):
    desk.set("number", is_absent=True)
    assert desk.set("number", is_absent=True).status_code == 200, "once more changes nothing"
    with organization_scope(desk.cast.organization.id):
        (correction,) = Correction.objects.all()
    assert (correction.old["value"], correction.old["absence"]) == ("A-1", None)
    assert correction.new["absence"]["code"] == "not_on_document"
    history = desk.client.get(reverse("documents:field_value_history", args=[desk.field("number")["id"]]))
    assert "not on the document" in history.content.decode()


def test_empty_field_becomes_absent_by_a_person(desk):
    desk.set("due", is_absent=True)
    value = desk.stored("due")
    assert value.absent.code is AbsenceCode.NOT_ON_DOCUMENT and value.corrected_by == desk.cast.owner


def test_reading_again_keeps_what_a_person_said(desk):
    desk.set("number", is_absent=True)
    desk.machine_reads()
    assert desk.field("number")["state"] == "person_absent"


def test_confirmed_absence_stays_the_machines(desk):
    desk.set("due")
    assert desk.field("due")["state"] == "person_absent" and desk.stored("due").absent == MACHINE


def test_absent_with_a_text_is_refused(desk):
    answer = desk.set("due", "2026-01-01", is_absent=True)
    assert (answer.status_code, answer.json()["code"]) == (400, "absent_with_text")


def test_required_field_that_is_absent_fails_its_check(desk):
    desk.set("total", is_absent=True)
    assert desk.field("total")["state"] == "failed"
    refused = desk.post(reverse("review:decide", args=[desk.task.id]), {"decision": "approve"})
    assert (refused.status_code, refused.json()["code"]) == (409, "failed_checks")


def test_value_of_an_older_release_outweighs_absence(desk):
    """It does not know the column, and leaves it when it sets a value."""
    with organization_scope(desk.cast.organization.id):
        FieldValue.objects.filter(name="due").update(value="2026-01-01", raw_text="1.1.26")
    assert desk.stored("due").absent is None


def test_api_sets_and_gives_absence(desk):
    address = f"/api/v1/review-tasks/{desk.task.id}/"
    fields = {field["name"]: field for field in desk.client.get(address).json()["fields"]}
    assert fields["due"]["absence"] == {"code": "no_candidate", "params": {"pages": [1, 1]}, "confidence": None}
    assert fields["total"]["absence"] is None
    body = json.dumps({"text": "", "is_absent": True})
    put = desk.client.put(f"{address}values/{fields['number']['id']}/", body, content_type="application/json")
    assert put.json()["absence"] == {"code": "not_on_document", "params": {}, "confidence": None}


def test_record_and_views_carry_absence(desk):
    desk.set("number", is_absent=True)
    content = desk.approve()
    assert type(content).from_dict(content.to_dict()) == content
    pdb_record_apply(uuid4(), RecordChange.APPROVED, content)
    organization = desk.cast.organization
    schema_name = typed_views_publish(organization.slug, organization.id, [replace(BILL, version="1.0")])
    arguments = {"organization_id": organization.id, "after": None, "until": None, "row_limit": 1}
    (record,) = fetch_all(organization.id, "records_between", **arguments)
    assert record["values"] == {"total": "5", "due": None, "number": None}
    rows = select(organization.id, f'SELECT total::text, number, _absent FROM "{schema_name}".bill')
    assert rows == [("5", None, ["due", "number"])]
    cells = select(organization.id, f'SELECT name, absence FROM "{schema_name}".bill__cells ORDER BY name')
    assert cells == [("due", "no_candidate"), ("number", "not_on_document"), ("total", None)]


def select(organization_id, statement):
    with organization_scope(organization_id, using="pdb"), connections["pdb"].cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()
