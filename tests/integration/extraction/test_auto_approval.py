"""No way leads to an automatic approval past the gate of the type: not a retry, not the reconciler, not a new type.

What the gate stops goes to a person with the reason; nothing fails and nothing hangs.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.db.models.signals import post_save, pre_save
from django.urls import reverse

from accounts.models import AuditEntry, SystemSettings
from documents.domain.auto_approval import AutoApproval
from documents.domain.earned.record import DemonstrationRecord, TypeRecord
from documents.domain.reasons import NO_VALUE, SYSTEM_OFF
from documents.domain.schema_spec import SchemaSpec
from documents.models import ApprovedVersion, Event, Gate, Schema, SubDocument
from documents.selectors.earned import present_extractor
from documents.services.approving.approval import sub_document_approve
from documents.services.approving.auto_approval import (
    ApprovalSettings,
    AutoApprovalRefused,
    schema_auto_approval_set,
)
from documents.services.running.retry import document_retry
from documents.services.schemas.schemas import schema_publish
from idp_project.core.tenancy import organization_scope
from idp_project.operations.demo.organization import shipped_schemas
from review.models import ReviewTask
from review.services.boundaries import sub_document_retype
from review.services.tasks import review_task_decide
from tests.factories import files
from tests.factories.evidence import add_evidence, newest_version, open_gates
from tests.factories.pipeline import Outcome, lapse, submit, tick

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
NEVER = "Every value reached its threshold; a person approves because Invoice is never approved automatically."
NOT_EARNED = (
    "Every value reached its threshold; a person approves because Invoice has not earned automatic approval yet."
)


def switch_off(cast, schema) -> None:
    with organization_scope(cast.organization.id):
        schema_auto_approval_set(cast.access(cast.admin), schema.id, ApprovalSettings(is_never=True))


@contextmanager
def when_saved(signal: Any, model: type, act: Callable[[Any], None]) -> Iterator[None]:
    """Acts inside the transaction that saves a row of the model."""

    def receive(instance: Any, **_: Any) -> None:
        act(instance)

    signal.connect(receive, sender=model, weak=False)
    try:
        yield
    finally:
        signal.disconnect(receive, sender=model)


def failing(error: type[Exception]) -> Any:
    """Lets no approved version be written."""

    def fail(_: Any) -> None:
        raise error("test: not now")

    return when_saved(pre_save, ApprovedVersion, fail)


def assert_waits_for_a_person(cast, outcome: Outcome, *reasons: str) -> None:
    """In review for these reasons, approved by nobody, and a person's approval brings it to its end."""
    sub_document, document = outcome.sub_document(), outcome.document()
    assert (document.status, sub_document.status, sub_document.route) == ("in_review", "in_review", "review")
    assert [reason.text for reason in sub_document.reasons] == list(reasons)
    steps = outcome.steps(sub_document.id)
    assert (steps["auto_approve"].status, steps["human_review"].status) == ("skipped", "waiting")
    assert steps["auto_approve"].reason.text == f"Sent to review: {reasons[0]}"
    with organization_scope(cast.organization.id):
        assert not ApprovedVersion.objects.filter(sub_document=sub_document).exists()
        assert [r.text for r in ReviewTask.objects.get(sub_document=sub_document).reasons] == list(reasons)


def assert_person_can_approve(cast, outcome: Outcome, drain) -> None:
    with organization_scope(cast.organization.id):
        task = ReviewTask.objects.get(sub_document=outcome.sub_document())
        review_task_decide(cast.access(cast.reviewer), task.id, decision="approve", reason="All right.")
    drain()
    assert (outcome.document().status, outcome.sub_document().status) == ("completed", "delivered")
    assert not outcome.open_steps()


def test_type_that_has_earned_nothing_goes_to_a_person(cast, drain):
    cast.publish("invoice", is_automatic=False)
    outcome = Outcome(submit(cast, files.sample()))
    drain()
    assert_waits_for_a_person(cast, outcome, NOT_EARNED)
    assert_person_can_approve(cast, outcome, drain)


