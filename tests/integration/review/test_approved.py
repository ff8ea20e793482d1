"""What was approved is corrected or withdrawn: as a new version, in the production database and in the search index."""

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from documents.models import Delivery
from documents.models.approval import DeliveryStatus
from documents.services.running.cancellation import batch_cancel
from idp_project.core.errors import Conflict, Forbidden
from idp_project.core.tenancy import organization_scope
from pdb_sync.models import PdbRecord
from rag.models import Chunk
from review.services import approved, boundaries, tasks
from tests.factories.scenes import delivered
from tests.integration.pdb_sync.conftest import ProductionDatabase

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
NUMBER = "R-2026-4711"
SCENE = delivered


@pytest.fixture
def pdb():
    return ProductionDatabase()


def act(cast, user, action, *arguments, **options):
    with organization_scope(cast.organization.id):
        return action(cast.access(user), *arguments, **options)


def searched(cast):
    with organization_scope(cast.organization.id):
        return " ".join(Chunk.objects.values_list("contextualized_text", flat=True))


def deliveries(cast):
    with organization_scope(cast.organization.id):
        rows = Delivery.objects.order_by("event__sequence", "consumer")
        return [(row.event.sequence, row.consumer, row.status) for row in rows.select_related("event")]


def correct_on_desk(cast, outcome, task, text=NUMBER, decision="approve"):
    with organization_scope(cast.organization.id):
        value = outcome.sub_document().field_values.get(name="invoice_number")
    act(cast, cast.owner, tasks.field_value_correct, task.id, value.id, text=text)
    act(cast, cast.owner, tasks.review_task_decide, task.id, decision=decision, reason="A slip.")


def test_correction_is_version_2_in_the_pdb_and_is_searched(cast, outcome, pdb, drain):
    sub_document = outcome.sub_document()
    before = pdb.record(sub_document.id)
    assert NUMBER not in searched(cast)
    task = act(cast, cast.owner, approved.approved_correct, sub_document.id, reason="The number is wrong.")
    drain()
    assert outcome.document().status == "in_review" and pdb.record(sub_document.id).version == 1, (
        "version 1 stands until then"
    )
    correct_on_desk(cast, outcome, task)
    drain()
    record = pdb.record(sub_document.id)
    assert (record.id, record.version, record.values["invoice_number"]) == (before.id, 2, NUMBER)
    assert pdb.counts()["PdbRecordVersion"] == 2 and pdb.counts()["PdbRecord"] == 1
    assert outcome.document().status == "completed" and outcome.sub_document().status == "delivered"
    assert not outcome.open_steps()
    assert NUMBER in searched(cast)
    delivered = DeliveryStatus.DELIVERED
    assert deliveries(cast) == [(1, "pdb_sync", delivered), (2, "pdb_sync", delivered), (2, "rag", delivered)]
    with organization_scope(cast.organization.id):
        assert AuditEntry.objects.filter(action="sub_document_reopened").exists()


def test_withdrawal_reaches_both_and_a_correction_restores_it(cast, outcome, pdb, drain):
    sub_document = outcome.sub_document()
    act(cast, cast.owner, approved.approved_withdraw, sub_document.id, reason="Not ours.")
    drain()
    record = pdb.record(sub_document.id)
    assert (record.version, record.is_withdrawn, searched(cast)) == (2, True, "")
    assert outcome.sub_document().status == "withdrawn" and outcome.document().status == "completed"
    with pytest.raises(Conflict):
        act(cast, cast.owner, approved.approved_withdraw, sub_document.id)
    correct_on_desk(cast, outcome, act(cast, cast.owner, approved.approved_correct, sub_document.id))
    drain()
    record = pdb.record(sub_document.id)
    assert (record.version, record.is_withdrawn) == (3, False)
    assert NUMBER in searched(cast) and outcome.sub_document().status == "delivered"
    assert {status for _, _, status in deliveries(cast)} == {DeliveryStatus.DELIVERED}


def test_rejecting_at_the_desk_withdraws_what_was_approved(cast, outcome, pdb, drain):
    sub_document = outcome.sub_document()
    task = act(cast, cast.owner, approved.approved_correct, sub_document.id)
    act(cast, cast.owner, tasks.review_task_decide, task.id, decision="reject", reason="Not ours.")
    drain()
    assert pdb.record(sub_document.id).is_withdrawn and outcome.sub_document().status == "withdrawn"
    assert outcome.document().status == "completed" and not outcome.open_steps()


def test_while_on_the_desk_it_is_not_moved_withdrawn_or_lost(cast, outcome, pdb, drain):
    sub_document = outcome.sub_document()
    act(cast, cast.owner, approved.approved_correct, sub_document.id)
    for again in (approved.approved_correct, approved.approved_withdraw):
        with pytest.raises(Conflict):
            act(cast, cast.owner, again, sub_document.id)
    with pytest.raises(Conflict):
        act(cast, cast.owner, boundaries.sub_document_retype, sub_document.id, schema_id=None)
    act(cast, cast.reviewer, batch_cancel, outcome.batch.id)
    drain()
    assert outcome.sub_document().status == "delivered", "cancelling the batch leaves alone what was approved"
    record = pdb.record(sub_document.id)
    assert (record.version, record.is_withdrawn) == (1, False)
    with pytest.raises(Conflict, match="cancelled"):
        act(cast, cast.owner, approved.approved_correct, sub_document.id)


def test_buttons_and_api(cast, outcome, drain):
    sub_document = outcome.sub_document()
    owner, viewer = cast.browser(cast.owner), cast.browser(cast.viewer)
    address = reverse("documents:document_detail", args=[sub_document.document_id])
    assert "Withdraw" in owner.get(address).content.decode()
    assert "Withdraw" not in viewer.get(address).content.decode()
    with pytest.raises(Forbidden):
        act(cast, cast.viewer, approved.approved_correct, sub_document.id)
    to_desk = owner.post(reverse("review:correct_approved", args=[sub_document.id]))
    assert to_desk.status_code == 302 and "version 2" in owner.get(to_desk["Location"]).content.decode()
    task_id = owner.get(reverse("api-tasks")).json()[0]["id"]
    assert owner.post(reverse("api-task-decide", args=[task_id]), {"decision": "approve"}).status_code == 204
    drain()
    assert owner.post(reverse("api-withdraw", args=[sub_document.id]), {"reason": "Twice."}).status_code == 204
    drain()
    assert owner.post(reverse("api-correct", args=[sub_document.id])).status_code == 200
    with organization_scope(cast.organization.id, using="pdb"):
        assert PdbRecord.objects.get(sub_document_id=sub_document.id).is_withdrawn
