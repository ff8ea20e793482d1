"""The conductor of a document: finds what can run now, does a piece of it here, hands the others out, derives the status."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from documents.domain.statuses import (
    PASSED_STEP_STATUSES,
    TERMINAL_SUB_DOCUMENT_STATUSES,
    DocumentStatus,
    StepStatus,
    SubDocumentStatus,
)
from documents.domain.step_names import StepName
from documents.models import Document, StepRun, SubDocument
from documents.models.run import UnitKind
from documents.selectors import is_paused
from extraction import queries
from extraction.pipeline import step_named
from extraction.runner import here
from extraction.runner.contexts import file_parser
from extraction.runner.document_steps import OWN_STEPS, document_step_run
from extraction.runner.endings import cancel, fail_detection_without_pages, update_status
from extraction.runner.pages import pages_run
from extraction.runner.reentry import pages_reopen
from extraction.runner.sub_documents import sub_document_run
from idp_project.core.enqueue import enqueue, is_others_turn
from idp_project.core.job_names import QUEUE_OF_JOB, JobName
from idp_project.core.tenancy import organization_scope

_MAX_CHUNK = 4  # pages a job: amortises opening the file, and still spreads a document over all workers


@dataclass(frozen=True)
class _Piece:
    """Something that can run now. `job` and `ids` hand it out; `do` does it here and gives whether to look again."""

    job: JobName
    ids: dict[str, Any]
    do: Callable[[], bool]


def document_advance(organization_id: UUID, document_id: UUID) -> None:
    """Takes a document as far as it can go now: here where this worker may, else by jobs. Harmless at any time."""
    while _do_here(_hand_out(organization_id, document_id)):
        pass


def document_step_execute(organization_id: UUID, step_run_id: UUID) -> None:
    """Executes a document's scan, metadata, page_split or subdocument_detection, then advances the document."""
    with organization_scope(organization_id, is_durable=False):
        step_run = StepRun.objects.get(id=step_run_id)
        document = Document.objects.select_related("source_file", "batch").get(id=step_run.unit_id)
    if document_step_run(document, step_run, file_parser()) is not None:
        document_advance(organization_id, document.id)


def pages_process(organization_id: UUID, document_id: UUID, page_ids: list[UUID]) -> None:
    """Takes pages through their 7 steps; the page that ends the joins advances the document."""
    if pages_run(organization_id, document_id, page_ids):
        document_advance(organization_id, document_id)


def sub_document_process(organization_id: UUID, sub_document_id: UUID) -> None:
    """Takes a sub-document as far as it can go, then advances its document."""
    sub_document_run(organization_id, sub_document_id)
    with organization_scope(organization_id, is_durable=False):
        document_id = SubDocument.objects.values_list("document_id", flat=True).get(id=sub_document_id)
    document_advance(organization_id, document_id)


def _do_here(pieces: Sequence[_Piece]) -> bool:
    """Every piece; whether something was done after which there may be more to do."""
    done = [piece.do() for piece in pieces]
    return any(done)


def _hand_out(organization_id: UUID, document_id: UUID) -> list[_Piece]:
    """Looks at the document under its lock; gives the pieces to do here and enqueues the others."""
    with organization_scope(organization_id, is_durable=False):
        document = (
            Document.objects.select_for_update(of=("self",))
            .select_related("batch", "run", "source_file")
            .get(id=document_id)
        )
        if document.run.finished_at is not None:
            return []
        if document.batch.cancelled_at is not None and document.status != DocumentStatus.DELIVERING:
            cancel(document)
            return []
        step_runs = list(
            StepRun.objects.filter(run=document.run)
            .exclude(unit_kind=UnitKind.PAGE)
            .defer("output")
            .order_by("position")
        )
        steps = {StepName(run.step): run for run in step_runs if run.unit_kind == UnitKind.DOCUMENT}
        detection = steps[StepName.SUBDOCUMENT_DETECTION]
        if detection.status == StepStatus.PENDING and _has_passed(steps[StepName.AI_EXTRACTION]):
            fail_detection_without_pages(document, detection)
        parts = list(_parts_of(document)) if _has_passed(detection) else []
        waiting = pages_reopen(document, _to_merge(parts, step_runs))
        if waiting:
            steps[StepName.AI_EXTRACTION].refresh_from_db(fields=["status"])
        ready = [part for part in parts if part.id not in waiting]
        pieces, is_working = _pieces(document, steps, step_runs, ready)
        is_working = is_working or bool(waiting)
        update_status(document, step_runs, parts, is_working=is_working)
        chosen = _to_do_here(pieces, organization_id)
        for piece in pieces:
            if piece not in chosen:
                enqueue(piece.job, organization_id=organization_id, **piece.ids)
        return chosen


def _parts_of(document: Document) -> QuerySet[SubDocument]:
    return SubDocument.objects.filter(document=document).select_related("schema_version__schema")


def _to_merge(parts: Sequence[SubDocument], step_runs: Sequence[StepRun]) -> list[SubDocument]:
    """Parts whose merge comes next."""
    pending = {run.unit_id for run in step_runs if run.step == StepName.MERGE and run.status == StepStatus.PENDING}
    return [part for part in parts if part.id in pending]


