"""The order of a document's deliveries: among its sub-documents, behind one that is due later, behind a dead one."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.access import Access
from documents.domain.reasons import ON_ITS_WAY, WAITS_FOR_DEAD, WAITS_FOR_EARLIER
from documents.models import Delivery, Event
from documents.models.approval import DeliveryStatus
from documents.selectors.outbox import deliveries_ahead, deliveries_due, delivery_state_of
from documents.services.delivering.deliveries import delivery_discard, delivery_retry
from documents.services.delivering.relay import DeliveryOutcome
from idp_project.core.tenancy import organization_scope, system_scope
from pdb_sync import relay
from pdb_sync.relay import event_deliver, events_relay_due
from tests.integration.pdb_sync.conftest import approve, delivery_now, make_document, make_sub_document, withdraw

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])


@pytest.fixture
def sub_documents(tenant):
    """Three of one document, in review; the pages of the second cannot be stored."""
    document = make_document(tenant)
    totals = {1: "1.00", 3: "a lot", 5: "3.00"}
    return [make_sub_document(tenant, total, document=document, first_page=page) for page, total in totals.items()]


@pytest.fixture
def bystander(tenant):
    """A sub-document of another document."""
    return make_sub_document(tenant)


def why(sub_document):
    with organization_scope(sub_document.organization_id):
        return delivery_state_of(sub_document.id, "pdb_sync")[1]


def act(action, delivery):
    with organization_scope(delivery.organization_id):
        action(Access.for_system(delivery.organization_id), delivery.id)


def due(consumer="pdb_sync"):
    with system_scope("test"):
        return {delivery.id for delivery in deliveries_due(consumer)}


def test_the_sub_documents_of_a_document_keep_their_order(tenant, sub_documents, pdb):
    first, _, third = sub_documents
    deliveries = [approve(tenant, first), approve(tenant, third), withdraw(tenant, first)]
    for delivery in reversed(deliveries[1:]):
        assert event_deliver(delivery.id, tenant.id) is DeliveryOutcome.NOT_DUE
    assert why(third) == WAITS_FOR_EARLIER()
    for delivery in deliveries:
        assert event_deliver(delivery.id, tenant.id) is DeliveryOutcome.DELIVERED
    assert [delivery_now(delivery).document_sequence for delivery in deliveries] == [1, 2, 3]
    assert pdb.record(first.id).is_withdrawn and not pdb.record(third.id).is_withdrawn


def test_one_sweep_delivers_all_sub_documents(tenant, sub_documents, pdb):
    first, _, third = sub_documents
    for _ in range(2):
        approve(tenant, first), withdraw(tenant, first)
        with organization_scope(tenant.id):
            type(first).objects.filter(id=first.id).update(status="in_review")
    approve(tenant, third)
    assert events_relay_due()["delivered"] == 5


def test_what_backs_off_holds_up_its_document_and_nobody_else(tenant, sub_documents, bystander, pdb):
    first, _, third = sub_documents
    head, behind, other = approve(tenant, first), approve(tenant, third), approve(tenant, bystander)
    later = timezone.now() + timedelta(minutes=5)
    with organization_scope(tenant.id):
        Delivery.objects.filter(id=head.id).update(not_before=later)
    assert due() == {other.id}
    assert events_relay_due()["delivered"] == 1
    assert delivery_now(behind).attempts == 0
    with organization_scope(tenant.id):
        Delivery.objects.filter(id=head.id).update(not_before=None)
    assert due() == {head.id, behind.id}


def test_dead_letter_holds_up_its_document_until_discarded(tenant, sub_documents, bystander, pdb, monkeypatch):
    first, poison, third = sub_documents
    deliveries = [approve(tenant, sub_document) for sub_document in (first, poison, third, bystander)]
    assert events_relay_due() == dict.fromkeys(DeliveryOutcome, 0) | {"delivered": 2, "dead": 1, "not_due": 1}
    statuses = [delivery_now(delivery).status for delivery in deliveries]
    assert statuses == [DeliveryStatus.DELIVERED, DeliveryStatus.DEAD, DeliveryStatus.PENDING, DeliveryStatus.DELIVERED]
    assert "total is not a number" in str(why(poison)) and why(third) == WAITS_FOR_DEAD()
    assert due() == set(), "nothing is tried again and again in vain"
    act(delivery_discard, deliveries[1])
    assert why(third) == ON_ITS_WAY()
    assert events_relay_due()["delivered"] == 1
    assert pdb.record(third.id).values["total"] == "3.00"


def test_dead_letter_sent_again_comes_before_what_waited(tenant, sub_documents, pdb, monkeypatch):
    first, _, third = sub_documents
    head, behind = approve(tenant, first), approve(tenant, third)
    with monkeypatch.context() as patch:
        patch.setattr("documents.services.delivering.relay.MOST_UNEXPECTED_ATTEMPTS", 1)
        patch.setattr(relay, "pdb_record_apply", lambda *_, **__: 1 / 0)
        assert event_deliver(head.id, tenant.id) is DeliveryOutcome.DEAD
    act(delivery_retry, head)
    assert why(third) == WAITS_FOR_EARLIER()
    assert event_deliver(behind.id, tenant.id) is DeliveryOutcome.NOT_DUE
    assert events_relay_due()["delivered"] == 2
    receipts = [pdb.record(sub_document.id).delivered_at for sub_document in (first, third)]
    assert receipts == sorted(receipts)


def test_what_comes_first_is_looked_up_by_an_index(tenant):
    """Of 10,000 open deliveries: in documents with 10 each, and in one that has all of them."""
    documents = [*(make_document(tenant) for _ in range(50)), make_document(tenant)]
    own = {"organization": tenant.organization, "consumer": "pdb_sync"}
    with organization_scope(tenant.id):
        sub_document, rows = make_sub_document(tenant, document=documents[-1]), []
        for document, count in [*((document, 10) for document in documents[:-1]), (documents[-1], 9500)]:
            events = [
                Event(
                    organization=tenant.organization,
                    document=document,
                    document_sequence=number,
                    sub_document=sub_document,
                    sequence=len(rows) + number,
                    payload={},
                )
                for number in range(1, count + 1)
            ]
            rows += [
                Delivery(**own, document=document, document_sequence=event.document_sequence, event=event)
                for event in Event.objects.bulk_create(events)
            ]
        Delivery.objects.bulk_create(rows)
        with (
            connection.cursor() as cursor
        ):  # nobody has looked at the tables yet: what the index can do, not what is guessed
            cursor.execute(
                "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off"
            )
        for last in (rows[9], rows[-1]):
            plan = deliveries_ahead(last)[:1].explain(analyze=True)
            assert "Index Scan using delivery_unfinished" in plan and "rows=1.00" in plan and "Sort" not in plan
        assert deliveries_ahead(rows[9]).count() == 9
    assert len(due()) == 100, "the oldest of them"
