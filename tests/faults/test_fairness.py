"""Admission, turns among organisations, priorities and pauses: facts in PostgreSQL, which an emptied Redis leaves."""

from collections import Counter
from uuid import uuid4

import django_rq
import pytest
from django_rq import get_worker
from rq import SimpleWorker

from documents.models import Delivery, Run
from documents.services.intake.batches import batch_submit
from documents.services.running.cancellation import batch_cancel
from documents.services.running.pauses import organization_pause, organization_resume, queue_pause, queue_resume
from extraction.runner import reconciliation, worker_context
from idp_project.core.errors import Forbidden
from idp_project.core.fair_queue import FairQueue
from idp_project.core.tenancy import organization_scope, system_scope
from rag.models import DocumentIndex
from tests.factories import files
from tests.factories.pipeline import Outcome, drain, one_job, queues, reconcile_and_drain, redis, submit

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
FILE = files.sample()


def admitted():
    """Batch id to how many of its documents have begun."""
    with system_scope("test"):
        return Counter(Run.objects.filter(admitted_at__isnull=False).values_list("document__batch_id", flat=True))


def waiting_jobs():
    return sum(queue.count for queue in queues())


def order_of(queue):
    return [job_id[:32] for job_id in queue.job_ids]


def test_jobs_of_several_organisations_stand_turn_by_turn(servers):
    queue = django_rq.get_queue("io", queue_class=FairQueue)
    a, b, c = (uuid4().hex for _ in range(3))
    for owner in (a, a, a, a, b, b, c, a, b):
        queue.push_job_id(f"{owner}-job-{uuid4()}")
    assert order_of(queue) == [a, b, c, a, b, a, b, a, a]
    queue.push_job_id("reconcile", at_front=True)
    assert queue.job_ids[0] == "reconcile"


@pytest.fixture
def worker():
    """This process continues documents in place as a worker does."""
    worker_context.serve(("io", "cpu"), lambda: True)
    yield
    worker_context.serve_nothing()


def test_worker_continues_a_document_unless_it_is_anothers_turn(cast, worker):
    """Else one organisation's documents would keep the workers for as long as a horse lives."""
    cast.publish("invoice")
    drain()
    alone = Outcome(submit(cast, FILE))
    one_job()
    assert alone.document().status == "delivering", "in place, up to its end"
    drain()
    many = Outcome(submit(cast, *files.numbered(3)))
    with organization_scope(cast.foreign.id):
        access = cast.access(cast.foreign_admin)
        one = Outcome(batch_submit(access, team_id=cast.foreign_team.id, files=files.numbered(1)))
    one_job()
    assert set(many.statuses().values()) <= {"received", "processing"}, "its pages wait for their turn"
    one_job()
    assert one.document().status in ("delivering", "in_review"), "none of its own waits: it goes on up to its end"
    drain()
    assert set(many.statuses().values()) == {"completed"}


def test_tenant_with_many_documents_has_few_jobs_and_all_end(cast, settings):
    settings.DOCUMENTS_AT_ONCE = 4
    cast.publish("invoice")
    drain()
    many = Outcome(submit(cast, *files.numbered(7)))
    assert admitted() == {many.batch.id: 4} and waiting_jobs() == 4
    with organization_scope(cast.foreign.id):
        access = cast.access(cast.foreign_admin)
        one = Outcome(batch_submit(access, team_id=cast.foreign_team.id, files=files.numbered(1)))
    assert waiting_jobs() == 5
    assert order_of(django_rq.get_queue("io"))[1] == cast.foreign.id.hex, "right behind the other's first"
    redis().flushdb()
    reconciliation.reconcile()
    assert waiting_jobs() == 5, "an emptied Redis changes nothing"
    most = 0
    for _ in range(400):
        if not waiting_jobs():
            break
        one_job()
        most = max(
            most, sum(run.document.status in ("received", "processing") for run in _runs(many) if run.admitted_at)
        )
    assert most <= 4
    assert set(many.statuses().values()) == {"completed"}
    assert one.document().status in ("completed", "in_review")


