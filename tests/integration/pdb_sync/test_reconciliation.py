"""The nightly comparison: what is missing, changed, older, newer or unknown is named row by row; what is safe is repaired."""

from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts.models import AuditEntry
from documents.models import FieldValue, SubDocument
from documents.models.approval import DeliveryStatus
from documents.services.approving.approval import sub_document_withdraw
from idp_project.core.errors import TransientFailure
from idp_project.core.tenancy import organization_scope, system_scope
from pdb_sync import reconciliation
from pdb_sync.models import DeliveryReceipt, PdbCell, PdbRecord, Reconciliation
from pdb_sync.relay import events_relay_due
from pdb_sync.services.reconciling import pdb_reconcile, pdb_reconcile_due
from tests.integration.pdb_sync.conftest import approve, delivery_now, make_sub_document, pdb_at
from tests.unit.pdb_sync.contents import invoice

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    monkeypatch.setattr(reconciliation, "CHUNK", 2)


def delivered(tenant, number=5):
    sub_documents = [make_sub_document(tenant, total=str(n)) for n in range(number)]
    for sub_document in sub_documents:
        approve(tenant, sub_document)
    assert events_relay_due()["delivered"] == number
    return sub_documents


def compare(tenant, **options):
    """Kind, places and whether repaired, by sub-document."""
    run = pdb_reconcile(tenant.id, **options)
    with organization_scope(tenant.id, using="pdb"):
        rows = list(run.differences.all())
    return run, {row.sub_document_id: (row.kind, row.places, row.is_repaired) for row in rows}


def is_equal(run):
    return all(totals["approved_hash"] == totals["recorded_hash"] for totals in run.schemas.values())


def in_pdb(change):
    with system_scope("test: somebody changes the production database", using="pdb"):
        return change()


def test_what_is_equal_is_equal_by_count_and_hash(tenant, neighbor, pdb):
    sub_documents = delivered(tenant)
    delivered(neighbor, 1)
    with organization_scope(tenant.id):
        sub_document_withdraw(sub_documents[0].id, approver_name="Ada")
    waiting = make_sub_document(tenant)
    events_relay_due()
    approve(tenant, waiting)
    run, found = compare(tenant)
    assert found == {} and is_equal(run) and run.unsettled == 1
    assert (run.schemas["invoice"]["approved"], run.schemas["invoice"]["recorded"]) == (5, 5)


def test_differing_rows_are_named_and_safely_repaired(tenant, pdb):
    missing, changed, older, lost, _ = delivered(tenant)
    extra = invoice(tenant.id)

    def tamper():
        PdbRecord.objects.filter(sub_document_id__in=[missing.id, lost.id]).delete()
        DeliveryReceipt.objects.filter(event_uuid__in=[event_of(lost)]).delete()
        PdbCell.objects.filter(record__sub_document_id=changed.id, name="total").update(value="999")
        PdbRecord.objects.filter(sub_document_id=older.id).update(version=0)

    in_pdb(tamper)
    reconciliation.queries.pdb_record_apply(uuid4(), "sub_document_approved", extra)
    dry, found = compare(tenant, is_dry=True)
    assert found == {
        missing.id: ("missing", [], False),
        lost.id: ("missing", [], False),
        changed.id: ("changed", ["total"], False),
        older.id: ("behind", [], False),
        found_id(extra): ("extra", [], False),
    }
    assert not is_equal(dry) and dry.schemas["invoice"]["recorded"] == 4
    assert pdb.counts()["PdbRecord"] == 4, "a dry run repairs nothing"
    _, found = compare(tenant)
    assert [is_repaired for _, _, is_repaired in found.values()].count(True) == 4
    assert found[found_id(extra)] == ("extra", [], False), "unknown rows are left alone"
    assert {cell.name: cell.value for cell in pdb.cells(changed.id)}["total"] == "1"
    assert pdb.record(missing.id).values["total"] == "0" and pdb.record(older.id).version == 1
    assert pdb.record(found_id(extra)).values["total"] == "119.50"
    _, found = compare(tenant)
    assert list(found) == [found_id(extra)]
    with organization_scope(tenant.id):
        details = AuditEntry.objects.filter(action="pdb_reconciled").order_by("number")[1].details
    assert (
        details["differences"] == {"missing": 2, "changed": 1, "behind": 1, "extra": 1}
        and len(details["repaired"]) == 4
    )


def event_of(sub_document):
    with organization_scope(sub_document.organization_id):
        return sub_document.events.get().id


def found_id(content):
    return type(uuid4())(content.sub_document_id)


