"""Cancelling a batch at work waits for nobody in a circle: documents/services/locks.py.

Each deadlock is brought about by stopping one side between two of its locks; PostgreSQL's own count says whether one was.
"""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.conf import settings as configured
from django.db import connections
from django.test import Client
from django.utils import timezone
from django_rq import get_worker
from rq import SimpleWorker

from documents.models import Batch, Document, Run, StepRun, SubDocument
from documents.services.approving import approval
from documents.services.running import retry
from documents.services.running.cancellation import batch_cancel
from documents.services.running.retry import step_run_retry
from extraction import queries
from extraction.runner import conductor
from extraction.runner.leases import Lease
from extraction.runner.moments import Moment, observed
from idp_project.core.tenancy import organization_scope
from review.models import ReviewTask
from review.services import tasks
from review.services.tasks import review_task_decide
from tests.factories import files
from tests.factories.desk import PRINTED_SO
from tests.factories.pipeline import Outcome, drain, failed_jobs, redis, submit
from tests.faults.fleet import Fleet
from tests.faults.workers import QUEUES, ended, fork

pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "pdb"]), pytest.mark.timeout(300)]
HELD_SECONDS = 1.0  # so long the other side has for its first lock; PostgreSQL looks for deadlocks after a second


@pytest.fixture
def deadlocks(servers) -> Iterator[Callable[[], int]]:
    """How many PostgreSQL has found in this worker's database since."""

    def count() -> int:
        connections.close_all()
        time.sleep(0.3)  # a connection's counts are written when it ends
        with psycopg.connect(servers.superuser_url("postgres"), autocommit=True) as connection:
            row = connection.execute(
                "SELECT deadlocks FROM pg_stat_database WHERE datname = %s", [f"idp_{configured.TEST_WORKER}"]
            ).fetchone()
        assert row is not None
        return row[0]

    before = count()
    yield lambda: count() - before


class Meeting:
    """One side comes to a place in the middle of its transaction, says so and goes on a moment later."""

    def __init__(self) -> None:
        self._heard, self._said = os.pipe()

    def stop(self) -> None:
        os.write(self._said, b".")
        time.sleep(HELD_SECONDS)

    def wait(self) -> None:
        assert os.read(self._heard, 1) == b"."


