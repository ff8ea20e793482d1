"""A fleet of the real forking worker, forked from the test's process so that a new one stands within milliseconds.

Each member is what `manage.py work` runs: a parent that forks horses, which die with it. `Faults` are ordered by
document and struck by whichever horse comes to that moment; the keeper replaces members that died, like a supervisor.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from uuid import UUID

from django.conf import settings
from django_rq import get_worker

from documents.models import StepRun
from documents.services.delivering import relay as outbox
from extraction.runner.leases import Lease
from extraction.runner.moments import Moment, observed
from extraction.worker import PreloadingWorker
from idp_project.core.enqueue import enqueue_periodic
from idp_project.core.job_names import JobName
from idp_project.core.tenancy import organization_scope, system_scope
from pdb_sync import relay
from tests.factories.pipeline import redis
from tests.faults.workers import CLAIMED, QUEUES, WORKED, WRITTEN, fork, open_commits

HORSE, WORKER, BOTH = "horse", "worker", "both"
DELIVERY = "event_deliver"  # beside the steps' names: its moments are claimed, applied there, and acknowledged
_LOOK_SECONDS = 0.5
_WATCHED: list[ExitStack] = []
_ORDERS, _STRUCK = "test:faults:ordered", "test:faults:struck"


@dataclass(frozen=True)
class Fault:
    """`who` is killed the first time the document's `step` (or its delivery) comes to `moment`."""

    document_id: UUID
    step: str
    moment: str
    who: str

    @property
    def key(self) -> str:
        return f"{self.document_id}/{self.step}/{self.moment}"


def order(faults: Sequence[Fault]) -> None:
    """For every horse that is forked from now on."""
    if faults:
        redis().hset(_ORDERS, mapping={fault.key: fault.who for fault in faults})


def struck() -> dict[str, float]:
    """Fault's key to when (seconds since the epoch)."""
    return {key.decode(): float(at) for key, at in redis().hgetall(_STRUCK).items()}


class _Horseman(PreloadingWorker):
    """The product's worker; its horses carry out what was ordered."""

    def main_work_horse(self, job, queue):  # type: ignore[no-untyped-def]
        _install(os.getppid())
        super().main_work_horse(job, queue)


def _install(parent: int) -> None:
    """Looks at every moment of every step and delivery. The order is taken from Redis in one command: carried out once."""
    connection = redis()

    def strike(current: str, moment: str) -> None:
        key = f"{current}/{moment}"
        who = connection.hget(_ORDERS, key)
        if who is None or not connection.hdel(_ORDERS, key):
            return
        connection.hset(_STRUCK, key, time.time())
        if who.decode() in (WORKER, BOTH):
            os.kill(parent, signal.SIGKILL)
        if who.decode() == WORKER:
            time.sleep(30)  # the kernel ends it with its parent
        os.kill(os.getpid(), signal.SIGKILL)

    _watch_steps(strike)
    _watch_deliveries(strike)


def _watch_steps(strike: Callable[[str, str], None]) -> None:
    watched = ExitStack()
    _WATCHED.append(watched)  # for as long as the process lives
    watched.enter_context(open_commits())

    def at(moment: Moment, lease: Lease) -> None:
        with organization_scope(lease.organization_id):
            document_id = StepRun.objects.select_related("run").get(id=lease.step_run_id).run.document_id
        strike(f"{document_id}/{lease.step}", moment)

    watched.enter_context(observed(at))


def _watch_deliveries(strike: Callable[[str, str], None]) -> None:
    claim, apply, acknowledge = outbox.delivery_claim, relay.pdb_record_apply, outbox.delivery_acknowledge
    current = ""

    def claimed(*arguments):  # type: ignore[no-untyped-def]
        nonlocal current
        delivery = claim(*arguments)
        if delivery is not None:
            current = f"{delivery.document_id}/{DELIVERY}"
        return delivery

    def applied(*arguments, **options):  # type: ignore[no-untyped-def]
        strike(current, CLAIMED)
        outcome = apply(*arguments, **options)
        strike(current, WORKED)
        return outcome

    def acknowledged(*arguments):  # type: ignore[no-untyped-def]
        acknowledge(*arguments)
        strike(current, WRITTEN)

    outbox.delivery_claim, relay.pdb_record_apply = claimed, applied
    outbox.delivery_acknowledge = acknowledged


def _work(prepare: Callable[[], None]) -> None:
    os.setsid()
    prepare()
    worker = get_worker(*QUEUES, worker_class=_Horseman)
    worker.work(logging_level="CRITICAL")


def beat() -> None:
    """What the clock does every few seconds: the workers look for what lost its wake-up."""
    for job in (JobName.RECONCILE, JobName.EVENTS_RELAY_DUE):
        enqueue_periodic(job, seconds=120)


@dataclass
class Fleet:
    """Members by process id. `died` counts those that the keeper found dead and replaced; `prepare` is what each does first."""

    size: int = 2
    prepare: Callable[[], None] = lambda: None
    members: set[int] = field(default_factory=set)
    died: int = 0
    beats_at: float = 0.0

    def __enter__(self) -> Fleet:
        self.fill()
        return self

    def __exit__(self, *_: object) -> None:
        for pid in self.members:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        self.members.clear()

    def fill(self) -> None:
        while len(self.members) < self.size:
            self.members.add(fork(lambda: _work(self.prepare)))

    def look(self) -> None:
        """Replaces who has died."""
        for pid in list(self.members):
            if os.waitpid(pid, os.WNOHANG)[0]:
                self.members.remove(pid)
                self.died += 1
        self.fill()

    def stop(self, within: float = 60.0) -> list[int]:
        """SIGTERM to all, as a deploy does; gives their exit codes and starts new ones."""
        for pid in self.members:
            os.kill(pid, signal.SIGTERM)
        deadline, codes = time.monotonic() + within, []
        while self.members and time.monotonic() < deadline:
            for pid in list(self.members):
                done, status = os.waitpid(pid, os.WNOHANG)
                if done:
                    self.members.remove(pid)
                    codes.append(os.waitstatus_to_exitcode(status))
            time.sleep(0.02)
        assert not self.members, "a worker did not end"
        self.fill()
        return codes

    def run_until(self, is_done: Callable[[], bool], within: float) -> float:
        """Keeps the fleet full and lets the clock beat, for the fleet to act on, until `is_done`; gives the seconds it
        took."""
        began = time.monotonic()
        while not is_done():
            assert time.monotonic() - began < within, "it never came to that"
            self.look()
            if time.monotonic() >= self.beats_at:
                self.beats_at = time.monotonic() + max(_LOOK_SECONDS, settings.RECONCILE_SECONDS)
                beat()
            time.sleep(_LOOK_SECONDS)
        return time.monotonic() - began


def open_documents(batch_id: UUID) -> int:
    """Documents of a batch that are neither ended nor with people."""
    from documents.models import Document

    with system_scope("test"):
        rows = Document.objects.filter(batch_id=batch_id)
        return rows.filter(status__in=["received", "processing", "delivering"]).count()