def test_a_newer_record_is_never_overwritten(tenant, pdb):
    """The IDP database was restored from before the correction."""
    (sub_document,) = delivered(tenant, 1)
    in_pdb(lambda: PdbRecord.objects.update(version=4, values={"total": "newer"}))
    _, found = compare(tenant)
    assert found == {sub_document.id: ("ahead", [], False)}
    assert (pdb.record(sub_document.id).version, pdb.record(sub_document.id).values) == (4, {"total": "newer"})
    with organization_scope(tenant.id):
        SubDocument.objects.filter(id=sub_document.id).update(status="in_review")
        FieldValue.objects.filter(sub_document=sub_document, name="total").update(value="7")
    approve(tenant, sub_document)
    events_relay_due()
    assert (pdb.record(sub_document.id).version, pdb.record(sub_document.id).values["total"]) == (5, "7")
    assert compare(tenant)[1] == {}


def test_what_is_under_way_or_dead_is_no_difference(tenant, pdb, tmp_path):
    poison = approve(tenant, make_sub_document(tenant, total="a lot"))
    approve(tenant, make_sub_document(tenant))
    with pdb_at(str(tmp_path)):
        events_relay_due()
        with pytest.raises(TransientFailure):
            pdb_reconcile(tenant.id)
        assert pdb_reconcile_due() == 0, "an outage is no failure of the clock's job"
    run, found = compare(tenant)
    assert found == {} and run.unsettled == 2
    assert delivery_now(poison).status != DeliveryStatus.DELIVERED


def test_once_a_night_and_an_interrupted_one_is_gone_on_with(tenant, pdb, monkeypatch):
    sub_documents = delivered(tenant)
    in_pdb(lambda: PdbRecord.objects.filter(sub_document_id=sub_documents[2].id).delete())
    real, calls = reconciliation.chunk_compare, []

    def dies_at_the_second(*arguments, **options):
        calls.append(arguments)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*arguments, **options)

    monkeypatch.setattr("pdb_sync.services.reconciling.chunk_compare", dies_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        pdb_reconcile_due()
    assert pdb_reconcile_due() == 0, "its lease still runs"
    in_pdb(lambda: Reconciliation.objects.update(lease_until="2020-01-01T00:00:00Z"))
    assert pdb_reconcile_due() == 1
    assert pdb_reconcile_due() == 0, "once a night"
    run = in_pdb(lambda: Reconciliation.objects.get())
    assert run.schemas["invoice"]["approved"] == 5 and is_equal(run)
    assert pdb.counts()["PdbRecord"] == 5


def test_stalled_worker_writes_nothing_over_its_successor(tenant, pdb, monkeypatch):
    sub_documents = delivered(tenant)
    last = max(sub_document.id for sub_document in sub_documents)  # chunks go by id: the first one does not repair it
    in_pdb(lambda: PdbRecord.objects.filter(sub_document_id=last).delete())
    real, ended = reconciliation.chunk_compare, []

    def stalls_at_the_first(*arguments, **options):
        chunk = real(*arguments, **options)
        if not ended:
            ended.append("begun")
            in_pdb(lambda: Reconciliation.objects.update(lease_until="2020-01-01T00:00:00Z"))
            assert pdb_reconcile_due() == 1, "another worker takes it over and ends it"
            ended.append(in_pdb(lambda: Reconciliation.objects.values().get()))
        return chunk

    monkeypatch.setattr("pdb_sync.services.reconciling.chunk_compare", stalls_at_the_first)
    run = pdb_reconcile(tenant.id)
    assert in_pdb(lambda: Reconciliation.objects.values().get()) == ended[-1]
    assert run.schemas["invoice"]["approved"] == 5 and run.finished_at is not None
    assert in_pdb(lambda: run.differences.count()) == 1


def test_command(tenant, pdb, capsys):
    sub_documents = delivered(tenant, 2)
    in_pdb(lambda: PdbRecord.objects.filter(sub_document_id=sub_documents[0].id).delete())
    with pytest.raises(CommandError, match="1 record differs"):
        call_command("reconcile_pdb", "--dry-run", "--organization", tenant.organization.slug)
    assert "hashes differ" in capsys.readouterr().out
    call_command("reconcile_pdb")
    assert "missing, delivered again" in capsys.readouterr().out


def test_screen_and_api(cast, drain, client):
    admin = cast.browser(cast.admin)
    address = reverse("pdb_sync:reconciliation")
    assert "Not compared yet" in admin.get(address).content.decode()
    assert admin.post(address).status_code == 302
    assert admin.post(address).status_code == 409, "one at a time"
    drain()
    assert "Last comparison" in admin.get(address).content.decode()
    (run,) = admin.get(reverse("api-reconciliation")).json()
    assert run["finished_at"] and run["differences"] == []
    assert cast.browser(cast.reviewer).get(address).status_code == 403
