"""The conductor of a document: what can run next is enqueued, document steps are executed, the status is derived."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from documents import progress, storage
from documents.domain.statuses import (
    PASSED_STEP_STATUSES,
    TERMINAL_DOCUMENT_STATUSES,
    TERMINAL_SUB_DOCUMENT_STATUSES,
    DocumentStatus,
    StepStatus,
    SubDocumentStatus,
)
from documents.domain.step_names import StepName
from documents.models import Document, Page, Run, StepRun, SubDocument
from documents.models.run import UnitKind
from documents.selectors import candidate_specs, step_runs_of_document
from documents.services import documents_admit, documents_stop
from extraction import queries
from extraction.context import DetectionContext, DocumentContext
from extraction.pipeline import (
    DOCUMENT_STEPS,
    EACH_PAGE,
    PAGE_PIPELINE,
    PIPELINE,
    SUB_DOCUMENT_STEPS,
    Step,
    step_named,
)
from extraction.results import DetectedSubDocument, DetectionResult, MetadataResult, SplitResult
from extraction.runner.contexts import input_hash, limits, page_summary, parser
from extraction.runner.execution import Ending, run_step
from idp_project.core.enqueue import enqueue
from idp_project.core.job_names import JobName
from idp_project.core.tenancy import organization_scope
from review.services import review_tasks_close

_MAX_CHUNK = 4  # pages a job: amortises opening the file, and still spreads a document over all workers
_BROKEN = (StepStatus.FAILED, StepStatus.QUARANTINED)
_BROKEN_PART = {"unit_kind": UnitKind.SUB_DOCUMENT, "status__in": _BROKEN}
_IDLE_CHECK = timedelta(hours=1)
_JOINED = tuple(step for step in DOCUMENT_STEPS if step.function is EACH_PAGE)


def document_advance(organization_id: UUID, document_id: UUID) -> None:
    """Enqueues everything of a document that can run now, and derives its status. Harmless at any time."""
    with organization_scope(organization_id):
        document = Document.objects.select_for_update(of=("self",)).select_related("batch", "run").get(id=document_id)
        if document.run.finished_at is not None:
            return
        steps = {StepName(run.step): run for run in step_runs_of_document(document_id)}
        if document.batch.cancelled_at is not None and document.status != DocumentStatus.DELIVERING:
            _cancel(document)
            return
        _fail_where_no_page_was_read(document, steps)
        is_working = (
            _enqueue_steps(document, steps) | _enqueue_pages(document, steps) | _enqueue_sub_documents(document)
        )
        _update_status(document, steps.values(), is_working)


def document_step_execute(organization_id: UUID, step_run_id: UUID) -> None:
    """Executes a document's metadata, page_split or subdocument_detection, then advances the document."""
    with organization_scope(organization_id):
        step_run = StepRun.objects.get(id=step_run_id)
        document = Document.objects.select_related("source_file", "batch").get(id=step_run.unit_id)
        handler = _HANDLERS[StepName(step_run.step)](document)
    status = run_step(
        organization_id,
        step_run_id,
        step_named(step_run.step),
        work=handler.work,
        commit=handler.commit,
        on_claim=lambda: progress.document_changed(organization_id, document.batch_id, document.id),
    )
    if status is not None:
        document_advance(organization_id, document.id)


@dataclass(frozen=True)
class _Handler:
    work: Callable[[], object]
    commit: Callable[[object], Ending]


def _metadata(document: Document) -> _Handler:
    def commit(result: MetadataResult) -> Ending:
        Document.objects.filter(id=document.id).update(metadata=result.facts)
        return Ending(output=result.facts, input_hash=_file_hash(document))

    return _Handler(_on_file(document, step_named("metadata")), commit)  # type: ignore[arg-type]


def _page_split(document: Document) -> _Handler:
    def commit(result: SplitResult) -> Ending:
        _create_pages(document, result)
        return Ending(output={"pages": len(result.pages)}, input_hash=_file_hash(document))

    return _Handler(_on_file(document, step_named("page_split")), commit)  # type: ignore[arg-type]


def _detection(document: Document) -> _Handler:
    version_ids: dict[str, UUID] = {}

    def work() -> object:
        with organization_scope(document.organization_id):
            specs = candidate_specs(document.batch)
            pages = tuple(page_summary(page) for page in document.pages.defer("text").order_by("number"))
        version_ids.update((spec.key, version_id) for version_id, spec in specs)
        return step_named("subdocument_detection").function(DetectionContext(pages, [spec for _, spec in specs]))

    def commit(result: DetectionResult) -> Ending:
        for part in result.sub_documents:
            _create_sub_document(document, part, version_ids.get(part.schema_key or ""))
        found = [[part.first_page, part.last_page, part.schema_key] for part in result.sub_documents]
        return Ending(output={"sub_documents": found}, input_hash=input_hash(pages=found))

    return _Handler(work, commit)  # type: ignore[arg-type]


_HANDLERS = {
    StepName.METADATA: _metadata,
    StepName.PAGE_SPLIT: _page_split,
    StepName.SUBDOCUMENT_DETECTION: _detection,
}