def test_command_line_approves_nothing_that_is_not_earned(cast, drain, tmp_path, servers):
    cast.publish("invoice", is_automatic=False)
    path = tmp_path / "invoice.pdf"
    path.write_bytes(files.content_of(files.sample()))
    assert cast.team
    slug, report = cast.organization.slug, tmp_path / "report.json"
    with pytest.raises(SystemExit) as ended:
        call_command("process", str(path), organization=slug, json_path=report, timeout=60.0)
    assert ended.value.code == 0 and '"route": "review"' in report.read_text()


def test_type_set_to_never_after_routing_goes_to_a_person(cast, drain):
    schema = cast.publish("invoice")["invoice"]
    outcome = Outcome(submit(cast, files.sample()))

    def after_routing(sub_document: SubDocument) -> None:
        if sub_document.route == "auto":
            switch_off(cast, schema)

    with when_saved(post_save, SubDocument, after_routing):
        drain()
    assert_waits_for_a_person(cast, outcome, NEVER)
    assert_person_can_approve(cast, outcome, drain)


def test_check_that_fails_after_routing_sends_to_a_person(cast, drain):
    """The approval computes the checks again: what was routed automatically is not failed, a person looks at it."""
    cast.publish("invoice")
    outcome = Outcome(submit(cast, files.sample()))

    def after_routing(sub_document: SubDocument) -> None:
        if sub_document.route == "auto":
            sub_document.field_values.filter(name="total_amount").update(value="1.00")

    with when_saved(post_save, SubDocument, after_routing):
        drain()
    sub_document = outcome.sub_document()
    assert (outcome.document().status, sub_document.status, sub_document.route) == ("in_review", "in_review", "review")
    assert any("does not equal" in reason.text for reason in sub_document.reasons)


def test_system_switch_off_after_routing_sends_to_a_person(cast, drain):
    cast.publish("invoice")
    outcome = Outcome(submit(cast, files.sample()))

    def after_routing(sub_document: SubDocument) -> None:
        if sub_document.route == "auto":
            SystemSettings.objects.update_or_create(id=1, defaults={"is_auto_approval_on": False})

    with when_saved(post_save, SubDocument, after_routing):
        drain()
    assert_waits_for_a_person(cast, outcome, SYSTEM_OFF().text)


def test_retry_of_the_step_asks_the_gate_again(cast, drain):
    schema = cast.publish("invoice")["invoice"]
    outcome = Outcome(submit(cast, files.sample()))
    with failing(RuntimeError):
        drain()
    assert outcome.steps(outcome.sub_document().id)["auto_approve"].status == "failed"
    switch_off(cast, schema)
    with organization_scope(cast.organization.id):
        document_retry(cast.access(cast.owner), outcome.document().id)
    drain()
    assert_waits_for_a_person(cast, outcome, NEVER)
    assert_person_can_approve(cast, outcome, drain)


def test_reconciler_asks_the_gate_again(cast, drain):
    schema = cast.publish("invoice")["invoice"]
    outcome = Outcome(submit(cast, files.sample()))
    with failing(OperationalError):
        drain()
    assert outcome.steps(outcome.sub_document().id)["auto_approve"].status == "pending"
    switch_off(cast, schema)
    lapse()
    with organization_scope(cast.organization.id):
        run = outcome.document().run
        type(run).objects.filter(id=run.id).update(next_check_at=run.created_at)
    tick()
    drain()
    assert_waits_for_a_person(cast, outcome, NEVER)


def test_retyped_sub_document_is_not_approved_automatically(cast, drain):
    schemas = cast.publish("invoice", "receipt")
    switch_off(cast, schemas["receipt"])
    outcome = Outcome(submit(cast, files.for_review()))
    drain()
    for key in ("receipt", "invoice"):
        with organization_scope(cast.organization.id):
            sub_document_retype(cast.access(cast.owner), outcome.sub_document().id, schema_id=schemas[key].id)
        drain()
        assert (outcome.sub_document().status, outcome.sub_document().route) == ("in_review", "review")
    with organization_scope(cast.organization.id):
        assert not ApprovedVersion.objects.exists()


