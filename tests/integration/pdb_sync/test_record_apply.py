"""Applying events to the production database: once, in one transaction, never backwards."""

import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

import pytest

from idp_project.core import postgres
from idp_project.core.errors import PermanentFailure, TransientFailure
from idp_project.core.tenancy import organization_scope
from pdb_sync import queries
from pdb_sync.models import DeliveryReceipt, PdbCell, PdbRecord, PdbRecordVersion, RecordChange
from pdb_sync.queries import ApplyOutcome, pdb_record_apply
from tests.integration.pdb_sync.conftest import pdb_at, pdb_read_only
from tests.unit.pdb_sync.contents import invoice

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
NOTHING = {"PdbRecord": 0, "PdbRecordVersion": 0, "PdbCell": 0, "DeliveryReceipt": 0}
ONCE = {"PdbRecord": 1, "PdbRecordVersion": 1, "PdbCell": 7, "DeliveryReceipt": 1}


def test_approved_version_arrives_with_cells_and_provenance(pdb):
    content, event = invoice(), uuid4()
    assert pdb_record_apply(event, RecordChange.APPROVED, content) is ApplyOutcome.APPLIED
    assert pdb.counts() == ONCE
    record = pdb.record(content.sub_document_id)
    assert record.values == {"invoice_number": "R-1", "invoice_date": "2026-03-31", "total": "119.50"}
    assert (record.version, record.is_withdrawn, record.event_uuid) == (1, False, event)
    total = next(cell for cell in pdb.cells(content.sub_document_id) if cell.name == "total")
    assert (total.value, total.value_number, total.provenance["corrected_by"]) == ("119.50", Decimal("119.50"), "Grace")
    quantity = [cell for cell in pdb.cells(content.sub_document_id) if cell.name == "quantity"]
    assert [(cell.row_number, cell.value_number) for cell in quantity] == [(1, 3), (2, Decimal("0.5"))]


def test_the_same_event_again_writes_nothing(pdb):
    content, event = invoice(), uuid4()
    pdb_record_apply(event, RecordChange.APPROVED, content)
    delivered_at = pdb.record(content.sub_document_id).delivered_at
    assert pdb_record_apply(event, RecordChange.APPROVED, content) is ApplyOutcome.ALREADY_APPLIED
    assert pdb.counts() == ONCE
    assert pdb.record(content.sub_document_id).delivered_at == delivered_at


def test_eight_at_once_with_the_same_event_write_once(pdb):
    content, event = invoice(), uuid4()
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda _: pdb_record_apply(event, RecordChange.APPROVED, content), range(8)))
    assert sorted(outcomes) == [ApplyOutcome.ALREADY_APPLIED] * 7 + [ApplyOutcome.APPLIED]
    assert pdb.counts() == ONCE


def test_a_newer_version_replaces_and_history_keeps_both(pdb):
    first = invoice()
    second = replace(
        invoice(first.organization_id, total="7"), sub_document_id=first.sub_document_id, version=2, tables={}
    )
    pdb_record_apply(uuid4(), RecordChange.APPROVED, first)
    assert pdb_record_apply(uuid4(), RecordChange.CORRECTED, second) is ApplyOutcome.APPLIED
    assert pdb.record(first.sub_document_id).values["total"] == "7"
    assert pdb.counts() == {"PdbRecord": 1, "PdbRecordVersion": 2, "PdbCell": 3, "DeliveryReceipt": 2}


def test_late_older_version_changes_only_the_history(pdb):
    first = invoice()
    second = replace(invoice(first.organization_id, total="7"), sub_document_id=first.sub_document_id, version=2)
    late = uuid4()
    pdb_record_apply(uuid4(), RecordChange.CORRECTED, second)
    assert pdb_record_apply(late, RecordChange.APPROVED, first) is ApplyOutcome.SUPERSEDED
    record = pdb.record(first.sub_document_id)
    assert (record.version, record.values["total"]) == (2, "7")
    assert pdb.outcomes()[late] == "superseded"
    assert pdb.counts()["PdbRecordVersion"] == 2