def _on_file(document: Document, step: Step) -> Callable[[], object]:
    source = document.source_file

    def work() -> object:
        with storage.local_path(source.storage_name) as path:
            return step.function(
                DocumentContext(
                    path, source.name, source.content_type, source.sha256, source.size_bytes, limits(), parser()
                )
            )

    return work


def _file_hash(document: Document) -> str:
    return input_hash(file=document.source_file.sha256)


def _create_pages(document: Document, result: SplitResult) -> None:
    Document.objects.filter(id=document.id).update(page_count=len(result.pages))
    pages = Page.objects.bulk_create(
        [
            Page(
                organization_id=document.organization_id,
                document=document,
                number=size.number,
                width_points=size.width,
                height_points=size.height,
            )
            for size in result.pages
        ]
    )
    run_id = Run.objects.values_list("id", flat=True).get(document=document)
    StepRun.objects.bulk_create(
        _new_step_run(document, run_id, UnitKind.PAGE, page.id, step, position)
        for page in pages
        for position, step in enumerate(PAGE_PIPELINE)
    )
    for step in _JOINED:
        queries.run("joined_step_start", document_id=document.id, step=step.name.value, pages=len(pages))


def _new_step_run(
    document: Document, run_id: UUID, kind: UnitKind, unit_id: UUID, step: Step, position: int
) -> StepRun:
    return StepRun(
        organization_id=document.organization_id,
        run_id=run_id,
        unit_kind=kind,
        unit_id=unit_id,
        step=step.name.value,
        position=position,
    )


def _create_sub_document(document: Document, part: DetectedSubDocument, version_id: UUID | None) -> None:
    sub_document = SubDocument.objects.create(
        organization_id=document.organization_id,
        document=document,
        team_id=document.team_id,
        schema_version_id=version_id,
        first_page=part.first_page,
        last_page=part.last_page,
        is_blank=part.is_blank,
        type_score=part.type_score,
        boundary_score=part.boundary_score,
        status=SubDocumentStatus.BLANK if part.is_blank else SubDocumentStatus.PROCESSING,
    )
    run_id = Run.objects.values_list("id", flat=True).get(document=document)
    for step in SUB_DOCUMENT_STEPS:
        step_run = _new_step_run(document, run_id, UnitKind.SUB_DOCUMENT, sub_document.id, step, PIPELINE.index(step))
        if part.is_blank:
            step_run.status, step_run.reason, step_run.finished_at = (
                StepStatus.SKIPPED,
                "A blank sheet.",
                timezone.now(),
            )
        step_run.save()


def _enqueue_steps(document: Document, steps: dict[StepName, StepRun]) -> bool:
    open_steps = [
        steps[name]
        for name in _HANDLERS
        if steps[name].status in (StepStatus.PENDING, StepStatus.RUNNING)
        and all(steps[earlier].status in PASSED_STEP_STATUSES for earlier in step_named(name).after)
    ]
    for step_run in filter(_is_runnable, open_steps):
        enqueue(JobName.DOCUMENT_STEP_EXECUTE, organization_id=document.organization_id, step_run_id=step_run.id)
    return bool(open_steps)


def _is_runnable(step_run: StepRun) -> bool:
    """Nobody works on it, and it is due."""
    now = timezone.now()
    if step_run.status == StepStatus.RUNNING:
        return step_run.lease_until is not None and step_run.lease_until < now
    return step_run.status == StepStatus.PENDING and (step_run.not_before is None or step_run.not_before <= now)