def _runs(outcome):
    with organization_scope(outcome.batch.organization_id):
        return list(Run.objects.filter(document__batch=outcome.batch).select_related("document"))


def test_batches_take_turns_and_priority_comes_first(cast, settings):
    settings.DOCUMENTS_AT_ONCE = 2
    first = submit(cast, *files.numbered(4))
    assert admitted() == {first.id: 2}
    second, urgent = submit(cast, *files.numbered(3)), submit(cast, *files.numbered(1), user=cast.reviewer, priority=1)
    with organization_scope(cast.organization.id):
        batch_cancel(cast.access(cast.reviewer), first.id)
    assert admitted() == {first.id: 2, urgent.id: 1, second.id: 1}, "the urgent one, then by turns"
    third = submit(cast, *files.numbered(2))
    with organization_scope(cast.organization.id):
        batch_cancel(cast.access(cast.reviewer), second.id)
    assert admitted()[third.id] == 1
    runs = _runs(Outcome(first))
    assert [bool(run.finished_at) for run in runs if not run.admitted_at] == [True, True], "never begun, over at once"


def test_a_paused_organisation_does_nothing_until_it_is_resumed(cast):
    cast.publish("invoice")
    begun = Outcome(submit(cast, FILE))
    one_job()
    with organization_scope(cast.organization.id):
        with pytest.raises(Forbidden):
            organization_pause(cast.access(cast.reviewer))
        organization_pause(cast.access(cast.admin), reason="Stocktaking")
    later = Outcome(submit(cast, *files.numbered(1)))
    for _ in range(3):
        reconciliation.reconcile()
        drain()
    assert {run.attempt for run in begun.steps(begun.document().id).values() if run.step != "upload"} == {0}
    assert (later.document().status, begun.document().status) == ("received", "processing")
    with organization_scope(cast.organization.id):
        organization_resume(cast.access(cast.admin))
    reconciliation.reconcile()
    drain()
    assert {begun.document().status, later.document().status} == {"completed"}


def test_a_pause_holds_indexing_and_lets_deliveries_through(cast):
    cast.publish("invoice")
    drain()
    outcome = Outcome(submit(cast, FILE))
    while outcome.document().status != "delivering":
        get_worker("io", "cpu", worker_class=SimpleWorker).work(burst=True, max_jobs=1, logging_level="ERROR")
    with organization_scope(cast.organization.id):
        organization_pause(cast.access(cast.admin))
    queue_pause(cast.access(cast.super_admin), "llm-local")
    reconcile_and_drain()
    assert is_delivered(outcome) and not is_indexed(outcome)
    with organization_scope(cast.organization.id):
        organization_resume(cast.access(cast.admin))
    reconcile_and_drain()
    assert outcome.document().status == "completed" and not is_indexed(outcome), "its queue is still paused"
    queue_resume(cast.access(cast.super_admin), "llm-local")
    reconcile_and_drain()
    assert is_indexed(outcome)


def is_delivered(outcome):
    with system_scope("test"):
        deliveries = Delivery.objects.filter(event__document=outcome.document(), consumer="pdb_sync")
        return [delivery.status for delivery in deliveries] == ["delivered"]


def is_indexed(outcome):
    with system_scope("test"):
        return DocumentIndex.objects.filter(document_id=outcome.document().id, indexed_at__isnull=False).exists()


def test_a_paused_queue_holds_its_steps_only(cast):
    cast.publish("invoice")
    drain()
    with pytest.raises(Forbidden):
        queue_pause(cast.access(cast.admin), "cpu")
    queue_pause(cast.access(cast.super_admin), "cpu", reason="The machine is needed elsewhere")
    outcome = Outcome(submit(cast, FILE))
    drain()
    steps = outcome.steps(outcome.document().id)
    assert steps["page_split"].status == "succeeded" and steps["ocr"].status == "pending"
    queue_resume(cast.access(cast.super_admin), "cpu")
    reconciliation.reconcile()
    drain()
    assert outcome.document().status == "completed"
