"""Plans a document's work: finds what can run now, runs some of it here, enqueues the rest, derives the status."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, Protocol
from uuid import UUID

from documents.domain.pipeline import PIPELINE, StepName, Unit
from documents.domain.statuses import (
    OPEN_STEP_STATUSES,
    TERMINAL_SUB_DOCUMENT_STATUSES,
    DocumentStatus,
    StepStatus,
    SubDocumentStatus,
)
from documents.models import StepRun
from documents.models.run import UnitKind
from extraction import queries
from extraction.runner import worker_context
from extraction.runner.document_executor import DocumentExecutor
from extraction.runner.document_snapshot import DocumentSnapshot, StepState, SubDocumentState, take_snapshot
from extraction.runner.document_status import cancel, update_status
from extraction.runner.loading import LoadedDocument
from extraction.runner.page_executor import PageChunk, pages_meet_model
from extraction.runner.reextraction import pages_reopen
from extraction.runner.sub_document_executor import SubDocumentExecutor
from idp_project.core.enqueue import enqueue, is_others_turn, is_served_elsewhere
from idp_project.core.job_names import JobName
from idp_project.core.logs import log_bind
from idp_project.core.tenancy import organization_scope

_MAX_CHUNK = 4  # pages per job: amortises opening the file, and still spreads a document over all workers


class Work(Protocol):
    """The steps of a unit, or of some pages, from the first open one on."""

    def begin(self) -> None:
        """Loads and claims, inside the current tenancy scope."""

    def run_steps(self) -> bool:
        """Runs what was claimed, and what follows; returns whether the document is to be planned again afterwards."""


@dataclass(frozen=True)
class WorkItem:
    """Something of a document that can run now: `job`, `queue` and `ids` enqueue it, `work` runs it here."""

    job: JobName
    queue: str
    ids: dict[str, Any]
    work: Work


def document_advance(organization_id: UUID, document_id: UUID) -> None:
    """Takes a document as far as it can go now: here where this worker may, else by jobs. Idempotent."""
    loaded = LoadedDocument(organization_id, document_id)
    while _run_here(_plan(loaded), organization_id):
        pass


def document_step_execute(organization_id: UUID, step_run_id: UUID) -> None:
    """Executes a document's own step and those that come right after it, then advances the document."""
    with organization_scope(organization_id, is_durable=False):
        document_id = StepRun.objects.values_list("unit_id", flat=True).get(id=step_run_id)
    executor = DocumentExecutor(LoadedDocument(organization_id, document_id), step_run_id)
    if begin_and_run(organization_id, executor):
        document_advance(organization_id, document_id)


def pages_process(organization_id: UUID, document_id: UUID, page_ids: list[UUID]) -> None:
    """Takes pages through their 7 steps; the page that ends the joins advances the document."""
    if begin_and_run(organization_id, PageChunk(LoadedDocument(organization_id, document_id), page_ids)):
        document_advance(organization_id, document_id)


def sub_document_process(organization_id: UUID, sub_document_id: UUID) -> None:
    """Takes a sub-document as far as it can go, then advances its document."""
    executor = SubDocumentExecutor(organization_id, sub_document_id)
    begin_and_run(organization_id, executor)
    document_advance(organization_id, executor.sub_document.document_id)


def _run_here(items: Sequence[WorkItem], organization_id: UUID) -> bool:
    """Runs every item, of which the first was begun by the plan; whether to plan again afterwards."""
    again = False
    for item in items:
        ran = item.work.run_steps() if item is items[0] else begin_and_run(organization_id, item.work)
        again = again or ran or _is_left_to_nobody(item)
    return again


def begin_and_run(organization_id: UUID, work: Work) -> bool:
    """Claims and runs what no plan has begun; returns what `run_steps` does."""
    with organization_scope(organization_id, is_durable=False):
        work.begin()
    return work.run_steps()


