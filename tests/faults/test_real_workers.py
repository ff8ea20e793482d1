"""The worker as it is run, with its forked horse: killed, stopped or cancelled in the middle of reading a scan."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django_rq
import pytest
from django.conf import settings as configured
from django_rq import get_worker

from documents.services.running.cancellation import batch_cancel
from extraction.worker import PreloadingWorker
from idp_project.core.tenancy import organization_scope
from tests.factories import files
from tests.factories.pipeline import Outcome, lapse, reconcile_and_drain, submit, tick
from tests.faults.workers import step_runs

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
SCAN = ("receipt", 21, "scan")


def horses_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def until(condition, within=60.0):
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.02)
    raise AssertionError("it never came to that")


@contextmanager
def working(**settings: str) -> Iterator[subprocess.Popen]:
    command = [sys.executable, "manage.py", "work", "--queues", "io", "cpu"]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "idp_project.settings.test", **settings}
    process = subprocess.Popen(command, cwd=configured.BASE_DIR, env=environment, start_new_session=True)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def worker():
    with working() as process:
        yield process


def reading(outcome):
    """Waits until a page is being read; its step run."""
    return until(lambda: [run for run in step_runs(outcome.batch.id) if is_reading(run)])[0]


def owner_of(outcome, step):
    (owner,) = {run.lease_owner for run in step_runs(outcome.batch.id) if run.step == step}
    return owner


@pytest.mark.slow
@pytest.mark.parametrize("who", ["horse", "worker", "both"])
def test_a_scan_survives_the_death_of_its_worker(cast, worker, who):
    cast.publish("receipt")
    outcome = Outcome(submit(cast, files.sample(*SCAN)))
    running = reading(outcome)
    (horse,) = horses_of(worker.pid)
    assert running.lease_owner.endswith(f":{horse}"), "the horse holds the lease, not its parent"
    if who != "worker":
        os.kill(horse, signal.SIGKILL)
    if who != "horse":
        worker.kill()
        worker.wait()
    until(lambda: is_gone(horse), within=10)
    if who == "horse":
        worker.terminate()
        worker.wait()
    lapse()
    for _ in range(2):
        reconcile_and_drain()
    document = outcome.document()
    assert document.status in ("in_review", "completed")
    (attempts,) = {run.attempt for run in step_runs(outcome.batch.id) if run.step == "read_text"}
    assert attempts == 2
    assert {run.attempt for run in step_runs(outcome.batch.id) if run.step in ("page_split", "render")} == {1}


@pytest.mark.slow
def test_a_horse_killed_in_a_later_job_costs_that_job_only(cast, worker):
    cast.publish("receipt")
    outcome = Outcome(submit(cast, files.sample(*SCAN)))
    running = reading(outcome)
    (horse,) = horses_of(worker.pid)
    assert owner_of(outcome, "page_split") == running.lease_owner, "the same horse did the earlier job"
    os.kill(horse, signal.SIGKILL)
    until(lambda: is_gone(horse), within=10)
    lapse()
    until(lambda: tick() or outcome.document().status in ("in_review", "completed"))
    assert worker.poll() is None, "the worker lives and its next horse went on"
    assert owner_of(outcome, "read_text") != running.lease_owner
    assert {run.attempt for run in step_runs(outcome.batch.id) if run.step == "page_split"} == {1}


@pytest.mark.slow
def test_stopped_worker_finishes_its_job_and_begins_no_other(cast, worker):
    cast.publish("receipt")
    outcome = Outcome(submit(cast, *(files.sample("receipt", seed, "scan") for seed in (21, 22, 23))))
    running = reading(outcome)
    worker.terminate()
    assert worker.wait(60) == 0
    after = {run.id: run for run in step_runs(outcome.batch.id)}
    assert after[running.id].status == "succeeded", "what was begun was finished"
    assert "running" not in {run.status for run in after.values() if run.lease_until}, "no lease is left behind"
    untouched = [document for document in outcome.documents() if document.status in ("received", "processing")]
    assert untouched, "the rest waits for another worker"
    reconcile_and_drain()
    assert {run.crash_count for run in step_runs(outcome.batch.id)} == {0}
    assert set(outcome.statuses().values()) <= {"in_review", "completed"}


@pytest.mark.slow
def test_a_horse_begins_no_job_after_its_time(cast):
    cast.publish("receipt")
    with working(HORSE_SECONDS="0"):
        outcome = Outcome(submit(cast, files.sample(*SCAN)))
        running = reading(outcome)
        assert owner_of(outcome, "page_split") != running.lease_owner, "one horse per job"


@pytest.mark.slow
def test_cancelling_stops_the_reading_of_a_page_within_seconds(cast, worker, record_property):
    cast.publish("receipt")
    outcome = Outcome(submit(cast, *(files.sample("receipt", seed, "scan") for seed in (21, 22, 23))))
    running = reading(outcome)
    with organization_scope(cast.organization.id):
        batch_cancel(cast.access(cast.reviewer), outcome.batch.id)
    began = time.monotonic()
    assert set(outcome.statuses().values()) == {"cancelled"}
    until(lambda: not outcome.open_steps() and all(d.run.finished_at for d in outcome.documents()), within=20)
    until(lambda: not jobs_waiting_or_begun(), within=20)
    seconds = time.monotonic() - began
    record_property("figures", f"A cancelled batch of three scans held its worker for {seconds:.1f} s more")
    assert {run.status for run in step_runs(outcome.batch.id) if run.id == running.id} == {"skipped"}


def jobs_waiting_or_begun():
    queues = [django_rq.get_queue(name) for name in ("io", "cpu")]
    return sum(queue.count + queue.started_job_registry.count for queue in queues)


def test_the_heartbeat_follows_the_horse_to_its_present_job(servers):
    """1. The parent forked for one job. 2. Its horse is at another by now. 3. That one must not look abandoned."""
    queue = django_rq.get_queue("io")
    first, second = (queue.enqueue_call("time.time", job_id=name) for name in ("first", "second"))
    parent, horse = (get_worker("io", worker_class=PreloadingWorker, name="same") for _ in range(2))
    parent.register_birth()
    parent.prepare_execution(first)
    horse.prepare_execution(second)
    horse.set_current_job_id(second.id)  # as RQ does when it begins to perform it
    parent.connection.zrem(queue.started_job_registry.key, parent.execution.composite_key)
    before = parent.connection.zscore(queue.started_job_registry.key, horse.execution.composite_key)
    time.sleep(1.1)
    parent.maintain_heartbeats(first)
    after = parent.connection.zscore(queue.started_job_registry.key, horse.execution.composite_key)
    assert after > before and parent.execution.composite_key == horse.execution.composite_key
    parent.register_death()


def is_reading(run):
    return run.step == "read_text" and run.status == "running"


def is_gone(pid: int) -> bool:
    """Dead, or dead and not yet collected."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True
