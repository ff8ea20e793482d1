"""Approving while checks fail: a reason at every door, kept in decision, version, event, record and audit trail."""

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from documents.domain.approved import ApprovedContent
from documents.domain.overrides import FailedChecks, OverrideCode, OverrideReason
from documents.domain.reasons import SUM_DIFFERS
from documents.models import ApprovedVersion, Event, FieldValue, Schema, SubDocument
from documents.services.approving.approval import (
    AUTO_APPROVAL,
    approved_delete,
    sub_document_approve,
    sub_document_withdraw,
)
from documents.templatetags.screens import OVERRIDE_LABELS
from idp_project.core.errors import InvalidInput
from idp_project.core.tenancy import organization_scope
from pdb_sync.relay import events_relay_due
from pdb_sync.services.publishing import typed_views_publish
from pdb_sync.services.reconciling import pdb_reconcile
from review.models import Decision
from review.services import approved, boundaries, tasks
from tests.factories import files
from tests.factories.desk import PRINTED_SO, on_desk
from tests.factories.evidence import open_gates, read_today
from tests.factories.pipeline import Outcome, submit
from tests.integration.pdb_sync.conftest import ProductionDatabase
from tests.integration.pdb_sync.test_screens import lines_of
from tests.integration.pdb_sync.test_typed_views import select
from tests.integration.review.test_checks_again import GOOD, LINES, ORDER

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
MESSAGE = "Total does not equal net plus VAT: 100.00 + 20.00 ≠ 125.00"
DIFFERS = SUM_DIFFERS(total="Total", addends=["Net", "VAT"], sum="100.00 + 20.00", amount="125.00")


@pytest.fixture
def task(cast, drain):
    return on_desk(cast, ORDER, GOOD | {"total": "125.00"}, {"lines": LINES})


@pytest.fixture
def record():
    return ProductionDatabase().record


@pytest.fixture
def act(cast):
    def act(action, *arguments, **options):
        with organization_scope(cast.organization.id):
            return action(cast.access(cast.owner), *arguments, **options)

    return act


def approve(act, task, override=PRINTED_SO):
    return act(tasks.review_task_decide, task.id, decision="approve", override=override)


def test_approval_without_a_reason_lists_the_failed_checks(act, inside, task):
    with pytest.raises(FailedChecks) as refused:
        act(tasks.review_task_decide, task.id, decision="approve", reason="It is fine.")
    assert refused.value.failed_checks == [
        {
            "check": "sum_equals",
            "fields": ["net", "tax", "total"],
            "labels": ["Net", "VAT", "Total"],
            "message": MESSAGE,
            "reason_data": DIFFERS.shown(),
        }
    ]
    assert inside(lambda: SubDocument.objects.get(id=task.sub_document_id).status) == "in_review"
    assert inside(ApprovedVersion.objects.count) == inside(Decision.objects.count) == 0


def test_override_is_kept_everywhere(cast, act, inside, task, record, drain):
    decision = approve(act, task)
    (kept,) = decision.overrides
    assert kept | {"at": ""} == {
        "check": "sum_equals",
        "fields": ["net", "tax", "total"],
        "message": MESSAGE,
        "code": "printed_so",
        "text": "It is printed like that.",
        "by": cast.access(cast.owner).display_name,
        "at": "",
        "reason": DIFFERS.to_dict(),
    }
    version = inside(ApprovedVersion.objects.get)
    assert version.content["overrides"] == [kept] == inside(Event.objects.get).payload["overrides"]
    entry = inside(lambda: AuditEntry.objects.get(action="review_approve"))
    assert (entry.details["override_code"], entry.details["override_text"]) == ("printed_so", kept["text"])
    assert entry.details["overridden_checks"] == ["sum_equals: net, tax, total"]
    assert "125.00" not in str(entry.details), "the audit trail holds no values"
    events_relay_due()
    assert record(task.sub_document_id).overrides == [kept]
    run = pdb_reconcile(cast.organization.id)
    assert (
        inside(lambda: run.finished_at)
        and run.schemas["order"]["approved_hash"] == run.schemas["order"]["recorded_hash"]
    )


def test_comparison_finds_and_repairs_a_lost_override(cast, act, task, record):
    approve(act, task)
    events_relay_due()
    with organization_scope(cast.organization.id, using="pdb"):
        found = record(task.sub_document_id)
        type(found).objects.filter(id=found.id).update(overrides=[])
    run = pdb_reconcile(cast.organization.id)
    with organization_scope(cast.organization.id, using="pdb"):
        (difference,) = run.differences.all()
    assert (difference.places, difference.is_repaired) == (["[overrides]"], True)
    assert len(record(task.sub_document_id).overrides) == 1


def test_people_and_analysts_can_read_the_override(cast, act, task):
    approve(act, task)
    events_relay_due()
    browser = cast.browser(cast.owner)
    page = browser.get(reverse("pdb_sync:record_of_sub_document", args=[task.sub_document_id]), follow=True)
    for words in (MESSAGE, PRINTED_SO.code.words, PRINTED_SO.text, str(cast.owner)):
        assert words in page.content.decode(), words
    head, row = lines_of(browser.get(reverse("pdb_sync:record_export"), {"schema": "order"}))
    assert head[-1] == "failed checks" and MESSAGE in row[-1] and PRINTED_SO.text in row[-1]
    document = browser.get(reverse("documents:document_detail", args=[task.sub_document.document_id]))
    assert PRINTED_SO.code.words in document.content.decode()
    schema = typed_views_publish(cast.organization.slug, cast.organization.id, [ORDER])
    tenant = type("Tenant", (), {"id": cast.organization.id})
    ((overrides,),) = select(tenant, schema, "order", "_overrides->0->>'code'")
    assert overrides == "printed_so"


