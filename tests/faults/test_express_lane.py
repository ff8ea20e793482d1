"""The express lane: while one organisation's pages hold every ordinary worker, another's document goes its whole way."""

import os
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from types import SimpleNamespace
from uuid import uuid4

import django_rq
import pytest
from django.conf import settings as configured
from django_rq import get_worker
from rq import SimpleWorker, Worker

from documents.services.intake.batches import batch_submit
from documents.services.running.pauses import organization_pause, organization_resume
from extraction.runner import worker_context
from extraction.worker import PreloadingWorker
from idp_project.core.fair_queue import HEARTBEAT_SECONDS, ExpressQueue, FairQueue, begun_jobs
from idp_project.core.job_names import DOCUMENT_QUEUES
from idp_project.core.tenancy import organization_scope
from tests.factories import files
from tests.factories.pipeline import Outcome, drain, lapse, one_job, reconcile_and_drain, redis, submit, tick
from tests.fake_providers.ollama import FakeOllama
from tests.fake_providers.reading import read_prompt
from tests.faults.test_real_workers import horses_of, is_gone, is_reading, reading, until
from tests.faults.workers import step_runs
from tests.integration.extraction.test_language_model import MODEL, use_ollama

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
SCANS = tuple(("receipt", seed, "scan") for seed in (21, 22, 23))
ENDED = ("completed", "in_review")


def of_another(cast, *incoming):
    """A batch of the other organisation, which has no schema: its documents end with people."""
    with organization_scope(cast.foreign.id):
        access = cast.access(cast.foreign_admin)
        return Outcome(batch_submit(access, team_id=cast.foreign_team.id, files=incoming or [files.sample()]))


def in_express():
    """Does a job in this process as the lane's worker would; whether there was one for it."""
    worker = get_worker(DOCUMENT_QUEUES[0], worker_class=SimpleWorker, queue_class=ExpressQueue)
    return worker.work(burst=True, max_jobs=1, logging_level="ERROR")


def waiting(name="io"):
    return django_rq.get_queue(name).count


@contextmanager
def begun(organization, queue="cpu"):
    """As if a worker were in the middle of a job of the organisation, and the lane asked from within another."""
    key, job = f"rq:wip:{queue}", f"{organization.id.hex}-pages_process-1:2"
    redis().zadd(key, {job: 2**40})
    yield
    redis().zrem(key, job)


@pytest.fixture
def express():
    """This process continues documents in place as the lane's horse does."""
    worker_context.serve(DOCUMENT_QUEUES, lambda: True, is_express=True)
    yield
    worker_context.serve_nothing()


def test_the_lane_takes_a_job_of_an_unserved_organization(cast):
    drain()
    mine, other = Outcome(submit(cast, files.sample())), of_another(cast)
    others = ["reconcile", f"{other.batch.organization_id.hex}-batch_deletion_advance-1"]
    for job_id in reversed(others):
        django_rq.get_queue("io").enqueue_call("time.time", job_id=job_id, at_front=True)
    with begun(cast.organization):
        with begun(cast.foreign, "io"):
            assert not in_express(), "nothing of whom somebody serves"
        assert in_express()
        assert django_rq.get_queue("io").job_ids[:2] == others, (
            "what may take long, or is the clock's, is not for the lane"
        )
        assert (mine.document().status, other.document().status) == ("received", "processing")
    redis().zadd("rq:wip:io", {f"{cast.organization.id.hex}-document_advance-1:2": 1})
    while mine.document().status == "received":
        assert in_express(), "a worker that was not heard of for long serves nobody"