def _enqueue_pages(document: Document, steps: dict[StepName, StepRun]) -> bool:
    if steps[StepName.PAGE_SPLIT].status not in PASSED_STEP_STATUSES:
        return False
    size = min(_MAX_CHUNK, ceil((document.page_count or 1) / 4))
    chunks: dict[int, list[UUID]] = {}
    for page in queries.fetch_all("pages_open", document_id=document.id):
        chunks.setdefault((page["number"] - 1) // size, []).append(page["id"])
    for page_ids in chunks.values():
        enqueue(
            JobName.PAGES_PROCESS, organization_id=document.organization_id, page_ids=page_ids, document_id=document.id
        )
    return steps[StepName.AI_EXTRACTION].status not in PASSED_STEP_STATUSES


def _enqueue_sub_documents(document: Document) -> bool:
    """Those with something to do now; gives whether any is under way. What waits is asked once it may go on."""
    parts = {part.id: part for part in SubDocument.objects.filter(document=document)}
    next_steps: dict[UUID, StepRun] = {}
    step_runs = StepRun.objects.filter(run=document.run, unit_kind=UnitKind.SUB_DOCUMENT).order_by("position")
    for step_run in step_runs.exclude(status__in=PASSED_STEP_STATUSES):
        next_steps.setdefault(step_run.unit_id, step_run)
    for sub_document_id, step_run in next_steps.items():
        if _is_runnable(step_run) or _may_go_on(step_run, parts[sub_document_id]):
            enqueue(
                JobName.SUB_DOCUMENT_PROCESS, organization_id=document.organization_id, sub_document_id=sub_document_id
            )
    return any(step_run.status in (StepStatus.PENDING, StepStatus.RUNNING) for step_run in next_steps.values())


def _may_go_on(step_run: StepRun, part: SubDocument) -> bool:
    """A person has decided, or the relay has delivered."""
    if step_run.status != StepStatus.WAITING:
        return False
    if step_run.step == StepName.HUMAN_REVIEW:
        return part.status != SubDocumentStatus.IN_REVIEW
    return part.status in TERMINAL_SUB_DOCUMENT_STATUSES


def _cancel(document: Document) -> None:
    """Finishes what the cancelling began; a step that is being committed at this moment is met by the next look."""
    documents_stop([document.id])
    review_tasks_close(document.id)
    if _all_ended(document):
        _finish(document, DocumentStatus.CANCELLED)
    else:
        Run.objects.filter(id=document.run.id).update(next_check_at=timezone.now() + timedelta(seconds=1))


def _fail_where_no_page_was_read(document: Document, steps: dict[StepName, StepRun]) -> None:
    """Without a single readable page there is nothing to detect: the document fails with its first page's reason."""
    detection = steps[StepName.SUBDOCUMENT_DETECTION]
    if detection.status != StepStatus.PENDING or steps[StepName.AI_EXTRACTION].status not in PASSED_STEP_STATUSES:
        return
    pages = Page.objects.filter(document=document).order_by("number")
    if pages.filter(error_code="").exists():
        return
    first = pages[0]
    detection.status, detection.error_code = StepStatus.FAILED, first.error_code
    detection.reason = f"No page could be read. Page {first.number}: {first.error_message}"
    detection.finished_at = timezone.now()
    detection.save()


def _update_status(document: Document, steps: Iterable[StepRun], is_working: bool) -> None:
    failed = next((run for run in steps if run.status in _BROKEN and not _is_branch(run)), None)
    if failed is not None:
        _skip_rest(document, failed)
        _fail(document, failed)
        return
    status = _status_of(document)
    if status in TERMINAL_DOCUMENT_STATUSES and _all_ended(document):
        if status is DocumentStatus.FAILED:
            _fail(document, StepRun.objects.filter(run=document.run, **_BROKEN_PART).order_by("position")[0])
        else:
            _finish(document, status)
        return
    delay = (
        timedelta(seconds=settings.WAKE_UP_SECONDS)
        if is_working and status != DocumentStatus.IN_REVIEW
        else _IDLE_CHECK
    )
    Run.objects.filter(id=document.run.id).update(next_check_at=timezone.now() + delay)
    if status in TERMINAL_DOCUMENT_STATUSES:
        status = DocumentStatus.DELIVERING
    if document.status != status:
        document.status = status
        document.save(update_fields=["status"])
        if status != DocumentStatus.PROCESSING:
            documents_admit(document.organization_id)
    progress.document_changed(document.organization_id, document.batch_id, document.id)


def _fail(document: Document, failed: StepRun) -> None:
    """Ends the document with the reason of the step that failed."""
    document.error_code, document.error_message = failed.error_code, failed.reason
    is_quarantined = failed.status == StepStatus.QUARANTINED
    _finish(document, DocumentStatus.QUARANTINED if is_quarantined else DocumentStatus.FAILED)


def _is_branch(step_run: StepRun) -> bool:
    return step_named(step_run.step).is_branch


def _skip_rest(document: Document, failed: StepRun) -> None:
    StepRun.objects.filter(run=document.run, status=StepStatus.PENDING).update(
        status=StepStatus.SKIPPED,
        reason=f"Not reached: {failed.step.replace('_', ' ')} failed.",
        finished_at=timezone.now(),
    )


def _all_ended(document: Document) -> bool:
    open_statuses = [StepStatus.PENDING, StepStatus.RUNNING, StepStatus.WAITING]
    return not StepRun.objects.filter(run=document.run, status__in=open_statuses).exists()


def _status_of(document: Document) -> DocumentStatus:
    parts = set(
        SubDocument.objects.filter(document=document)
        .exclude(status=SubDocumentStatus.BLANK)
        .values_list("status", flat=True)
    )
    if not SubDocument.objects.filter(document=document).exists() or SubDocumentStatus.PROCESSING in parts:
        return DocumentStatus.PROCESSING
    if SubDocumentStatus.IN_REVIEW in parts:
        return DocumentStatus.IN_REVIEW
    if SubDocumentStatus.APPROVED in parts:
        return DocumentStatus.DELIVERING
    return DocumentStatus.FAILED if SubDocumentStatus.FAILED in parts else DocumentStatus.COMPLETED


def _finish(document: Document, status: DocumentStatus) -> None:
    now = timezone.now()
    document.status, document.finished_at = status, now
    document.save(update_fields=["status", "finished_at", "error_code", "error_message"])
    Run.objects.filter(id=document.run.id).update(finished_at=now)
    documents_admit(document.organization_id)
    progress.document_changed(document.organization_id, document.batch_id, document.id)
