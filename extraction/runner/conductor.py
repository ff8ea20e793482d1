"""The conductor of a document: finds what can run now, does a piece of it here, hands the others out, derives the status."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, Protocol
from uuid import UUID

from documents.domain.statuses import TERMINAL_SUB_DOCUMENT_STATUSES, DocumentStatus, StepStatus, SubDocumentStatus
from documents.domain.step_names import StepName
from documents.models import StepRun
from documents.models.run import UnitKind
from extraction import queries
from extraction.pipeline import step_named
from extraction.runner import here
from extraction.runner.contexts import file_parser
from extraction.runner.document_steps import OWN_STEPS, DocumentWork
from extraction.runner.endings import cancel, update_status
from extraction.runner.loading import LoadedDocument
from extraction.runner.looks import Look, PartState, StepState, look_at
from extraction.runner.pages import PagesWork, pages_meet_model
from extraction.runner.reentry import pages_reopen
from extraction.runner.sub_documents import PartWork
from idp_project.core.enqueue import enqueue, is_others_turn, is_served_elsewhere
from idp_project.core.job_names import QUEUE_OF_JOB, JobName
from idp_project.core.tenancy import organization_scope

_MAX_CHUNK = 4  # pages a job: amortises opening the file, and still spreads a document over all workers


class _Work(Protocol):
    """A unit's, or some pages', steps from where they stand."""

    def begin(self) -> None:
        """Loads and claims, inside the current tenancy scope."""

    def run(self) -> bool:
        """Whether something was done after which there may be more to do."""


@dataclass(frozen=True)
class _Piece:
    """Something that can run now. `job` and `ids` hand it out; `work` is how it is done here."""

    job: JobName
    ids: dict[str, Any]
    work: _Work


class _Advance:
    """One document being taken as far as it can go."""

    def __init__(self, organization_id: UUID, document_id: UUID) -> None:
        self.organization_id, self.document_id = organization_id, document_id
        self._loaded, self._parser = LoadedDocument(document_id), file_parser()

    def steps(self, step_run_id: UUID) -> DocumentWork:
        """The document's own, from that one on."""
        return DocumentWork(self.organization_id, step_run_id, self._loaded, self._parser)

    def pages(self, page_ids: list[UUID]) -> PagesWork:
        return PagesWork(self.organization_id, self._loaded, page_ids, self._parser)


def document_advance(organization_id: UUID, document_id: UUID) -> None:
    """Takes a document as far as it can go now: here where this worker may, else by jobs. Harmless at any time."""
    advance = _Advance(organization_id, document_id)
    while _do_here(_hand_out(advance), organization_id):
        pass


def document_step_execute(organization_id: UUID, step_run_id: UUID) -> None:
    """Executes a document's own step and those that come right after it, then advances the document."""
    with organization_scope(organization_id, is_durable=False):
        document_id = StepRun.objects.values_list("unit_id", flat=True).get(id=step_run_id)
    if _run(organization_id, _Advance(organization_id, document_id).steps(step_run_id)):
        document_advance(organization_id, document_id)


def pages_process(organization_id: UUID, document_id: UUID, page_ids: list[UUID]) -> None:
    """Takes pages through their 7 steps; the page that ends the joins advances the document."""
    if _run(organization_id, _Advance(organization_id, document_id).pages(page_ids)):
        document_advance(organization_id, document_id)


def sub_document_process(organization_id: UUID, sub_document_id: UUID) -> None:
    """Takes a sub-document as far as it can go, then advances its document."""
    work = PartWork(organization_id, sub_document_id)
    _run(organization_id, work)
    document_advance(organization_id, work.part.document_id)


def _do_here(pieces: Sequence[_Piece], organization_id: UUID) -> bool:
    """Every piece, of which the first was begun by the look; whether something was done after which to look again."""
    done = []
    for piece in pieces:
        is_done = piece.work.run() if piece is pieces[0] else _run(organization_id, piece.work)
        done.append(is_done or _is_left_to_nobody(piece))
    return any(done)


def _run(organization_id: UUID, work: _Work) -> bool:
    """Begins and runs what no look has begun."""
    with organization_scope(organization_id, is_durable=False):
        work.begin()
    return work.run()


def _is_left_to_nobody(piece: _Piece) -> bool:
    """Who takes the other pages is waiting in the queue, but in the express lane may be nobody."""
    return piece.job is JobName.PAGES_PROCESS and here.is_express()


def _hand_out(advance: _Advance) -> list[_Piece]:
    """Looks at the document under its lock; enqueues what others may do, begins the first of what is to be done here, and
    gives that."""
    with organization_scope(advance.organization_id, is_durable=False):
        look = look_at(advance.organization_id, advance.document_id)
        if look.is_finished:
            return []
        if look.is_cancelled and look.status != DocumentStatus.DELIVERING:
            cancel(look)
            return []
        parts = look.parts if look.has_passed(StepName.SUBDOCUMENT_DETECTION) else []
        waiting = _wait_for_pages(look, parts)
        if waiting:
            look = look_at(advance.organization_id, advance.document_id)
        pieces, is_working = _pieces(advance, look, [part for part in parts if part.id not in waiting])
        update_status(look, parts, is_working=is_working or bool(waiting))
        chosen = _to_do_here(pieces, look)
        for piece in pieces:
            if piece not in chosen:
                enqueue(piece.job, organization_id=advance.organization_id, **piece.ids)
        if chosen:
            chosen[0].work.begin()
        return chosen