def _is_left_to_nobody(item: WorkItem) -> bool:
    """The other pages wait in the queue for a worker, but in the express lane there may be none."""
    return item.job is JobName.PAGES_PROCESS and worker_context.is_express()


def _plan(loaded: LoadedDocument) -> list[WorkItem]:
    """Under the document's lock: enqueues what others may do, begins the first item of what is to be run here, and gives
    those items."""
    organization_id, document_id = loaded.organization_id, loaded.id
    with organization_scope(organization_id, is_durable=False):
        snapshot = take_snapshot(organization_id, document_id)
        log_bind(document_id=document_id, batch_id=snapshot.batch_id)
        if snapshot.is_finished:
            return []
        if snapshot.is_cancelled and snapshot.status != DocumentStatus.DELIVERING:
            cancel(snapshot)
            return []
        found = _found_sub_documents(snapshot)
        waiting = _wait_for_pages(snapshot, found)
        if waiting:
            snapshot = take_snapshot(organization_id, document_id)
        items, is_working = _items(loaded, snapshot, [each for each in found if each.id not in waiting])
        update_status(snapshot, found, is_working=is_working or bool(waiting))
        chosen = _to_run_here(items, snapshot, loaded)
        for item in items:
            if item not in chosen:
                enqueue(item.job, organization_id=organization_id, queue=item.queue, **item.ids)
        if chosen:
            chosen[0].work.begin()
        return chosen


def _found_sub_documents(snapshot: DocumentSnapshot) -> Sequence[SubDocumentState]:
    """None before they are detected: those of an earlier detection may still be there."""
    detected = [StepName(step.name) for step in PIPELINE.document_steps if not step.is_branch][-1]
    return snapshot.sub_documents if snapshot.has_passed(detected) else []


def _wait_for_pages(snapshot: DocumentSnapshot, found: Sequence[SubDocumentState]) -> frozenset[UUID]:
    """Sub-documents whose merge comes next, and whose pages are to be read for their type first."""
    merges = {
        run.unit_id for run in snapshot.step_runs if run.step == StepName.MERGE and run.status == StepStatus.PENDING
    }
    to_merge = [each.id for each in found if each.id in merges]
    return pages_reopen(snapshot.document_id, to_merge) if to_merge else frozenset()


def _to_run_here(items: list[WorkItem], snapshot: DocumentSnapshot, loaded: LoadedDocument) -> list[WorkItem]:
    """What this worker continues with; no pages where it is another organisation's turn: only they take long."""
    served = [item for item in _for_one_worker(items) if _is_served(item, snapshot)]
    if not served:
        return []
    own = [item for item in served if item.job is not JobName.PAGES_PROCESS]
    if worker_context.is_express():
        return _to_run_in_express(served, own, loaded)
    leaves_pages = own != served and is_others_turn(snapshot.organization_id, worker_context.served())
    return own if leaves_pages else served


def _to_run_in_express(served: list[WorkItem], own: list[WorkItem], loaded: LoadedDocument) -> list[WorkItem]:
    """Nothing once others serve the organisation, and no page that a model reads: an answer may take minutes."""
    if is_served_elsewhere(loaded.organization_id, worker_context.served()):
        return []
    return own if own != served and pages_meet_model(loaded) else served


def _is_served(item: WorkItem, snapshot: DocumentSnapshot) -> bool:
    return worker_context.is_served(item.queue) and not snapshot.is_paused(item.queue)


def _for_one_worker(items: list[WorkItem]) -> list[WorkItem]:
    """All steps of the document and of its sub-documents, which take milliseconds, but only the first chunk of pages."""
    pages = [item for item in items if item.job is JobName.PAGES_PROCESS]
    return [item for item in items if item not in pages[1:]]


def _items(
    loaded: LoadedDocument, snapshot: DocumentSnapshot, sub_documents: Sequence[SubDocumentState]
) -> tuple[list[WorkItem], bool]:
    """What can run now, and whether anything is under way (also at other workers)."""
    own, is_at_steps = _step_items(loaded, snapshot)
    pages, is_at_pages = _page_items(loaded, snapshot)
    rest, is_at_rest = _sub_document_items(snapshot, sub_documents)
    return own + pages + rest, is_at_steps or is_at_pages or is_at_rest


