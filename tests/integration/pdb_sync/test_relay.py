"""The relay from an approval to the production database: crashes, rivals, outages, poison, order."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from django.db import connections

from documents.domain.statuses import SubDocumentStatus
from documents.models import SubDocument
from documents.models.approval import DeliveryStatus
from documents.services.delivering.relay import MOST_UNEXPECTED_ATTEMPTS, DeliveryOutcome
from idp_project.core.tenancy import organization_scope
from pdb_sync import jobs, relay
from pdb_sync.relay import event_deliver, events_relay_due
from tests.integration.pdb_sync.conftest import (
    approve,
    delivery_now,
    make_due,
    make_sub_document,
    pdb_at,
    withdraw,
)

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])

DIES_BEFORE_ACKNOWLEDGING = """
import os, signal, sys, uuid, django
django.setup()
from documents.services.delivering import relay as outbox
from pdb_sync import relay
outbox.delivery_acknowledge = lambda *arguments: os.kill(os.getpid(), signal.SIGKILL)
relay.event_deliver(uuid.UUID(sys.argv[1]), uuid.UUID(sys.argv[2]))
"""


def approved(tenant, **values):
    return approve(tenant, make_sub_document(tenant, **values))


def test_an_approval_reaches_the_production_database(tenant, pdb):
    delivery = approved(tenant)
    jobs.event_deliver_job(delivery_id=str(delivery.id), organization_id=str(tenant.id))
    delivery = delivery_now(delivery)
    assert delivery.status == DeliveryStatus.DELIVERED and delivery.delivered_at
    assert pdb.record(delivery.event.sub_document_id).values["total"] == "119.50"
    with organization_scope(tenant.id):
        sub_document = SubDocument.objects.get(id=delivery.event.sub_document_id)
    assert sub_document.status == SubDocumentStatus.DELIVERED
    assert event_deliver(delivery.id, tenant.id) is DeliveryOutcome.NOT_DUE


def test_a_relay_killed_before_acknowledging_repeats_safely(tenant, pdb):
    delivery = approved(tenant)
    command = [sys.executable, "-c", DIES_BEFORE_ACKNOWLEDGING, str(delivery.id), str(tenant.id)]
    killed = subprocess.run(command, env=dict(os.environ), check=False, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    before = pdb.counts()
    assert before["PdbRecord"] == 1, "the production database had committed"
    assert delivery_now(delivery).status == DeliveryStatus.DELIVERING
    assert event_deliver(delivery.id, tenant.id) is DeliveryOutcome.NOT_DUE, "the dead relay's lease still runs"
    make_due(delivery)
    assert event_deliver(delivery.id, tenant.id) is DeliveryOutcome.DELIVERED
    assert delivery_now(delivery).status == DeliveryStatus.DELIVERED
    assert pdb.counts() == before


def test_a_relay_that_lost_its_lease_acknowledges_nothing(tenant, pdb, monkeypatch):
    delivery = approved(tenant)
    real_apply = relay.pdb_record_apply

    def overtaken(*arguments, **options):
        outcome = real_apply(*arguments, **options)
        with monkeypatch.context() as patch:
            patch.setattr(relay, "pdb_record_apply", real_apply)
            make_due(delivery)
            assert event_deliver(delivery.id, tenant.id) is DeliveryOutcome.DELIVERED
        return outcome

    monkeypatch.setattr(relay, "pdb_record_apply", overtaken)
    assert event_deliver(delivery.id, tenant.id) is DeliveryOutcome.NOT_DUE
    assert delivery_now(delivery).attempts == 2
    assert pdb.counts()["PdbRecordVersion"] == 1


def test_four_relays_at_once_deliver_everything_once(tenant, neighbor, pdb):
    deliveries = [approved(owner, total=str(n)) for n in range(10) for owner in (tenant, neighbor)]

    def sweep(_):
        try:
            return events_relay_due()["delivered"]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        delivered = sum(pool.map(sweep, range(4)))
    assert delivered == 20
    assert {delivery_now(delivery).status for delivery in deliveries} == {DeliveryStatus.DELIVERED}
    assert {delivery_now(delivery).attempts for delivery in deliveries} == {1}
    assert pdb.counts() == {"PdbRecord": 20, "PdbRecordVersion": 20, "PdbCell": 60, "DeliveryReceipt": 20}


def test_an_outage_loses_nothing_and_drains_afterwards(tenant, pdb, tmp_path):
    deliveries = [approved(tenant, total=str(n)) for n in range(5)]
    with pdb_at(str(tmp_path)):
        counts = events_relay_due()
        assert counts["outage"] == 2, "a sweep stops at the second outage"
        assert event_deliver(deliveries[4].id, tenant.id) is DeliveryOutcome.OUTAGE
    first, last = delivery_now(deliveries[0]), delivery_now(deliveries[4])
    assert (first.status, first.error_code, first.attempts) == (DeliveryStatus.PENDING, "pdb_unavailable", 1)
    assert first.not_before is not None
    assert (last.status, last.attempts) == (DeliveryStatus.PENDING, 0), "a patient relay did not even try"
    assert pdb.counts()["PdbRecord"] == 0
    make_due(*deliveries)
    assert events_relay_due()["delivered"] == 5
    assert pdb.counts()["PdbRecord"] == 5
    assert delivery_now(deliveries[0]).error_code == ""


def test_poison_event_is_dead_with_its_reason_and_blocks_nobody(tenant, pdb, record_property):
    poison, good = approved(tenant, total="a lot"), [approved(tenant) for _ in range(99)]
    counts = events_relay_due()
    assert (counts["dead"], counts["delivered"]) == (1, 99)
    dead = delivery_now(poison)
    assert (dead.status, dead.error_code) == (DeliveryStatus.DEAD, "bad_content")
    assert "total is not a number" in dead.error_message
    assert {delivery_now(delivery).status for delivery in good} == {DeliveryStatus.DELIVERED}
    record_property(
        "figures", "A5 outbox: 1 poison and 99 good deliveries: 99 delivered by one sweep, the bad one dead"
    )


def test_unexpected_errors_are_tried_a_few_times_then_dead(tenant, monkeypatch):
    delivery = approved(tenant)
    monkeypatch.setattr(relay, "pdb_record_apply", lambda *_, **__: 1 / 0)
    outcomes = []
    for _ in range(MOST_UNEXPECTED_ATTEMPTS):
        make_due(delivery)
        outcomes.append(event_deliver(delivery.id, tenant.id))
    assert outcomes == [DeliveryOutcome.POSTPONED] * (MOST_UNEXPECTED_ATTEMPTS - 1) + [DeliveryOutcome.DEAD]
    assert "ZeroDivisionError" in delivery_now(delivery).error_message


def test_the_order_of_a_sub_document_is_kept(tenant, pdb):
    sub_document = make_sub_document(tenant)
    first, second = approve(tenant, sub_document), withdraw(tenant, sub_document)
    assert event_deliver(second.id, tenant.id) is DeliveryOutcome.NOT_DUE, "the approval comes first"
    assert event_deliver(first.id, tenant.id) is DeliveryOutcome.DELIVERED
    assert event_deliver(second.id, tenant.id) is DeliveryOutcome.DELIVERED
    record = pdb.record(sub_document.id)
    assert (record.version, record.is_withdrawn) == (2, True)


def test_a_delivery_of_another_organization_is_not_found(tenant, neighbor, pdb):
    delivery = approved(tenant)
    assert event_deliver(delivery.id, neighbor.id) is DeliveryOutcome.NOT_DUE
    assert event_deliver(UUID(int=7), tenant.id) is DeliveryOutcome.NOT_DUE
    assert pdb.counts()["PdbRecord"] == 0