@pytest.mark.parametrize("path", ["api-task-decide", "review:decide"])
def test_both_interfaces_ask_and_take_the_reason(cast, inside, task, path):
    browser = cast.browser(cast.owner)

    def decide(**override):
        data = {"decision": "approve", "reason": "Fine."} | ({"override": override} if override else {})
        url = reverse(path, args=[task.id])
        return browser.post(url, data, content_type="application/json", headers={"Accept": "application/json"})

    refused = decide()
    assert (refused.status_code, refused.json()["code"]) == (409, "failed_checks")
    assert [check["message"] for check in refused.json()["failed_checks"]] == [MESSAGE]
    assert decide(code="because").status_code == 400
    assert decide(code="other", text="  ").status_code == 400
    assert decide(code="other", text="The clerk rounds.").status_code in (200, 204)
    assert inside(Decision.objects.get).overrides[0]["text"] == "The clerk rounds."


def test_without_failed_checks_nothing_is_overridden(act, inside, cast, drain):
    good = on_desk(cast, ORDER, GOOD, {"lines": LINES})
    assert approve(act, good).overrides == []
    assert inside(ApprovedVersion.objects.get).content["overrides"] == []


def test_no_caller_approves_failed_checks_silently(cast, act, inside, task):
    """The approval's own door: stored checks are not believed, and no machine may override."""
    inside(lambda: SubDocument.objects.filter(id=task.sub_document_id).update(checks=[]))
    automatic = {"approved_by_id": None, "approver_name": AUTO_APPROVAL}
    schema = inside(Schema.objects.get)
    inside(lambda: open_gates(schema))
    inside(lambda: SubDocument.objects.filter(id=task.sub_document_id).update(route="auto", **read_today(schema)))
    person = {"approved_by_id": cast.owner.id, "approver_name": "Ada"}
    for options in (automatic, person, automatic | {"override": PRINTED_SO}):
        with pytest.raises(FailedChecks):
            inside(lambda options=options: sub_document_approve(task.sub_document_id, **options))
    assert inside(ApprovedVersion.objects.count) == 0


def test_correcting_an_approved_record_asks_again(act, inside, task, record):
    approve(act, task)
    events_relay_due()
    inside(lambda: SubDocument.objects.filter(id=task.sub_document_id).update(status="delivered"))
    again = act(approved.approved_correct, task.sub_document_id)
    assert DIFFERS in again.all_reasons
    with pytest.raises(FailedChecks):
        approve(act, again, override=None)
    total = inside(lambda: FieldValue.objects.get(sub_document_id=task.sub_document_id, name="total").id)
    act(tasks.field_value_correct, again.id, total, text="120.00")
    assert approve(act, again, override=None).overrides == []
    events_relay_due()
    now = record(task.sub_document_id)
    assert (now.version, now.overrides) == (2, []), "the new version needs none"


def test_withdrawal_keeps_it_and_deletion_erases_it(cast, act, inside, task, record):
    approve(act, task)
    events_relay_due()
    inside(lambda: sub_document_withdraw(task.sub_document_id, approver_name="Ada"))
    events_relay_due()
    assert record(task.sub_document_id).is_withdrawn and len(record(task.sub_document_id).overrides) == 1
    act(lambda access: approved_delete(task.sub_document_id, access=access, reason="rule"))
    events_relay_due()
    assert record(task.sub_document_id).is_deleted and record(task.sub_document_id).overrides == []


def test_versions_from_before_have_no_overrides(act, inside, task):
    approve(act, task)
    content = inside(ApprovedVersion.objects.get).content
    del content["overrides"]
    assert ApprovedContent.from_dict(content).overrides == ()


def test_codes_have_the_same_words_everywhere():
    assert {code.value: code.words for code in OverrideCode} == {
        code: str(words) for code, words in OVERRIDE_LABELS.items()
    }


@pytest.mark.parametrize(("code", "text"), [("", ""), ("other", " "), ("printed_so", "x" * 2001), ("other", "\x00")])
def test_reason_that_says_nothing_is_refused(code, text):
    with pytest.raises(InvalidInput):
        OverrideReason.of(code, text)


def test_api_describes_the_override(cast):
    description = cast.browser(cast.viewer).get(reverse("openapi")).content.decode()
    for word in ("failed_checks", "agreed_with_sender", "has_failed_check"):
        assert word in description, word


def test_what_a_person_set_is_checked_after_reading_again(cast, act, inside, drain):
    cast.publish("invoice")
    outcome = Outcome(submit(cast, files.for_review()))
    drain()
    sub_document = outcome.sub_document()

    def failed():
        return {check.check for check in outcome.sub_document().failed_checks}

    assert "sum_equals" in failed()
    task = inside(sub_document.review_tasks.get)
    values = inside(lambda: {value.name: value for value in sub_document.field_values.filter(table_row=None)})
    right = f"{float(values['net_amount'].value) + float(values['tax_amount'].value):.2f}"
    act(tasks.field_value_correct, task.id, values["total_amount"].id, text=right)
    assert "sum_equals" not in failed()
    act(boundaries.sub_document_retype, sub_document.id, schema_id=sub_document.schema_version.schema_id)
    drain()
    assert inside(lambda: sub_document.field_values.get(name="total_amount").value) == right
    assert outcome.sub_document().route == "review" and "sum_equals" not in failed(), (
        "of the person's total, not the machine's"
    )