def test_a_silent_worker_serves_nobody_before_rq_forgets_it(servers):
    queue = django_rq.get_queue("io", queue_class=FairQueue)
    job = queue.enqueue_call("time.time", job_id=f"{uuid4().hex}-document_advance-1")
    get_worker("io", worker_class=PreloadingWorker).prepare_execution(job)

    def silent_for(seconds):
        (execution,) = redis().zrange("rq:wip:io", 0, -1)
        redis().zincrby("rq:wip:io", -seconds, execution)

    def begun_and_taken():
        begun_ids = begun_jobs(queue.connection, DOCUMENT_QUEUES)
        return len(begun_ids), ExpressQueue.lpop([queue.key], None, queue.connection)

    silent_for(HEARTBEAT_SECONDS)
    assert begun_and_taken() == (1, None), "one word of it may be late"
    silent_for(2 * HEARTBEAT_SECONDS)
    assert begun_and_taken() == (0, (queue.key, job.id.encode()))
    assert queue.started_job_registry.count == 1


def test_new_job_wakes_lane_unless_its_organisation_is_served(servers):
    """It waits without asking Redis again and again."""
    queue, taken = django_rq.get_queue("io", queue_class=FairQueue), []
    served = SimpleNamespace(id=uuid4())
    with begun(served):
        queue.push_job_id(f"{served.id.hex}-job-1")
        assert not redis().keys("*:express")
    queue.empty()
    waits = threading.Thread(target=lambda: taken.append(ExpressQueue.lpop([queue.key], 60, queue.connection)))
    waits.start()
    until(lambda: [client for client in redis().client_list() if client["cmd"] == "blpop"])
    queue.push_job_id(job_id := f"{uuid4().hex}-document_advance-1")
    waits.join()
    assert taken == [(queue.key, job_id.encode())] and not redis().keys("*:express")


def test_the_lane_finishes_a_document_until_others_serve(cast, express):
    drain()
    alone = of_another(cast, files.for_review())
    assert in_express()
    assert alone.document().status == "in_review", "both pages in one job, for nobody else takes them"
    drain()
    shared = of_another(cast, files.for_review())
    with begun(cast.foreign), begun(cast.foreign, "io"):
        one_job()
    assert shared.document().status == "processing", "the worker that serves the organisation continues it"
    drain()
    assert shared.document().status == "in_review"


def test_the_lane_is_not_held_by_a_model(cast, express, socket_enabled):
    """Its answer may take minutes."""
    cast.publish("invoice")
    drain()
    with FakeOllama(read_prompt, models=(MODEL,)) as fake:
        use_ollama(cast, fake.url)
        outcome = Outcome(submit(cast, files.sample()))
        assert in_express()
        steps = outcome.steps(outcome.document().id)
        assert (steps["page_split"].status, steps["ocr"].status) == ("succeeded", "pending")
        assert waiting("cpu") == 1 and not fake.requests, "its pages are left to the others"
        worker_context.serve(DOCUMENT_QUEUES, lambda: True)
        drain()
        assert outcome.document().status in ENDED and fake.requests


def test_a_paused_organisation_is_paused_in_the_lane(cast, express):
    drain()
    outcome = of_another(cast)
    with organization_scope(cast.foreign.id):
        organization_pause(cast.access(cast.foreign_admin))
    assert in_express()
    assert outcome.steps(outcome.document().id)["metadata"].status == "pending"
    with organization_scope(cast.foreign.id):
        organization_resume(cast.access(cast.foreign_admin))
    tick()
    assert in_express()
    assert outcome.document().status in ENDED


class Lane:
    """`manage.py work --express`: one ordinary worker and the lane's, below one process."""

    def __init__(self):
        command = [sys.executable, "manage.py", "work", "--queues", "io", "cpu", "--express"]
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "idp_project.settings.test"}
        self.process = subprocess.Popen(command, cwd=configured.BASE_DIR, env=environment, start_new_session=True)

    def pid(self, *, is_express):
        """Of the worker, once it has said so."""

        def found():
            alive = set(horses_of(self.process.pid))
            workers = Worker.all(connection=django_rq.get_connection("io"))
            return [
                worker.pid
                for worker in workers
                if worker.pid in alive and worker.name.startswith("express-") is is_express
            ]

        return until(found)[0]

    @property
    def express(self):
        return self.pid(is_express=True)

    def hold_ordinary(self, outcome):
        """Stops the ordinary worker's horse in the middle of a page, once the lane has left that organisation."""
        ordinary, express = self.pid(is_express=False), self.express

        def is_held():
            owners = {run.lease_owner for run in step_runs(outcome.batch.id) if is_reading(run)}
            return [pid for pid in horses_of(ordinary) if not horses_of(express) and has(owners, pid)]

        (horse,) = until(is_held)
        os.kill(horse, signal.SIGSTOP)
        return horse

    def end(self):
        self.process.kill()
        self.process.wait()