@pytest.mark.parametrize("is_demonstration", [False, True])
def test_type_without_required_fields_goes_to_a_person(cast, drain, settings, is_demonstration):
    settings.IS_DEMONSTRATION = is_demonstration
    spec = replace(invoice_spec(), key="note", name="Note")
    spec = replace(spec, fields=tuple(replace(field, is_required=False) for field in spec.fields))
    publish(cast, spec)
    outcome = Outcome(submit(cast, files.sample()))
    drain()
    (reason,) = outcome.sub_document().reasons
    assert reason.text.startswith("A person approves because no field of Note is required")
    assert_waits_for_a_person(cast, outcome, reason.text)


@pytest.mark.parametrize("is_demonstration", [False, True])
def test_document_without_any_value_goes_to_a_person(cast, drain, settings, is_demonstration):
    settings.IS_DEMONSTRATION = is_demonstration
    spec = invoice_spec()
    (field, *_) = spec.fields
    fields = (replace(field, name="zebra", label="Zebra crossing", aliases=(), pattern="Z{9}", is_required=False),)
    schema = publish(cast, replace(spec, key="zebra", name="Zebra", fields=fields, tables=(), checks=(), kinds=()))
    outcome = Outcome(submit(cast, files.sample(), schema_id=schema.id))
    drain()
    assert NO_VALUE() in outcome.sub_document().reasons
    assert (outcome.sub_document().route, outcome.sub_document().status) == ("review", "in_review")


@pytest.fixture
def recorded(cast, settings, tmp_path):
    """recorded(schema, outcomes): the demonstration's record of the type, made with the extractor of today."""

    def recorded(schema: Schema, outcomes: str, **changed: str) -> None:
        with organization_scope(cast.organization.id):
            extractor = present_extractor(newest_version(schema))
        own = {"model": extractor.model, "calibrator": extractor.calibrator} | changed
        record = DemonstrationRecord({schema.key: TypeRecord(**own, first_seed=1, outcomes=outcomes)})
        settings.DEMONSTRATION_RECORD = tmp_path / f"{len(list(tmp_path.iterdir()))}.json"
        settings.DEMONSTRATION_RECORD.write_text(json.dumps(record.to_dict()))

    return recorded


def test_demonstration_approves_its_own_types_only_there(cast, drain, settings, recorded):
    schema = publish(cast, invoice_spec(), AutoApproval.DEMONSTRATION)
    recorded(schema, "r" * 380 + "p" * 20)
    real = Outcome(submit(cast, files.sample()))
    drain()
    assert_waits_for_a_person(cast, real, NOT_EARNED)
    settings.IS_DEMONSTRATION = True
    shown, looked_at = Outcome(submit(cast, files.sample(seed=9))), Outcome(submit(cast, files.for_review()))
    drain()
    assert (shown.sub_document().route, shown.sub_document().status) == ("auto", "delivered")
    assert (looked_at.sub_document().route, looked_at.sub_document().status) == ("review", "in_review")
    with organization_scope(cast.organization.id):
        rests_on = ApprovedVersion.objects.get(sub_document=shown.sub_document()).approved.rests_on
    assert (rests_on["source"], rests_on["documents"], rests_on["errors"]) == ("demonstration", 380, 0)
    switch_off(cast, schema)
    again = Outcome(submit(cast, files.sample(seed=9)))
    drain()
    assert_waits_for_a_person(cast, again, NEVER)


@pytest.mark.parametrize(
    ("outcomes", "changed"),
    [("r" * 400, {"model": "another"}), ("r" * 400, {"calibrator": "another"}), ("r" * 60, {}), ("rrw" * 200, {})],
)
def test_demonstration_without_a_fitting_record_asks_people(cast, drain, settings, recorded, outcomes, changed):
    """Of another extractor, of too few documents, with too many errors: nothing fails, a person approves."""
    schema = publish(cast, invoice_spec(), AutoApproval.DEMONSTRATION)
    recorded(schema, outcomes, **changed)
    settings.IS_DEMONSTRATION = True
    outcome = Outcome(submit(cast, files.sample()))
    drain()
    assert_waits_for_a_person(cast, outcome, NOT_EARNED)


