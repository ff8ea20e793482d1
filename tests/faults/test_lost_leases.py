"""A worker that lost its lease changes nothing; two workers never count one page twice."""

import os
import signal
import time
from uuid import uuid4

import django_rq
import pytest
from django.db import OperationalError, connection

from documents.domain.pipeline import PIPELINE
from documents.domain.statuses import StepStatus
from documents.models import ApprovedVersion, Delivery, Document, Event, FieldValue, Page, StepRun, SubDocument
from extraction import queries
from extraction.runner import leases
from extraction.runner.failures import StepOutcome
from idp_project.core import tenancy
from idp_project.core.errors import LeaseLost, TransientFailure
from idp_project.core.tenancy import organization_scope, system_scope
from pdb_sync.models import PdbRecord, PdbRecordVersion
from tests.factories import files
from tests.factories.pipeline import Outcome, drain, lapse, one_job, reconcile_and_drain, submit
from tests.faults.workers import CLAIMED, WORKED, WRITTEN, OneStep, ended, run_one, start, step_runs, stopped

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
STALE_COMMITS, CHUNK = 100, 10


@pytest.fixture
def step_run(cast):
    """A document's page_split, waiting to be run."""
    outcome = Outcome(submit(cast, files.sample()))
    return outcome.steps(outcome.document().id)["page_split"]


def claim(step_run):
    with organization_scope(step_run.organization_id):
        return leases.claim(step_run.organization_id, step_run_id=step_run.id)


def now(step_run):
    with organization_scope(step_run.organization_id):
        return StepRun.objects.filter(id=step_run.id).values().get()


def finish(lease, name):
    """Commits as the runner does: the fence, what the step writes, the end of the step run."""

    def write(_):
        Document.objects.filter(run__step_runs=lease.step_run_id).update(metadata={"written by": name})
        return StepOutcome(output={"by": name})

    with organization_scope(lease.organization_id):
        step_run = StepRun.objects.get(id=lease.step_run_id)
    return OneStep(step_run, lambda: None, write).persist(lease, PIPELINE.step(lease.step), None).status


def test_a_hundred_stale_commits_write_nothing(step_run, record_property):
    """1. A claims. 2. Its lease runs out, B claims. 3. A commits: before, while and after B has."""
    refused = 0
    for number in range(STALE_COMMITS):
        with organization_scope(step_run.organization_id):
            StepRun.objects.filter(id=step_run.id).update(status="pending", lease_until=None, not_before=None)
        stale = claim(step_run)
        assert claim(step_run) is None, "while the lease lives nobody else gets it"
        lapse()
        fresh = claim(step_run)
        assert fresh.token == stale.token + 1 and fresh.crash_count == stale.crash_count + 1
        if number % 2:
            assert finish(fresh, "fresh") is StepStatus.SUCCEEDED
        before = now(step_run)
        with pytest.raises(LeaseLost):
            finish(stale, "stale")
        assert now(step_run) == before
        refused += 1
        with organization_scope(step_run.organization_id):
            assert Document.objects.get(run=step_run.run_id).metadata.get("written by") != "stale"
    assert refused == STALE_COMMITS
    record_property("figures", f"A2: {refused} of {STALE_COMMITS} stale commits refused, 0 rows written")


@pytest.mark.parametrize("name", ["step_run_renew", "step_run_finish", "step_run_pass", "step_run_postpone"])
def test_every_statement_of_a_stale_lease_touches_no_row(step_run, name):
    stale = claim(step_run)
    lapse()
    fresh = claim(step_run)
    common = {"step_run_id": step_run.id, "owner": "somebody", "seconds": 1.0}
    outcome_columns = {
        "output": "{}",
        "input_hash": "",
        "reason_data": None,
        "error_code": "",
        "crashes": 0,
        "next_steps": [],
    }
    outcome_columns["status"] = "pending" if name == "step_run_postpone" else "succeeded"
    wanted = set(queries.QUERIES[name].arguments) - {"lease_token"}
    arguments = {key: value for key, value in (common | outcome_columns).items() if key in wanted}
    with organization_scope(step_run.organization_id):
        assert queries.run(name, lease_token=stale.token, **arguments) == 0
        assert queries.run(name, lease_token=fresh.token, **arguments) == 1


