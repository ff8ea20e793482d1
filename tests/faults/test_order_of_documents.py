"""The order in which the production database commits a document's events: four relays, faults in all of them, people."""

import os
import random
import signal
import time
from collections import defaultdict
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connections

from accounts.access import Access
from documents.domain.statuses import SubDocumentStatus
from documents.models import Delivery, Event, SubDocument
from documents.models.approval import UNFINISHED_DELIVERIES, DeliveryStatus
from documents.services.delivering import deliveries as outbox_rows
from documents.services.delivering import relay as outbox
from documents.services.delivering.deliveries import delivery_discard, delivery_retry
from idp_project.core.errors import PermanentFailure, TransientFailure
from idp_project.core.tenancy import organization_scope, system_scope
from pdb_sync import relay
from tests.faults.workers import fork
from tests.integration.pdb_sync.conftest import (
    approve,
    make_document,
    make_sub_document,
    make_tenant,  # noqa: F401 - a fixture
    tenant,  # noqa: F401 - a fixture
    withdraw,
)

pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "pdb"]), pytest.mark.timeout(300)]
SUB_DOCUMENTS, PEOPLE, RELAYS = 3, 4, 4
SENDING_AGAIN = 0.7  # of the dead letters, the others are discarded
NOTE_COMMITS = """
CREATE TABLE commit_order (number bigserial, event_uuid uuid);
CREATE FUNCTION note_commit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
$$ BEGIN INSERT INTO commit_order (event_uuid) VALUES (NEW.event_uuid); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER note_commit AFTER INSERT ON delivery_receipt DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION note_commit();
"""
FORGET_COMMITS = "DROP TRIGGER note_commit ON delivery_receipt; DROP FUNCTION note_commit; DROP TABLE commit_order;"


@pytest.fixture
def commits(servers):
    """The events in the order in which their receipts were committed: noted as the last thing of each transaction."""
    url = servers.superuser_url(connections["pdb"].settings_dict["NAME"])
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(NOTE_COMMITS)
        try:
            yield lambda: [row[0] for row in connection.execute("SELECT event_uuid FROM commit_order ORDER BY number")]
        finally:
            connection.execute(FORGET_COMMITS)


def relay_with_faults():
    """A relay like the clock's. Some applies fail before the commit there, some after it, some are refused for good, and
    some relays die before they acknowledge."""
    random.seed()
    outbox_rows.MAX_BACKOFF_SECONDS = 0.2
    apply, acknowledge = relay.pdb_record_apply, outbox.delivery_acknowledge

    def apply_or_fail(*event, **options):
        fate = random.random()
        if fate < 0.15:
            raise TransientFailure("The network is away.", code="pdb_unavailable")
        if fate < 0.20:
            raise PermanentFailure("Refused.", code="refused")
        outcome = apply(*event, **options)
        if fate > 0.90:
            raise ConnectionError("the answer was lost")
        return outcome

    def acknowledge_or_die(*arguments):
        if random.random() < 0.02:
            os.kill(os.getpid(), signal.SIGKILL)
        acknowledge(*arguments)

    relay.pdb_record_apply, outbox.delivery_acknowledge = apply_or_fail, acknowledge_or_die
    while True:
        relay.events_relay_due(limit=200)
        time.sleep(0.02)


def live(tenant, sub_documents):  # noqa: F811
    """Lives of sub-documents: approved, corrected, withdrawn, approved once more; others see to the rest of their documents."""
    random.seed()
    for step in (approve, approve, withdraw, approve):
        for sub_document in sub_documents:
            if step is approve:
                with organization_scope(tenant.id):
                    SubDocument.objects.filter(id=sub_document.id).update(status=SubDocumentStatus.IN_REVIEW)
            step(tenant, sub_document)
            time.sleep(random.uniform(0, 0.02))


@contextmanager
def relays(count):
    """Keeps this many alive: a dead one is replaced. Yields the function that replaces them and returns how many died."""
    members, deaths = set(), 0

    def fill_up():
        nonlocal deaths
        for pid in list(members):
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                members.remove(pid)
                assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL
                deaths += 1
        while len(members) < count:
            members.add(fork(relay_with_faults))
        return deaths

    with killed_in_the_end(members):
        fill_up()
        yield fill_up


@contextmanager
def killed_in_the_end(pids):
    """What is left of these children."""
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def tend_dead_letters(tenant):  # noqa: F811
    """What a person does; how many were sent again and how many discarded."""
    access, again, discarded = Access.for_system(tenant.id), 0, 0
    with organization_scope(tenant.id):
        for delivery in Delivery.objects.filter(status=DeliveryStatus.DEAD, consumer="pdb_sync"):
            is_again = random.random() < SENDING_AGAIN
            (delivery_retry if is_again else delivery_discard)(access, delivery.id)
            again, discarded = again + is_again, discarded + (not is_again)
    return again, discarded


def has_ended(pid):
    done, status = os.waitpid(pid, os.WNOHANG)
    assert status == 0, "the traceback is in the output"
    return bool(done)


def unfinished():
    with system_scope("test"):
        return Delivery.objects.filter(consumer="pdb_sync", status__in=UNFINISHED_DELIVERIES).count()


@pytest.mark.parametrize("count", [10, pytest.param(80, marks=pytest.mark.slow)])
def test_a_document_is_committed_in_the_order_of_its_events(tenant, commits, settings, record_property, count):  # noqa: F811
    settings.LEASE_SECONDS = 1.0
    documents = [make_document(tenant) for _ in range(count)]
    sub_documents = [
        make_sub_document(tenant, document=document, first_page=page)
        for document in documents
        for page in range(1, 2 * SUB_DOCUMENTS, 2)
    ]
    random.shuffle(sub_documents)
    again = discarded = deaths = 0
    people = {fork(lambda own=sub_documents[number::PEOPLE]: live(tenant, own)) for number in range(PEOPLE)}
    with relays(RELAYS) as fill_up, killed_in_the_end(people):
        while people or unfinished():
            people.difference_update([pid for pid in people if has_ended(pid)])
            deaths = fill_up()
            sent, given_up = tend_dead_letters(tenant)
            again, discarded = again + sent, discarded + given_up
            time.sleep(0.05)
    with system_scope("test"):
        events = list(Event.objects.order_by("document_id", "document_sequence"))
        kept = set(
            Delivery.objects.filter(consumer="pdb_sync", status=DeliveryStatus.DELIVERED).values_list(
                "event_id", flat=True
            )
        )
    wanted, found, document_of = defaultdict(list), defaultdict(list), {event.id: event.document_id for event in events}
    for event in events:
        if event.id in kept:
            wanted[event.document_id].append(event.id)
    for event_id in commits():
        if event_id in kept:
            found[document_of[event_id]].append(event_id)
    assert found == wanted
    numbers = {
        document.id: [e.document_sequence for e in events if e.document_id == document.id] for document in documents
    }
    assert set(map(tuple, numbers.values())) == {tuple(range(1, 4 * SUB_DOCUMENTS + 1))}
    record_property(
        "figures",
        f"Order: {len(events)} events of {count} documents with {SUB_DOCUMENTS} sub-documents, {RELAYS} relays, "
        f"{deaths} killed before the "
        f"acknowledgement, {again} dead letters sent again and {discarded} discarded: every document committed in order",
    )
