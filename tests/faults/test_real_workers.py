"""The worker as it is run, with its forked horse: killed in the middle of reading a scan, whichever of the two dies."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings as configured

from tests.factories import files
from tests.factories.pipeline import Outcome, lapse, reconcile_and_drain, submit
from tests.faults.workers import step_runs

pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "pdb"]), pytest.mark.slow]


def horses_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def until(condition, within=60.0):
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.02)
    raise AssertionError("it never came to that")


@pytest.fixture
def worker():
    command = [sys.executable, "manage.py", "work", "--queues", "io", "cpu"]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "idp_project.settings.test"}
    process = subprocess.Popen(command, cwd=configured.BASE_DIR, env=environment, start_new_session=True)
    yield process
    process.kill()
    process.wait()


@pytest.mark.parametrize("who", ["horse", "worker", "both"])
def test_a_scan_survives_the_death_of_its_worker(cast, worker, who):
    cast.publish("receipt")
    outcome = Outcome(submit(cast, files.sample("receipt", 21, "scan")))
    running = until(lambda: [run for run in step_runs(outcome.batch.id) if is_reading(run)])
    (horse,) = horses_of(worker.pid)
    assert running[0].lease_owner.endswith(f":{horse}"), "the horse holds the lease, not its parent"
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


def is_reading(run):
    return run.step == "read_text" and run.status == "running"


def is_gone(pid: int) -> bool:
    """Dead, or dead and not yet collected."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True
