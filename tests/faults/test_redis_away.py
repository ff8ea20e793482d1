"""Redis is disposable: flushed, emptied or forgotten wake-ups lose nothing, because PostgreSQL knows what is due."""

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from extraction.runner import reconciliation
from extraction.runner.moments import Moment, observed
from idp_project.core.tenancy import organization_scope
from review.models import ReviewTask
from review.services.tasks import review_task_decide
from tests.factories import files
from tests.factories.desk import PRINTED_SO
from tests.factories.pipeline import Outcome, drain, one_job, queues, redis, submit, tick
from tests.faults.workers import step_runs

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
WAITS = {"human_review", "pdb_sync"}


def decide(cast, outcome):
    with organization_scope(cast.organization.id):
        task = ReviewTask.objects.get(sub_document__document__batch=outcome.batch)
        review_task_decide(cast.access(cast.reviewer), task.id, decision="approve", override=PRINTED_SO)


@pytest.fixture
def emptied():
    """Redis is emptied whenever a step's work is done, in the middle of its job; how many times."""
    times = []

    def empty(moment, _):
        if moment is Moment.WORKED:
            times.append(redis().flushdb())

    with observed(empty):
        yield times


def test_redis_emptied_after_every_step(cast, emptied, record_property):
    cast.publish("invoice")
    outcome = Outcome(submit(cast, files.for_review()))
    statuses = []
    for _ in range(60):
        redis().flushdb()
        state = outcome.state()["documents"][0]
        response = cast.browser(cast.viewer).get(f"/batches/{outcome.batch.id}/state/").json()
        assert response["documents"][0]["steps"] == state["steps"], "the page is right from PostgreSQL"
        statuses.append(state["status"])
        if state["status"] == "completed":
            break
        if state["status"] == "in_review":
            decide(cast, outcome)
            redis().flushdb()
        tick()
        one_job()  # the conductor's look at the document
        one_job()  # one of the jobs it found to do
    assert statuses[-1] == "completed" and "in_review" in statuses and len(statuses) > 5
    runs = step_runs(outcome.batch.id)
    for run in runs:
        assert run.status in ("succeeded", "skipped")
        assert run.attempt <= (2 if run.step in WAITS else 1), f"{run.step} was run {run.attempt} times"
    own = [run for run in runs if run.lease_token]
    assert len(emptied) >= len(own) > 14
    record_property(
        "figures",
        f"A6: Redis emptied in each of the {len(own)} steps of a document and between all jobs: 0 lost, 0 done twice",
    )


def test_job_taken_and_never_begun_is_enqueued_again(cast, settings):
    """A worker that is told to stop may end between taking a job and beginning it: the job says "queued" for ever."""
    cast.publish("invoice")
    drain()
    settings.WAKE_UP_SECONDS = 0
    outcome = Outcome(submit(cast, files.sample()))
    taken = [job_id for queue in queues() for job_id in queue.job_ids]
    for queue in queues():
        queue.connection.delete(queue.key)
    assert reconciliation.reconcile() == 1
    assert [job_id for queue in queues() for job_id in queue.job_ids] == taken
    drain()
    assert set(outcome.statuses().values()) == {"completed"}


def test_dispatched_work_is_checked_again_soon(cast, settings):
    """A person has decided, the conductor has seen it, and the job it made of it is lost."""
    settings.WAKE_UP_SECONDS = 0
    cast.publish("invoice")
    reconciliation.reconcile()  # it knows this Redis
    outcome = Outcome(submit(cast, files.for_review()))
    drain()
    decide(cast, outcome)
    one_job()  # the delivery of what was approved
    one_job()  # the conductor's look
    for queue in queues():
        queue.empty()
    assert reconciliation.reconcile() == 1, "not in an hour, like what waits for a person"
    drain()
    assert set(outcome.statuses().values()) == {"completed"}


def test_a_lost_wake_up_is_noticed_when_it_is_due(cast, settings):
    cast.publish("invoice")
    reconciliation.reconcile()
    settings.WAKE_UP_SECONDS = 3600
    quiet = Outcome(submit(cast, files.sample()))
    settings.WAKE_UP_SECONDS = 0
    due = Outcome(submit(cast, files.sample(seed=9)))
    for queue in queues():
        queue.empty()
    assert reconciliation.reconcile() == 1, "one is due, the other's worker may still come"
    drain()
    assert set(due.statuses().values()) == {"completed"}
    assert set(quiet.statuses().values()) == {"received"}
    redis().flushdb()
    assert reconciliation.reconcile() == 1, "an emptied Redis makes every open run due"
    drain()
    assert set(quiet.statuses().values()) == {"completed"}


def test_the_reconciler_leaves_alone_what_waits_for_a_person(cast, settings):
    settings.WAKE_UP_SECONDS = 30
    cast.publish("invoice")
    outcome = Outcome(submit(cast, files.for_review()))
    drain()
    assert outcome.document().status == "in_review"
    reconciliation.reconcile()  # its first look after an emptied Redis
    drain()
    assert reconciliation.reconcile() == 0
    before = outcome.steps(outcome.sub_document().id)["human_review"]
    assert before.attempt == 1 and before.status == "waiting"


def test_submitting_does_not_need_redis(cast):
    cast.publish("invoice")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("idp_project.core.enqueue.redis_connection", lambda: redis_at("/nowhere/redis.sock"))
        outcome = Outcome(submit(cast, files.sample()))
    assert set(outcome.statuses().values()) == {"received"}
    assert sum(queue.count for queue in queues()) <= 1, "nothing but the schema's publishing was enqueued"
    reconciliation.reconcile()
    drain()
    assert set(outcome.statuses().values()) == {"completed"}


def redis_at(path):
    return Redis(unix_socket_path=path, retry=Retry(NoBackoff(), 0))