@pytest.mark.parametrize(
    ("step", "moment"),
    [
        ("extract_fields", CLAIMED),
        ("merge", WRITTEN),
        pytest.param("page_split", WORKED, marks=pytest.mark.slow),
        pytest.param("merge", WORKED, marks=pytest.mark.slow),
        pytest.param("page_split", WRITTEN, marks=pytest.mark.slow),
        pytest.param("layout", WRITTEN, marks=pytest.mark.slow),
    ],
)
def test_a_stopped_worker_wakes_up_after_its_step_was_taken_over(cast, monkeypatch, step, moment):
    """Also one that was stopped in the middle of its commit, with rows locked."""
    cast.publish("invoice")
    outcome = Outcome(submit(cast, files.sample()))
    with monkeypatch.context() as patch:
        patch.setattr(tenancy, "CHECKPOINT_IDLE_SECONDS", 2.0)
        sleeper = start(step, moment, signal.SIGSTOP)
    stopped(sleeper)
    lapse()
    reconcile_and_drain()
    assert outcome.document().status == "completed"
    before = [vars_of(run) for run in step_runs(outcome.batch.id)]
    os.kill(sleeper, signal.SIGCONT)
    assert ended(sleeper) == 0, "its job ends with LeaseLost, the worker goes on"
    assert [vars_of(run) for run in step_runs(outcome.batch.id)] == before
    assert len(outcome.sub_documents(outcome.document())) == 1 and outcome.document().status == "completed"


