"""A worker that holds a document continues it; what it leaves out, or has no time for, is a job."""

import django_rq
import pytest

from extraction.runner.conductor import document_advance
from extraction.runner.worker_context import serve, serve_nothing
from tests.factories import files
from tests.factories.pipeline import Outcome, drain, redis, submit

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])


@pytest.fixture
def serving(servers):
    redis().flushdb()
    yield serve
    serve_nothing()


def waiting():
    return {name: django_rq.get_queue(name).count for name in ("io", "cpu")}


def advance(outcome):
    document = outcome.document()
    django_rq.get_queue("io").empty()
    document_advance(document.organization_id, document.id)


def test_document_of_one_page_needs_no_other_job(cast, serving):
    cast.publish("invoice")
    outcome = Outcome(submit(cast, files.sample()))
    serving(("io", "cpu"), lambda: True)
    advance(outcome)
    jobs = [job.func_name for job in django_rq.get_queue("io").jobs]
    assert jobs == ["pdb_sync.jobs.event_deliver"] and waiting()["cpu"] == 0
    assert outcome.document().status == "delivering"
    assert set(outcome.page_attempts(outcome.document()).values()) == {1}


def test_worker_takes_some_pages_and_enqueues_the_others(cast, serving):
    cast.publish("invoice")
    outcome = Outcome(submit(cast, files.stack("stack.pdf", *[files.sample()] * 8)))
    serving(("io", "cpu"), lambda: True)
    advance(outcome)
    attempts = outcome.page_attempts(outcome.document())
    assert {page for (page, _), attempt in attempts.items() if attempt} == {1, 2}
    assert waiting() == {"io": 0, "cpu": 3}, "two pages a job"


def test_a_worker_of_other_queues_leaves_the_pages_to_theirs(cast, serving):
    cast.publish("invoice")
    outcome = Outcome(submit(cast, files.sample()))
    serving(("io",), lambda: True)
    advance(outcome)
    assert outcome.document().page_count == 1 and not any(outcome.page_attempts(outcome.document()).values())
    assert waiting() == {"io": 0, "cpu": 1}


def test_a_worker_that_is_told_to_stop_hands_the_rest_out(cast, serving):
    cast.publish("invoice")
    outcome = Outcome(submit(cast, files.sample()))
    answers = iter([True])
    serving(("io", "cpu"), lambda: next(answers, False))  # metadata with page_split, then no more
    advance(outcome)
    assert outcome.document().metadata and waiting() == {"io": 0, "cpu": 1}
    drain()
    assert outcome.document().status == "completed"