@contextmanager
def stopped_before(target: object, name: str, meeting: Meeting, *, only: Callable[..., bool]) -> Iterator[None]:
    """The first call of that function for which `only` holds stops before it."""
    original, is_over = getattr(target, name), False

    def stopping(*arguments, **options):  # type: ignore[no-untyped-def]
        nonlocal is_over
        if not is_over and only(*arguments, **options):
            is_over = True
            meeting.stop()
        return original(*arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(target, name, stopping)
        yield


def worker_stopped_at(step: str, meeting: Meeting, target: object = queries, name: str = "") -> int:
    """A worker that has written what that step found, and is about to end the step's run in the same transaction."""

    def work() -> None:
        current = [""]

        def at(_: Moment, lease: Lease) -> None:
            current[0] = lease.step

        def is_there(*arguments, **_):  # type: ignore[no-untyped-def]
            return current[0] == step and (bool(name) or arguments[0] == "step_run_pass")

        with observed(at), stopped_before(target, name or "fetch_one", meeting, only=is_there):
            get_worker(*QUEUES, worker_class=SimpleWorker).work(burst=True, logging_level="CRITICAL")

    return fork(work)


def cancel(cast, batch: Batch) -> None:
    access = cast.access(cast.reviewer)  # made in a transaction of its own
    with organization_scope(cast.organization.id):
        batch_cancel(access, batch.id)


@pytest.mark.parametrize("step", ["confidence_check", "auto_approve", "review_queue"])
def test_cancelling_meets_a_step_that_commits(cast, deadlocks, step):
    cast.publish("invoice")
    assert cast.reviewer
    outcome = Outcome(submit(cast, files.for_review() if step == "review_queue" else files.sample()))
    meeting = Meeting()
    worker = worker_stopped_at(step, meeting)
    meeting.wait()
    cancel(cast, outcome.batch)
    assert ended(worker) == 0
    drain()
    assert deadlocks() == 0 and failed_jobs() == []
    assert outcome.document().status in ("cancelled", "completed") and not outcome.open_steps()


def test_cancelling_many_meets_an_automatic_approval(cast, deadlocks):
    """One request cancels two batches: the entry for the first must not hold the audit chain while the second waits."""
    cast.publish("invoice")
    browser: Client = cast.browser(cast.reviewer)
    outcome = Outcome(submit(cast, files.sample()))
    with organization_scope(cast.organization.id):
        other = Batch.objects.create(organization=cast.organization, team=cast.team, name="Empty")
    meeting = Meeting()
    worker = worker_stopped_at("auto_approve", meeting, approval, "audit_record")
    meeting.wait()
    ids = [str(other.id), str(outcome.batch.id)]
    response = browser.post(
        "/batches/bulk/", {"action": "cancel", "batch": ids}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert ended(worker) == 0
    drain()
    assert deadlocks() == 0 and response.status_code == 302


def in_thread(work: Callable[[], object]) -> tuple[threading.Thread, list[Exception]]:
    errors: list[Exception] = []

    def run() -> None:
        try:
            work()
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, errors


def in_review(cast) -> Outcome:  # type: ignore[no-untyped-def]
    cast.publish("invoice")
    outcome = Outcome(submit(cast, files.for_review()))
    drain()
    return outcome


def test_deciding_meets_the_conductor_that_cancels(cast, deadlocks):
    outcome, access, meeting = in_review(cast), cast.access(cast.owner), Meeting()
    with organization_scope(cast.organization.id):
        task = ReviewTask.objects.select_related("sub_document").get(sub_document__document__batch=outcome.batch)
        Batch.objects.filter(id=outcome.batch.id).update(cancelled_at=timezone.now())

    def decide() -> None:
        with organization_scope(cast.organization.id):
            review_task_decide(access, task.id, decision="approve", override=PRINTED_SO)

    with stopped_before(tasks, "sub_document_approve", meeting, only=lambda *_, **__: True):
        thread, errors = in_thread(decide)
        meeting.wait()
        conductor.document_advance(cast.organization.id, task.sub_document.document_id)
        thread.join()
    assert errors == [] and deadlocks() == 0


def test_retrying_meets_the_conductor(cast, deadlocks):
    outcome, access, meeting = in_review(cast), cast.access(cast.owner), Meeting()
    sub_document = outcome.sub_document()
    with organization_scope(cast.organization.id):
        step = StepRun.objects.get(unit_id=sub_document.id, step="human_review")
        for status in ("running", "failed"):
            StepRun.objects.filter(id=step.id).update(status=status)
        Run.objects.filter(document__batch=outcome.batch).update(next_check_at=timezone.now())

    def try_again() -> None:
        with organization_scope(cast.organization.id):
            step_run_retry(access, step.id)

    with stopped_before(retry, "_check", meeting, only=lambda *_: True):
        thread, errors = in_thread(try_again)
        meeting.wait()
        conductor.document_advance(cast.organization.id, sub_document.document_id)
        thread.join()
    assert errors == [] and deadlocks() == 0


def rounds_of_cancelling(cast, number: int, *, size: int = 2) -> Iterator[None]:  # type: ignore[no-untyped-def]
    """Batches whose documents go both ways, each cancelled at another moment of its work."""
    automatic, reviewed = files.content_of(files.sample()), files.content_of(files.for_review())
    chance = random.Random(7)
    for turn in range(number):
        contents = [(automatic, reviewed)[index % 2] for index in range(size)]
        incoming = [files.incoming(f"{turn}-{index}.pdf", content) for index, content in enumerate(contents)]
        outcome = Outcome(submit(cast, *incoming))
        wait_for_sub_documents(outcome, chance.choice([0, 1, size]))
        time.sleep(chance.uniform(0, 0.3))
        cancel(cast, outcome.batch)
        yield


def wait_for_sub_documents(outcome: Outcome, number: int) -> None:
    """Until this many documents have sub-documents: from there on workers write both these and their step runs."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with organization_scope(outcome.batch.organization_id):
            if SubDocument.objects.filter(document__batch=outcome.batch).count() >= number:
                return
        time.sleep(0.02)


def open_runs(cast) -> int:  # type: ignore[no-untyped-def]
    """A cancelled document's run ends after the document: once the step that was being committed is skipped too."""
    with organization_scope(cast.organization.id):
        return Run.objects.filter(finished_at__isnull=True).count()


def cancelled_under_load(cast, deadlocks, number: int) -> None:  # type: ignore[no-untyped-def]
    cast.publish("invoice")
    redis().flushdb()
    with Fleet(size=2) as fleet:
        for _ in rounds_of_cancelling(cast, number):
            fleet.look()
        fleet.run_until(lambda: not open_runs(cast), 300)
    assert fleet.died == 0 and failed_jobs() == []
    assert deadlocks() == 0
    with organization_scope(cast.organization.id):
        statuses = set(Document.objects.values_list("status", flat=True))
        assert not StepRun.objects.filter(status="running").exists()
    assert statuses <= {"cancelled", "completed", "delivering"} and "cancelled" in statuses


def test_cancelling_under_load(cast, deadlocks):
    cancelled_under_load(cast, deadlocks, 6)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_cancelling_200_times_under_load(cast, deadlocks, record_property):
    began = time.monotonic()
    cancelled_under_load(cast, deadlocks, 200)
    record_property(
        "figures", f"200 batches cancelled at work in {time.monotonic() - began:.0f} s: 0 errors, 0 deadlocks"
    )