def _step_items(loaded: LoadedDocument, snapshot: DocumentSnapshot) -> tuple[list[WorkItem], bool]:
    """The document's own steps from the first on that can run."""
    names = [StepName(step.name) for step in PIPELINE.document_steps if step.unit is Unit.DOCUMENT]
    runs = [snapshot.steps[name] for name in names]
    open_runs = [run for run in runs if run.status in OPEN_STEP_STATUSES and snapshot.is_ready(run)]

    def item(run: StepState) -> WorkItem:
        queue = PIPELINE.step(run.step).queue
        work = DocumentExecutor(loaded, run.id)
        return WorkItem(JobName.DOCUMENT_STEP_EXECUTE, queue, {"step_run_id": run.id}, work)

    return [item(run) for run in open_runs if run.is_free][:1], bool(open_runs)


def _page_items(loaded: LoadedDocument, snapshot: DocumentSnapshot) -> tuple[list[WorkItem], bool]:
    joined = [snapshot.steps[StepName(step.name)] for step in PIPELINE.joined_steps]
    if not snapshot.is_ready(joined[0]) or joined[-1].has_passed:
        return [], False
    size = min(_MAX_CHUNK, ceil((snapshot.page_count or 1) / 4))
    chunks: dict[tuple[str, int], list[UUID]] = {}
    for page in queries.fetch_all("pages_open", document_id=snapshot.document_id):
        queue = PIPELINE.step(page["next_step"]).queue
        chunks.setdefault((queue, (page["number"] - 1) // size), []).append(page["id"])

    def item(queue: str, page_ids: list[UUID]) -> WorkItem:
        ids = {"page_ids": page_ids, "document_id": snapshot.document_id}
        return WorkItem(JobName.PAGES_PROCESS, queue, ids, PageChunk(loaded, page_ids))

    return [item(queue, page_ids) for (queue, _), page_ids in chunks.items()], True


def _sub_document_items(
    snapshot: DocumentSnapshot, sub_documents: Sequence[SubDocumentState]
) -> tuple[list[WorkItem], bool]:
    """Sub-documents with something to do now. What waits is asked once it may continue."""
    next_runs: dict[UUID, StepState] = {}
    for run in snapshot.step_runs:
        if run.unit_kind == UnitKind.SUB_DOCUMENT and not run.has_passed:
            next_runs.setdefault(run.unit_id, run)

    def item(sub_document: SubDocumentState, run: StepState) -> WorkItem:
        queue = PIPELINE.step(run.step).queue
        work = SubDocumentExecutor(snapshot.organization_id, sub_document.id)
        return WorkItem(JobName.SUB_DOCUMENT_PROCESS, queue, {"sub_document_id": sub_document.id}, work)

    pairs = [(each, next_runs[each.id]) for each in sub_documents if each.id in next_runs]
    runnable = [item(each, run) for each, run in pairs if _is_runnable(snapshot, each, run)]
    is_under_way = any(run.status in (StepStatus.PENDING, StepStatus.RUNNING) for run in next_runs.values())
    return runnable, bool(runnable) or is_under_way


def _is_runnable(snapshot: DocumentSnapshot, sub_document: SubDocumentState, run: StepState) -> bool:
    return snapshot.is_ready(run) and (run.is_free or _may_continue(run, sub_document))


def _may_continue(run: StepState, sub_document: SubDocumentState) -> bool:
    """A person has decided, or the relay has delivered."""
    if run.status != StepStatus.WAITING:
        return False
    if run.step == StepName.HUMAN_REVIEW:
        return sub_document.status != SubDocumentStatus.IN_REVIEW
    return sub_document.status in TERMINAL_SUB_DOCUMENT_STATUSES