def _wait_for_pages(look: Look, parts: Sequence[PartState]) -> frozenset[UUID]:
    """Parts whose merge comes next, and whose pages are to be read for their type first."""
    merges = {run.unit_id for run in look.step_runs if run.step == StepName.MERGE and run.status == StepStatus.PENDING}
    to_merge = [part.id for part in parts if part.id in merges]
    return pages_reopen(look.document_id, to_merge) if to_merge else frozenset()


def _to_do_here(pieces: list[_Piece], look: Look) -> list[_Piece]:
    """What this worker goes on with; no pages where it is another organisation's turn: only they take long."""
    served = [piece for piece in _for_one_worker(pieces) if _is_served(piece, look)]
    if not served:
        return []
    if here.is_express():
        return _to_do_in_express(served, look)
    own = _without_pages(served)
    return own if own != served and is_others_turn(look.organization_id, here.served()) else served


def _to_do_in_express(served: list[_Piece], look: Look) -> list[_Piece]:
    """Nothing once others serve the organisation, and no page that a model reads: an answer may take minutes."""
    if is_served_elsewhere(look.organization_id, here.served()):
        return []
    own = _without_pages(served)
    return own if own != served and pages_meet_model(LoadedDocument(look.document_id)) else served


def _without_pages(pieces: list[_Piece]) -> list[_Piece]:
    return [piece for piece in pieces if piece.job is not JobName.PAGES_PROCESS]


def _is_served(piece: _Piece, look: Look) -> bool:
    queue = QUEUE_OF_JOB[piece.job]
    return here.is_served(queue) and not look.is_paused(queue)


def _for_one_worker(pieces: list[_Piece]) -> list[_Piece]:
    """All steps of the document and of its parts, which take milliseconds, but only the first lot of pages."""
    pages = [piece for piece in pieces if piece.job is JobName.PAGES_PROCESS]
    return [piece for piece in pieces if piece not in pages[1:]]


def _pieces(advance: _Advance, look: Look, parts: Sequence[PartState]) -> tuple[list[_Piece], bool]:
    """What can run now, and whether anything is under way (also at others)."""
    own, is_at_steps = _step_pieces(advance, look)
    pages, is_at_pages = _page_pieces(advance, look)
    of_parts, is_at_parts = _part_pieces(look, parts)
    return own + pages + of_parts, is_at_steps or is_at_pages or is_at_parts


def _step_pieces(advance: _Advance, look: Look) -> tuple[list[_Piece], bool]:
    """The document's own steps from the first on that can run."""
    open_steps = [
        look.steps[name]
        for name in OWN_STEPS
        if look.steps[name].status in (StepStatus.PENDING, StepStatus.RUNNING, StepStatus.WAITING)
        and all(look.has_passed(earlier) for earlier in step_named(name).after)
    ]

    def piece(run: StepState) -> _Piece:
        return _Piece(JobName.DOCUMENT_STEP_EXECUTE, {"step_run_id": run.id}, advance.steps(run.id))

    return [piece(run) for run in open_steps if run.is_free][:1], bool(open_steps)


def _page_pieces(advance: _Advance, look: Look) -> tuple[list[_Piece], bool]:
    if not look.has_passed(StepName.PAGE_SPLIT) or look.has_passed(StepName.AI_EXTRACTION):
        return [], False
    size = min(_MAX_CHUNK, ceil((look.page_count or 1) / 4))
    chunks: dict[int, list[UUID]] = {}
    for page in queries.fetch_all("pages_open", document_id=look.document_id):
        chunks.setdefault((page["number"] - 1) // size, []).append(page["id"])

    def piece(page_ids: list[UUID]) -> _Piece:
        return _Piece(
            JobName.PAGES_PROCESS,
            {"page_ids": page_ids, "document_id": look.document_id},
            advance.pages(page_ids),
        )

    return [piece(page_ids) for page_ids in chunks.values()], True


def _part_pieces(look: Look, parts: Sequence[PartState]) -> tuple[list[_Piece], bool]:
    """Sub-documents with something to do now. What waits is asked once it may go on."""
    next_steps: dict[UUID, StepState] = {}
    for run in look.step_runs:
        if run.unit_kind == UnitKind.SUB_DOCUMENT and not run.has_passed:
            next_steps.setdefault(run.unit_id, run)

    def piece(part: PartState) -> _Piece:
        return _Piece(
            JobName.SUB_DOCUMENT_PROCESS,
            {"sub_document_id": part.id},
            PartWork(look.organization_id, part.id),
        )

    open_parts = [(part, next_steps[part.id]) for part in parts if part.id in next_steps]
    runnable = [piece(part) for part, run in open_parts if run.is_free or _may_go_on(run, part)]
    is_under_way = any(run.status in (StepStatus.PENDING, StepStatus.RUNNING) for run in next_steps.values())
    return runnable, bool(runnable) or is_under_way


def _may_go_on(run: StepState, part: PartState) -> bool:
    """A person has decided, or the relay has delivered."""
    if run.status != StepStatus.WAITING:
        return False
    if run.step == StepName.HUMAN_REVIEW:
        return part.status != SubDocumentStatus.IN_REVIEW
    return part.status in TERMINAL_SUB_DOCUMENT_STATUSES