STOPPED_AT = [("page_split", CLAIMED), ("read_text", WORKED), ("extract_fields", CLAIMED), ("merge", WORKED)]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_hundred_stopped_workers_write_nothing_on_waking_up(cast, settings, record_property):
    """A2, each with a document of its own: stopped in a step, overtaken, woken up when all of it is over."""
    settings.DOCUMENTS_AT_ONCE = CHUNK
    cast.publish("invoice")
    content = files.content_of(files.sample())
    woken = 0
    for number in range(STALE_COMMITS // CHUNK):
        outcome = Outcome(submit(cast, *(files.incoming(f"{each}.pdf", content) for each in range(CHUNK))))
        sleepers = [start(*STOPPED_AT[number % len(STOPPED_AT)], signal.SIGSTOP) for _ in range(CHUNK)]
        for sleeper in sleepers:
            stopped(sleeper)
        held = [run for run in step_runs(outcome.batch.id) if run.status == "running" and run.lease_until]
        assert len(held) == CHUNK == len({run.lease_owner for run in held}), "one step each"
        lapse()
        reconcile_and_drain()
        assert set(outcome.statuses().values()) == {"completed"}
        before = state_of_all()
        for sleeper in sleepers:
            os.kill(sleeper, signal.SIGCONT)
        woken += sum(ended(sleeper) == 0 for sleeper in sleepers)
        assert state_of_all() == before
    assert woken == STALE_COMMITS
    record_property("figures", f"A2: {woken} workers stopped in a step, overtaken and woken up: 0 rows written by them")


def state_of_all():
    """All that the steps write, here and in the production database."""
    models = (StepRun, Document, Page, SubDocument, FieldValue, ApprovedVersion, Event, Delivery)
    with system_scope("test"):
        here = [list(model.objects.order_by("pk").values()) for model in models]
    with system_scope("test", using="pdb"):
        there = [list(model.objects.order_by("pk").values()) for model in (PdbRecord, PdbRecordVersion)]
    return here, there


def vars_of(run):
    return {name: value for name, value in vars(run).items() if name != "_state"}


def test_pages_in_parallel_by_two_workers_are_joined_once(cast):
    cast.publish("invoice")
    files_of_stack = [files.sample(), files.for_review(), files.sample(seed=9)] * 2
    outcome = Outcome(submit(cast, files.stack("stack.pdf", *files_of_stack)))
    while django_rq.get_queue("cpu").count < 2:
        one_job()
    workers = [start(), start()]
    assert [ended(worker, within=100) for worker in workers] == [0, 0]
    drain()
    document = outcome.document()
    pages = outcome.pages(document)
    assert len(pages) >= 8 and document.page_count == len(pages)
    steps = outcome.steps(document.id)
    assert [steps[name].units_left for name in ("enhancement", "ocr", "ai_extraction")] == [0, 0, 0]
    assert steps["subdocument_detection"].attempt == 1
    assert set(outcome.page_attempts(document).values()) == {1}
    found = steps["subdocument_detection"].output["sub_documents"]
    assert len(outcome.sub_documents(document)) == len(found)
    owners = {run.lease_owner for run in step_runs(outcome.batch.id) if run.unit_kind == "page"}
    assert len(owners) == 2, "both workers had pages"


def test_a_step_that_was_run_changes_nothing_when_run_again(cast):
    cast.publish("invoice")
    outcome = Outcome(submit(cast, files.sample()))
    drain()
    before = [vars_of(run) for run in step_runs(outcome.batch.id)]
    for run in step_runs(outcome.batch.id):
        assert run_one(run, forbidden, forbidden) is None
    assert [vars_of(run) for run in step_runs(outcome.batch.id)] == before


def forbidden(*_):
    raise AssertionError("the work was done again")


def test_a_transient_failure_backs_off_and_costs_no_crash_budget(step_run):

    def away():
        raise TransientFailure("The reader is away.")

    for attempt in range(1, PIPELINE.step("page_split").attempts):
        status = run_one(step_run, away, forbidden)
        row = now(step_run)
        assert status is StepStatus.PENDING and (row["attempt"], row["crash_count"]) == (attempt, 0)
        assert str(row["reason"]) == "The reader is away." and row["not_before"] > row["started_at"]
        assert run_one(step_run, away, forbidden) is None, "not yet due"
        lapse()
    last = OneStep(step_run, away, forbidden)
    last.run_alone()
    row = now(step_run)
    assert (row["status"], row["error_code"]) == ("failed", "transient_failure") and len(last.ends) == 1


def test_database_gone_during_a_step_is_an_outage_not_a_failure(step_run):
    def away():
        raise OperationalError("server closed the connection unexpectedly")

    status = run_one(step_run, away, forbidden)
    row = now(step_run)
    assert (status, row["status"], row["crash_count"]) == (StepStatus.PENDING, "pending", 0)
    assert str(row["reason"]) == "The database went away."


def test_a_commit_that_stood_still_is_an_outage_and_no_failure(step_run, monkeypatch):
    """PostgreSQL ended its transaction before anybody took the step over."""
    monkeypatch.setattr(tenancy, "CHECKPOINT_IDLE_SECONDS", 0.5)

    def stand_still(_):
        time.sleep(1.5)
        return StepOutcome(output={"written": len(Document.objects.all())})

    status = run_one(step_run, lambda: None, stand_still)
    row = now(step_run)
    assert (status, row["status"], row["crash_count"]) == (StepStatus.PENDING, "pending", 0)
    assert row["error_code"] == "database_away"


def test_absent_reader_postpones_the_step_which_is_tried_again(cast, settings, tmp_path):
    cast.publish("invoice")
    settings.SANDBOX_SOCKET = str(tmp_path / "nobody")
    outcome = Outcome(submit(cast, files.sample()))
    drain()
    split = outcome.steps(outcome.document().id)["page_split"]
    assert (split.status, split.error_code, split.crash_count) == ("pending", "sandbox_unavailable", 0)
    assert split.not_before is not None and outcome.document().status == "processing"
    settings.SANDBOX_SOCKET = ""
    lapse()
    reconcile_and_drain()
    assert outcome.document().status == "completed"


def test_a_bug_in_a_step_fails_it_with_a_reason(step_run, caplog):
    def broken():
        raise ZeroDivisionError(uuid4().hex)

    status = run_one(step_run, broken, forbidden)
    row = now(step_run)
    assert status is StepStatus.FAILED and row["error_code"] == "internal_error"
    assert "try the step again" in row["reason"].text and "ZeroDivisionError" in row["reason"].text
    assert connection.in_atomic_block is False