def _to_do_here(pieces: list[_Piece], organization_id: UUID) -> list[_Piece]:
    """What this worker goes on with; nothing where it is another organisation's turn."""
    served = [piece for piece in _for_one_worker(pieces) if _is_served(piece, organization_id)]
    return [] if served and is_others_turn(organization_id, here.served()) else served


def _is_served(piece: _Piece, organization_id: UUID) -> bool:
    queue = QUEUE_OF_JOB[piece.job]
    return here.is_served(queue) and not is_paused(organization_id, queue)


def _for_one_worker(pieces: list[_Piece]) -> list[_Piece]:
    """All steps of the document and of its parts, which take milliseconds, but only the first lot of pages."""
    pages = [piece for piece in pieces if piece.job is JobName.PAGES_PROCESS]
    return [piece for piece in pieces if piece not in pages[1:]]


def _pieces(
    document: Document, steps: dict[StepName, StepRun], step_runs: list[StepRun], parts: list[SubDocument]
) -> tuple[list[_Piece], bool]:
    """What can run now, and whether anything is under way (also at others)."""
    own, is_at_steps = _step_pieces(document, steps)
    pages, is_at_pages = _page_pieces(document, steps)
    of_parts, is_at_parts = _part_pieces(document, step_runs, parts)
    return own + pages + of_parts, is_at_steps or is_at_pages or is_at_parts


def _step_pieces(document: Document, steps: dict[StepName, StepRun]) -> tuple[list[_Piece], bool]:
    open_steps = [
        steps[name]
        for name in OWN_STEPS
        if steps[name].status in (StepStatus.PENDING, StepStatus.RUNNING, StepStatus.WAITING)
        and all(_has_passed(steps[earlier]) for earlier in step_named(name).after)
    ]

    parser = file_parser()

    def piece(step_run: StepRun) -> _Piece:
        return _Piece(
            JobName.DOCUMENT_STEP_EXECUTE,
            {"step_run_id": step_run.id},
            lambda: document_step_run(document, step_run, parser) is not None,
        )

    return [piece(step_run) for step_run in open_steps if _is_runnable(step_run)], bool(open_steps)


def _page_pieces(document: Document, steps: dict[StepName, StepRun]) -> tuple[list[_Piece], bool]:
    if not _has_passed(steps[StepName.PAGE_SPLIT]) or _has_passed(steps[StepName.AI_EXTRACTION]):
        return [], False
    size = min(_MAX_CHUNK, ceil((document.page_count or 1) / 4))
    chunks: dict[int, list[UUID]] = {}
    for page in queries.fetch_all("pages_open", document_id=document.id):
        chunks.setdefault((page["number"] - 1) // size, []).append(page["id"])

    def piece(page_ids: list[UUID]) -> _Piece:
        return _Piece(
            JobName.PAGES_PROCESS,
            {"page_ids": page_ids, "document_id": document.id},
            lambda: pages_run(document.organization_id, document.id, page_ids),
        )

    return [piece(page_ids) for page_ids in chunks.values()], True


def _part_pieces(document: Document, step_runs: list[StepRun], parts: list[SubDocument]) -> tuple[list[_Piece], bool]:
    """Sub-documents with something to do now. What waits is asked once it may go on."""
    next_steps: dict[UUID, StepRun] = {}
    for step_run in step_runs:
        if step_run.unit_kind == UnitKind.SUB_DOCUMENT and not _has_passed(step_run):
            next_steps.setdefault(step_run.unit_id, step_run)

    def piece(part: SubDocument) -> _Piece:
        return _Piece(
            JobName.SUB_DOCUMENT_PROCESS,
            {"sub_document_id": part.id},
            lambda: sub_document_run(document.organization_id, part.id),
        )

    open_parts = [(part, next_steps[part.id]) for part in parts if part.id in next_steps]
    runnable = [piece(part) for part, run in open_parts if _is_runnable(run) or _may_go_on(run, part)]
    is_under_way = any(run.status in (StepStatus.PENDING, StepStatus.RUNNING) for run in next_steps.values())
    return runnable, bool(runnable) or is_under_way


def _has_passed(step_run: StepRun) -> bool:
    return step_run.status in PASSED_STEP_STATUSES


def _is_runnable(step_run: StepRun) -> bool:
    """Nobody works on it, and it is due."""
    now = timezone.now()
    if step_run.status == StepStatus.RUNNING:
        return step_run.lease_until is not None and step_run.lease_until < now
    is_due = step_run.not_before is not None and step_run.not_before <= now
    if step_run.status == StepStatus.WAITING:
        return is_due  # for an outage to end; what waits for a person or the relay has no date
    return step_run.status == StepStatus.PENDING and (step_run.not_before is None or is_due)


def _may_go_on(step_run: StepRun, part: SubDocument) -> bool:
    """A person has decided, or the relay has delivered."""
    if step_run.status != StepStatus.WAITING:
        return False
    if step_run.step == StepName.HUMAN_REVIEW:
        return part.status != SubDocumentStatus.IN_REVIEW
    return part.status in TERMINAL_SUB_DOCUMENT_STATUSES