def test_automatic_approval_keeps_the_bound_it_rests_on(cast, drain):
    cast.publish("invoice")
    outcome = Outcome(submit(cast, files.sample()))
    drain()
    with organization_scope(cast.organization.id):
        sub_document = outcome.sub_document()
        rests_on = ApprovedVersion.objects.get(sub_document=sub_document).approved.rests_on
        event = Event.objects.get(sub_document=sub_document).payload["rests_on"]
        (entry,) = AuditEntry.objects.filter(action="sub_document_auto_approved")
    assert rests_on == event and entry.details["rests_on"]["bound"] == str(rests_on["bound"])
    assert rests_on["bound"] <= 0.05 and (rests_on["target"], rests_on["reviewers_miss"]) == (0.95, 0.1)
    owner = cast.browser(cast.owner)
    document_id = outcome.document().id
    page = owner.get(reverse("documents:document_detail", args=[document_id])).content.decode()
    assert "Approved automatically: at most 5.0 % of such documents are wrong (0 of 110 examined)." in page
    answer = owner.get(reverse("api-document", args=[document_id])).json()["sub_documents"][0]
    assert answer["rests_on"] == rests_on
    assert (rests_on["model"], rests_on["calibrator"]) == (sub_document.model, sub_document.calibrator)


def test_gate_that_closes_after_routing_sends_to_a_person(cast, drain):
    """Somebody finds errors of documents like it while it is on its way."""
    schema = cast.publish("invoice")["invoice"]
    outcome = Outcome(submit(cast, files.sample()))

    def after_routing(sub_document: SubDocument) -> None:
        if sub_document.route == "auto" and Gate.objects.filter(look__gt=0).exists():
            add_evidence(schema, [False] * 20)

    with when_saved(post_save, SubDocument, after_routing):
        drain()
    assert_waits_for_a_person(cast, outcome, NOT_EARNED)


def test_changed_threshold_has_to_be_earned_again(cast, drain):
    """A lower one lets other documents through than those that were examined."""
    schema = cast.publish("invoice")["invoice"]
    with organization_scope(cast.organization.id):
        cast.change_type(cast.admin, schema, threshold=0.4)
    outcome = Outcome(submit(cast, files.sample()))
    drain()
    assert_waits_for_a_person(cast, outcome, NOT_EARNED)


def test_approval_door_refuses_what_was_sent_to_a_person(cast, drain):
    cast.publish("invoice")
    outcome = Outcome(submit(cast, files.for_review()))
    drain()
    with organization_scope(cast.organization.id):
        with pytest.raises(AutoApprovalRefused, match="was sent to a person"):
            sub_document_approve(outcome.sub_document().id, approved_by_id=None, approver_name="auto-approval")
        assert not ApprovedVersion.objects.exists()


def test_admin_and_api_cannot_approve_automatically(cast, drain):
    """Retries of super admins and over the API run into the same door."""
    schema = cast.publish("invoice")["invoice"]
    outcome = Outcome(submit(cast, files.sample()))
    with failing(RuntimeError):
        drain()
    switch_off(cast, schema)
    document_id = outcome.document().id
    assert cast.browser(cast.owner).post(reverse("api-document-retry", args=[document_id])).status_code == 204
    drain()
    assert_waits_for_a_person(cast, outcome, NEVER)
    admin = cast.browser(cast.super_admin)
    chosen = {
        "action": "retry_documents",
        "_selected_action": str(outcome.steps(outcome.sub_document().id)["merge"].id),
    }
    admin.post(reverse("admin:documents_steprun_changelist"), chosen)
    drain()
    assert_waits_for_a_person(cast, outcome, NEVER)


def invoice_spec() -> SchemaSpec:
    return next(replace(spec, threshold=0.5) for spec in shipped_schemas() if spec.key == "invoice")


def publish(cast, spec, state: AutoApproval = AutoApproval.EARNED) -> Schema:
    with organization_scope(cast.organization.id):
        schema = schema_publish(organization_id=cast.organization.id, spec=spec, auto_approval=state).schema
        Schema.objects.filter(id=schema.id).update(blind_percent=0, blind_percent_earned=0)
        return schema if state is AutoApproval.DEMONSTRATION else open_gates(schema)
