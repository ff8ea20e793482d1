"""A3 and A4: a thousand approvals, relays that are killed between the commit and its acknowledgement, outages."""

import os
import random
import signal
import statistics
import time
from contextlib import contextmanager

import pytest

from documents.models import Delivery
from documents.models.approval import DeliveryStatus
from documents.services.delivering import relay as outbox
from idp_project.core.tenancy import system_scope
from pdb_sync import relay
from tests.faults.pdb_server import HANGING, READ_ONLY, REFUSING, STOPPED, pdb_on_its_own
from tests.faults.workers import fork
from tests.integration.pdb_sync.conftest import (
    approve,
    make_sub_document,
    make_tenant,  # noqa: F401 - a fixture
    pdb,  # noqa: F401 - a fixture
    tenant,  # noqa: F401 - a fixture
)

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "pdb"]),
    pytest.mark.slow,
    pytest.mark.timeout(900),
]
APPROVALS = 1000
RELAYS = 4
DEATHS = 60
OUTAGES = (REFUSING, HANGING, STOPPED, READ_ONLY)
IN_ONE_OUTAGE, BESIDE = APPROVALS // len(OUTAGES), 25
AWAY_SECONDS = 60.0  # longer than three times the longest pause between two tries of a delivery


def still_open():
    with system_scope("test"):
        return Delivery.objects.exclude(status=DeliveryStatus.DELIVERED).count()


def relay_for_ever(*, share_of_deaths=0.0):
    """A relay like the clock's; with a share of deaths it dies between the commit there and the acknowledgement."""
    random.seed()
    acknowledge = outbox.delivery_acknowledge

    def acknowledge_or_die(*arguments):
        if random.random() < share_of_deaths:
            os.kill(os.getpid(), signal.SIGKILL)
        acknowledge(*arguments)

    outbox.delivery_acknowledge = acknowledge_or_die
    while True:
        relay.events_relay_due(limit=200)
        time.sleep(0.05)


def test_a_thousand_approvals_arrive_once_although_relays_die(tenant, pdb, settings, record_property):  # noqa: F811
    settings.LEASE_SECONDS = 1.0
    for number in range(APPROVALS):
        approve(tenant, make_sub_document(tenant, total=str(number)))
    began, deaths, members = time.monotonic(), 0, set()
    while still_open():
        assert time.monotonic() - began < 600
        while len(members) < RELAYS:
            share = 0.05 if deaths < DEATHS else 0.0
            members.add(fork(lambda share=share: relay_for_ever(share_of_deaths=share)))
        for pid in list(members):
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                members.remove(pid)
                deaths += os.waitstatus_to_exitcode(status) == -signal.SIGKILL
        time.sleep(0.05)
    for pid in members:
        _end(pid)
    counts = pdb.counts()
    assert counts == {
        "PdbRecord": APPROVALS,
        "PdbRecordVersion": APPROVALS,
        "PdbCell": 3 * APPROVALS,
        "DeliveryReceipt": APPROVALS,
    }
    assert deaths >= 20
    with system_scope("test"):
        repeated = Delivery.objects.filter(attempts__gt=1).count()
    record_property(
        "figures",
        f"A3: {APPROVALS} approvals, {RELAYS} relays at once, {deaths} killed between commit and acknowledgement, "
        f"{repeated} deliveries repeated: 0 lost, 0 twice; {time.monotonic() - began:.0f} s",
    )


def approve_at_a_pace(tenant, number):  # noqa: F811
    """One after the other over `AWAY_SECONDS` for 250 of them. What approving each took, as a multiple of what making the
    sub-document took just before: that has nothing to do with the production database, but feels all else on the machine.
    """
    found = []
    for _ in range(number):
        began = time.perf_counter()
        sub_document = make_sub_document(tenant)
        made = time.perf_counter()
        approve(tenant, sub_document)
        approved = time.perf_counter()
        found.append((approved - made) / (made - began))
        time.sleep(max(0.0, AWAY_SECONDS / IN_ONE_OUTAGE - (approved - began)))
    return found


def test_approving_does_not_feel_an_outage_and_all_of_it_drains(tenant, pdb, settings, record_property):  # noqa: F811
    """A4. Before and after each outage as many are approved as can be compared with it; no time is asserted, but a ratio."""
    settings.LEASE_SECONDS = 5.0
    lines, up, down = [], [], []
    with pdb_on_its_own() as server:
        for kind in OUTAGES:
            with _relay():
                before = approve_at_a_pace(tenant, BESIDE)
                _wait_drained(60)
                with server.away(kind):
                    during = approve_at_a_pace(tenant, IN_ONE_OUTAGE)
                    waiting = still_open()
                began = time.monotonic()
                _wait_drained(60)
                drained = time.monotonic() - began
                after = approve_at_a_pace(tenant, BESIDE)
                _wait_drained(60)
            up, down = [*up, *before, *after], [*down, *during]
            ratio = statistics.median(during) / statistics.median(before + after)
            assert waiting == IN_ONE_OUTAGE
            lines.append(f"{kind}: {ratio:.2f} of the time, {waiting} waited, drained in {drained:.0f} s")
        sent = len(up) + len(down)
        assert pdb.counts()["PdbRecord"] == pdb.counts()["PdbRecordVersion"] == pdb.counts()["DeliveryReceipt"] == sent
    ratio = statistics.median(down) / statistics.median(up)
    assert ratio <= 1.2
    record_property(
        "figures",
        f"A4: {len(down)} approvals in four outages of {AWAY_SECONDS:.0f} s, approving in {ratio:.2f} of the time it takes "
        "without one; " + "; ".join(lines) + "; 0 lost, 0 twice",
    )


@contextmanager
def _relay():
    pid = fork(relay_for_ever)
    try:
        yield
    finally:
        _end(pid)


def _wait_drained(within):
    deadline = time.monotonic() + within
    while still_open():
        assert time.monotonic() < deadline, f"{still_open()} deliveries are still open"
        time.sleep(0.1)


def _end(pid):
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