def has(owners, pid):
    return any(owner.endswith(f":{pid}") for owner in owners)


@pytest.fixture
def lane():
    lane = Lane()
    yield lane
    lane.end()


@pytest.fixture
def held(cast, lane):
    """The large tenant's batch, and the horse that is stopped in it."""
    cast.publish("receipt")
    outcome = Outcome(submit(cast, *(files.sample(*scan) for scan in SCANS)))
    return outcome, lane.hold_ordinary(outcome)


def forget(organization):
    """As if so much time had passed for RQ: what a lost worker had begun counts no longer, after 25 s."""
    for key in (f"rq:wip:{queue}" for queue in DOCUMENT_QUEUES):
        for member in redis().zrange(key, 0, -1):
            if member.startswith(organization.id.hex.encode()):
                redis().zadd(key, {member: 1})


def ended(outcome):
    return outcome.document().status in ENDED


@pytest.mark.slow
def test_anothers_documents_end_while_all_workers_are_held(cast, lane, held):
    large, horse = held
    for number in range(2):
        small = of_another(cast, files.sample("receipt", 30 + number, "scan"))
        until(lambda small=small: ended(small))
    before = lane.express
    redis().flushdb()
    small = of_another(cast, files.sample("receipt", 40, "scan"))
    redis().flushdb()
    until(lambda: tick() or ended(small))
    assert lane.express == before, "the same worker, which has registered again"
    assert {run.attempt for run in step_runs(small.batch.id) if run.status == "succeeded"} <= {0, 1}
    os.kill(horse, signal.SIGCONT)
    lapse()
    until(lambda: tick() or set(large.statuses().values()) <= set(ENDED))


@pytest.mark.slow
@pytest.mark.parametrize("who", ["horse", "worker"])
def test_killed_lane_comes_back_and_nothing_is_lost(cast, lane, held, who):
    small, before = of_another(cast, files.sample("receipt", 30, "scan")), lane.express
    running = reading(small)
    (horse,) = horses_of(before)
    assert has([running.lease_owner], horse)
    os.kill(horse if who == "horse" else before, signal.SIGKILL)
    until(lambda: is_gone(horse), within=10)
    lapse()
    forget(cast.foreign)
    until(lambda: tick() or ended(small))
    assert (lane.express == before) is (who == "horse") and lane.process.poll() is None
    assert {run.attempt for run in step_runs(small.batch.id) if run.step in ("page_split", "render")} == {1}


@pytest.mark.slow
def test_a_stopped_lane_ends_with_the_job_at_hand(cast, lane, held):
    large, horse = held
    small = of_another(cast, *(files.sample("receipt", seed, "scan") for seed in (30, 31, 32)))
    running = reading(small)
    lane.process.terminate()
    until(lambda: not [pid for pid in horses_of(lane.process.pid) if horses_of(pid) != [horse]])
    os.kill(horse, signal.SIGCONT)
    assert lane.process.wait(60) == 0
    after = {run.id: run for outcome in (large, small) for run in step_runs(outcome.batch.id)}
    assert after[running.id].status == "succeeded", "what was begun was finished"
    assert "running" not in {run.status for run in after.values() if run.lease_until}, "no lease is left behind"
    assert not ended_all(small), "the rest waits for another worker"
    reconcile_and_drain()
    assert ended_all(small) and {run.crash_count for run in step_runs(small.batch.id)} == {0}


def ended_all(outcome):
    return set(outcome.statuses().values()) <= set(ENDED)