def test_ten_versions_at_once_end_with_the_newest(pdb):
    first = invoice()
    versions = [
        replace(invoice(first.organization_id, total=str(n)), sub_document_id=first.sub_document_id, version=n)
        for n in range(1, 11)
    ]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda content: pdb_record_apply(uuid4(), RecordChange.APPROVED, content), versions))
    assert pdb.record(first.sub_document_id).values["total"] == "10"
    assert pdb.counts() == {"PdbRecord": 1, "PdbRecordVersion": 10, "PdbCell": 7, "DeliveryReceipt": 10}
    assert {cell.value for cell in pdb.cells(first.sub_document_id) if cell.name == "total"} == {"10"}


@pytest.mark.parametrize("is_late", [False, True], ids=["in order", "withdrawal first"])
def test_a_withdrawal_stays_withdrawn(pdb, is_late):
    content = invoice()
    changes = [(RecordChange.APPROVED, content), (RecordChange.WITHDRAWN, replace(content, version=2))]
    for kind, version in reversed(changes) if is_late else changes:
        pdb_record_apply(uuid4(), kind, version)
    assert pdb.record(content.sub_document_id).is_withdrawn
    again = replace(content, version=3)
    pdb_record_apply(uuid4(), RecordChange.APPROVED, again)
    assert not pdb.record(content.sub_document_id).is_withdrawn


def test_bad_content_leaves_nothing_behind(pdb):
    with pytest.raises(PermanentFailure):
        pdb_record_apply(uuid4(), RecordChange.APPROVED, invoice(total="a lot"))
    with pytest.raises(PermanentFailure):
        pdb_record_apply(uuid4(), "sub_document_lost", invoice())
    with pytest.raises(PermanentFailure) as refusal:  # the database's own refusal, in the middle of the transaction
        pdb_record_apply(uuid4(), RecordChange.APPROVED, invoice(schema_key="k" * 61))
    assert refusal.value.code == "data_refused"
    assert pdb.counts() == NOTHING


def test_a_failure_after_the_receipt_takes_the_receipt_with_it(pdb, monkeypatch):
    async def fail(*_):
        raise OSError("cut")

    content, event = invoice(), uuid4()
    with monkeypatch.context() as patch:
        patch.setattr(queries, "_cells_replace", fail)
        with pytest.raises(TransientFailure):
            pdb_record_apply(event, RecordChange.APPROVED, content)
    assert pdb.counts() == NOTHING
    assert pdb_record_apply(event, RecordChange.APPROVED, content) is ApplyOutcome.APPLIED


def test_another_organization_sees_and_touches_nothing(pdb, tenant, neighbor):
    content = invoice(tenant.id)
    pdb_record_apply(uuid4(), RecordChange.APPROVED, content)
    for model in (PdbRecord, PdbRecordVersion, PdbCell, DeliveryReceipt):
        with organization_scope(tenant.id, using="pdb"):
            assert model.objects.count() > 0
        with organization_scope(neighbor.id, using="pdb"):
            assert model.objects.count() == 0
            assert model.objects.update(organization_id=neighbor.id) == 0
        assert model.objects.count() == 0, "outside a scope"
    foreign = replace(invoice(neighbor.id), sub_document_id=content.sub_document_id, version=9)
    pdb_record_apply(uuid4(), RecordChange.APPROVED, foreign)
    with organization_scope(tenant.id, using="pdb"):
        assert PdbRecord.objects.get().version == 1


def test_a_database_that_refuses_connections_is_an_outage(tmp_path):
    with pdb_at(str(tmp_path)), pytest.raises(TransientFailure) as outage:
        pdb_record_apply(uuid4(), RecordChange.APPROVED, invoice())
    assert outage.value.code == "pdb_unavailable"


def test_a_database_that_hangs_is_an_outage_soon(monkeypatch):
    monkeypatch.setattr(postgres, "CONNECT_SECONDS", 0.3)
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        with pdb_at("127.0.0.1", deaf.getsockname()[1]), pytest.raises(TransientFailure) as outage:
            pdb_record_apply(uuid4(), RecordChange.APPROVED, invoice())
    assert outage.value.code == "pdb_unavailable"


def test_read_only_database_is_an_outage_and_takes_event_later(pdb, servers):
    content, event = invoice(), uuid4()
    with pdb_read_only(servers), pytest.raises(TransientFailure) as outage:
        pdb_record_apply(event, RecordChange.APPROVED, content)
    assert outage.value.code == "pdb_unavailable"
    assert pdb_record_apply(event, RecordChange.APPROVED, content) is ApplyOutcome.APPLIED
    assert pdb.counts() == ONCE
