"""A3 and A4: a thousand approvals, relays that are killed between the commit and its acknowledgement, outages."""

import os
import random
import signal
import statistics
import time
from contextlib import contextmanager

import pytest
from django.conf import settings as configured

from documents.models import Delivery
from documents.models.approval import DeliveryStatus
from documents.services import relay as outbox
from idp_project.core import postgres
from idp_project.core.tenancy import system_scope
from pdb_sync import relay
from tests.faults.proxy import HANG, REFUSE, Proxy
from tests.faults.workers import fork
from tests.integration.pdb_sync.conftest import (
    approve,
    make_sub_document,
    make_tenant,  # noqa: F401 - a fixture
    pdb,  # noqa: F401 - a fixture
    pdb_at,
    pdb_read_only,
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
BEFORE = 50


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


@contextmanager
def proxied_pdb():
    """The production database behind a proxy that can be cut."""
    proxy = Proxy(configured.TEST_PLACES.postgres_sockets / ".s.PGSQL.5432")
    with pdb_at("127.0.0.1", proxy.port):
        postgres.close_pools()
        yield proxy
    postgres.close_pools()
    proxy.close()


def seconds_an_approval(tenant, number):  # noqa: F811
    """Median, of the approval alone."""
    parts = [make_sub_document(tenant) for _ in range(number)]
    seconds = []
    for part in parts:
        began = time.perf_counter()
        approve(tenant, part)
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


def test_approving_does_not_feel_an_outage_and_all_of_it_drains(tenant, pdb, servers, settings, record_property):  # noqa: F811
    settings.LEASE_SECONDS = 5.0
    lines = []
    with proxied_pdb() as proxy:
        for kind in ("refusing", "hanging", "stopped", "read-only"):
            with _relay():
                up = seconds_an_approval(tenant, BEFORE)
                _wait_drained(60)
            with _outage(kind, proxy, servers), _relay():
                down = seconds_an_approval(tenant, APPROVALS // 4)
                waiting = still_open()
            began = time.monotonic()
            with _relay():
                _wait_drained(60)
            drained = time.monotonic() - began
            lines.append(
                f"{kind}: approving in {down / up:.2f} of the time, {waiting} waited, drained in {drained:.0f} s"
            )
    sent = APPROVALS + 4 * BEFORE
    assert pdb.counts()["PdbRecord"] == sent == pdb.counts()["DeliveryReceipt"]
    record_property("figures", f"A4: {APPROVALS} approvals in four outages; " + "; ".join(lines) + "; 0 lost, 0 twice")


@contextmanager
def _relay():
    pid = fork(relay_for_ever)
    try:
        yield
    finally:
        _end(pid)


class _outage:
    def __init__(self, kind, proxy, servers):
        self.kind, self.proxy = kind, proxy
        self.read_only = pdb_read_only(servers) if kind == "read-only" else None

    def __enter__(self):
        if self.read_only:
            self.read_only.__enter__()
        else:
            self.proxy.cut(HANG if self.kind == "hanging" else REFUSE)

    def __exit__(self, *_):
        if self.read_only:
            self.read_only.__exit__(None, None, None)
            self.proxy.cut(HANG)  # sessions that began read-only end
        self.proxy.restore()


def _wait_drained(within):
    deadline = time.monotonic() + within
    while still_open():
        assert time.monotonic() < deadline, f"{still_open()} deliveries are still open"
        time.sleep(0.1)


def _end(pid):
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
