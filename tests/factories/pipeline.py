"""The pipeline in this process: submitting, draining the queues, reading what PostgreSQL and Redis say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache
from uuid import UUID

import django_rq
from django.conf import settings
from django.utils.module_loading import import_string
from django_rq import get_worker
from redis import Redis
from rq import SimpleWorker

from accounts.models import User
from documents.models import Batch, Document, StepRun, SubDocument
from documents.models.run import UnitKind
from documents.selectors.state import batch_state
from documents.services.intake.batches import batch_submit
from documents.services.intake.receiving import IncomingFile
from idp_project.core.job_names import PERIODIC_JOBS
from idp_project.core.tenancy import organization_scope, system_scope
from tests.factories.cast import Cast

_MOST_JOBS = 10_000


def submit(cast: Cast, *files: IncomingFile, user: User | None = None, **options: object) -> Batch:
    """As the owner, into the team."""
    access = cast.access(user or cast.owner)
    with organization_scope(cast.organization.id):
        return batch_submit(access, team_id=cast.team.id, files=files, **options)  # type: ignore[arg-type]


def drain() -> int:
    """Does all waiting jobs of all queues in this process; returns how many jobs there were."""
    for done in range(_MOST_JOBS):
        if not one_job():
            return done
    raise AssertionError(f"The queues are not empty after {_MOST_JOBS} jobs.")


def one_job() -> bool:
    """Does the next waiting job; whether there was one."""
    worker = _worker()
    taken = worker.queue_class.dequeue_any(worker.queues, None, connection=worker.connection)
    if taken is None:
        return False
    worker.execute_job(*taken)
    return True


@cache
def _worker() -> SimpleWorker:
    """One a process, which never says that it is there: registered and subscribed, it would cost more than most jobs."""
    return get_worker(*settings.QUEUE_NAMES, worker_class=SimpleWorker)


def queues() -> list[django_rq.queues.DjangoRQ]:
    return [django_rq.get_queue(name) for name in settings.QUEUE_NAMES]


def failed_jobs() -> list[str]:
    """Tracebacks of the jobs that raised: there should be none, whatever the documents were."""
    found = []
    for queue in queues():
        for job_id in queue.failed_job_registry.get_job_ids():
            job = queue.fetch_job(job_id)
            result = job.latest_result() if job else None
            found.append(f"{job_id}: {result.exc_string if result else 'gone'}")
    return found


def tick() -> None:
    """What the clock has a worker do: reconciler, relay and other recurring jobs, in this process."""
    for job in PERIODIC_JOBS:
        import_string(job.value)()


def reconcile_and_drain() -> None:
    """What the clock and the workers do, once."""
    tick()
    drain()


def redis() -> Redis:
    return Redis.from_url(settings.REDIS_URL)


def lapse(*, seconds: int = 3600) -> None:
    """As if so much time had passed for the steps: leases have run out, postponed ones are due."""
    with system_scope("test: time passes"):
        open_runs = StepRun.objects.filter(status__in=["running", "pending", "waiting"])
        for run in open_runs.exclude(lease_until=None, not_before=None):
            run.lease_until = _earlier(run.lease_until, seconds)
            run.not_before = _earlier(run.not_before, seconds)
            run.save(update_fields=["lease_until", "not_before"])


def _earlier(moment, seconds):  # type: ignore[no-untyped-def]
    from datetime import timedelta

    return moment - timedelta(seconds=seconds) if moment else None


class Outcome:
    """What PostgreSQL says of a batch."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch

    def document(self, name: str = "") -> Document:
        """By file name; the only one without."""
        with organization_scope(self.batch.organization_id):
            documents = Document.objects.filter(batch=self.batch).select_related("source_file", "run")
            return documents.get(source_file__name=name) if name else documents.get()

    def documents(self) -> list[Document]:
        with organization_scope(self.batch.organization_id):
            return list(Document.objects.filter(batch=self.batch).select_related("source_file", "run"))

    def sub_documents(self, document: Document) -> list[SubDocument]:
        with organization_scope(self.batch.organization_id):
            rows = SubDocument.objects.filter(document=document).select_related("schema_version__schema")
            return list(rows.order_by("first_page"))

    def sub_document(self, name: str = "") -> SubDocument:
        (sub_document,) = self.sub_documents(self.document(name))
        return sub_document

    def steps(self, *unit_ids: UUID) -> dict[str, StepRun]:
        """Step name to step run of a unit, or of a document and one of its sub-documents."""
        with organization_scope(self.batch.organization_id):
            runs = list(StepRun.objects.filter(unit_id__in=unit_ids))
        assert len({run.step for run in runs}) == len(runs)
        return {run.step: run for run in runs}

    def pages(self, document: Document) -> list[tuple[UUID, int]]:
        with organization_scope(self.batch.organization_id):
            return list(document.pages.order_by("number").values_list("id", "number"))

    def page_attempts(self, document: Document) -> dict[tuple[int, str], int]:
        """(page number, step) to attempt."""
        with organization_scope(self.batch.organization_id):
            numbers = dict(document.pages.values_list("id", "number"))
            runs = StepRun.objects.filter(run__document=document, unit_kind=UnitKind.PAGE)
            return {(numbers[run.unit_id], run.step): run.attempt for run in runs}

    def open_steps(self) -> Counter[tuple[str, str]]:
        with organization_scope(self.batch.organization_id):
            runs = StepRun.objects.filter(run__document__batch=self.batch)
            rows = runs.filter(status__in=["pending", "running", "waiting"]).values_list("step", "status")
            return Counter(rows)

    def state(self) -> dict[str, object]:
        with organization_scope(self.batch.organization_id):
            return batch_state(self.batch)

    def statuses(self) -> dict[str, str]:
        return {document.source_file.name: document.status for document in self.documents()}


def names(files: Sequence[IncomingFile]) -> list[str]:
    return [file.name for file in files]
