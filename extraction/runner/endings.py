"""What a document's steps and parts say of it: its status, and its end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from documents import progress
from documents.domain.statuses import (
    TERMINAL_DOCUMENT_STATUSES,
    TERMINAL_STEP_STATUSES,
    DocumentStatus,
    StepStatus,
    SubDocumentStatus,
)
from documents.domain.step_names import StepName
from documents.models import Document, Page, Run, StepRun, SubDocument
from documents.models.run import UnitKind
from documents.services import documents_admit, documents_stop
from extraction.pipeline import step_named
from review.services import review_tasks_close

_BROKEN = (StepStatus.FAILED, StepStatus.QUARANTINED)
_IDLE_CHECK = timedelta(hours=1)


def cancel(document: Document) -> None:
    """Finishes what the cancelling began; a step that is being committed at this moment is met by the next look."""
    documents_stop([document.id])
    review_tasks_close(document.id)
    open_statuses = [StepStatus.PENDING, StepStatus.RUNNING, StepStatus.WAITING]
    if StepRun.objects.filter(run=document.run, status__in=open_statuses).exists():
        Run.objects.filter(id=document.run.id).update(next_check_at=timezone.now() + timedelta(seconds=1))
    else:
        _finish(document, DocumentStatus.CANCELLED)


def fail_detection_without_pages(document: Document, detection: StepRun) -> None:
    """Without a single readable page there is nothing to detect: the document fails with its first page's reason."""
    pages = Page.objects.filter(document=document).order_by("number")
    if pages.filter(error_code="").exists():
        return
    first = pages[0]
    detection.status, detection.error_code = StepStatus.FAILED, first.error_code
    detection.reason = f"No page could be read. Page {first.number}: {first.error_message}"
    detection.finished_at = timezone.now()
    detection.save()


def update_status(
    document: Document, step_runs: Sequence[StepRun], parts: Sequence[SubDocument], *, is_working: bool
) -> None:
    """Derives and stores the document's status; ends its run where nothing is left to do.

    `step_runs` are the document's own and its parts'. `is_working`: somebody works on it, or is about to.
    """
    failed = next((run for run in step_runs if run.unit_kind == UnitKind.DOCUMENT and _has_broken(run)), None)
    if failed is not None:
        _skip_rest(document, failed)
        _fail(document, failed)
        return
    is_over = all(run.status in TERMINAL_STEP_STATUSES for run in step_runs)
    status = _status_of(parts, is_over=is_over)
    if status in TERMINAL_DOCUMENT_STATUSES and is_over:
        if status is DocumentStatus.FAILED:
            _fail(document, next(run for run in step_runs if run.status in _BROKEN and run.unit_kind != "document"))
        else:
            _finish(document, status)
        return
    _check_in(document.run, timedelta(seconds=settings.WAKE_UP_SECONDS) if is_working else _IDLE_CHECK)
    if status in TERMINAL_DOCUMENT_STATUSES:
        status = DocumentStatus.DELIVERING
    if document.status != status:
        document.status = status
        document.save(update_fields=["status"])
        if status != DocumentStatus.PROCESSING:
            documents_admit(document.organization_id)
    progress.document_changed(document.organization_id, document.batch_id, document.id)


def _check_in(run: Run, delay: timedelta) -> None:
    """Moves the reconciler's look at it, unless it would come at about that time anyway."""
    wanted = timezone.now() + delay
    if abs(wanted - run.next_check_at) > delay / 2:
        Run.objects.filter(id=run.id).update(next_check_at=wanted)


def _fail(document: Document, failed: StepRun) -> None:
    """Ends the document with the reason of the step that failed."""
    document.error_code, document.error_message = failed.error_code, failed.reason
    is_quarantined = failed.status == StepStatus.QUARANTINED
    _finish(document, DocumentStatus.QUARANTINED if is_quarantined else DocumentStatus.FAILED)


def _has_broken(step_run: StepRun) -> bool:
    return step_run.status in _BROKEN and not step_named(step_run.step).is_branch


def _skip_rest(document: Document, failed: StepRun) -> None:
    StepRun.objects.filter(run=document.run, status=StepStatus.PENDING).update(
        status=StepStatus.SKIPPED,
        reason=f"Not reached: {StepName(failed.step).value.replace('_', ' ')} failed.",
        finished_at=timezone.now(),
    )


def _status_of(parts: Iterable[SubDocument], *, is_over: bool) -> DocumentStatus:
    """`is_over`: no step is open, so what is approved and not delivered was given up by a person."""
    statuses = {part.status for part in parts}
    if not statuses or SubDocumentStatus.PROCESSING in statuses:
        return DocumentStatus.PROCESSING
    if SubDocumentStatus.IN_REVIEW in statuses:
        return DocumentStatus.IN_REVIEW
    if SubDocumentStatus.APPROVED in statuses and not is_over:
        return DocumentStatus.DELIVERING
    return DocumentStatus.FAILED if SubDocumentStatus.FAILED in statuses else DocumentStatus.COMPLETED


def _finish(document: Document, status: DocumentStatus) -> None:
    now = timezone.now()
    document.status, document.finished_at = status, now
    document.save(update_fields=["status", "finished_at", "error_code", "error_message"])
    Run.objects.filter(id=document.run.id).update(finished_at=now)
    documents_admit(document.organization_id)
    progress.document_changed(document.organization_id, document.batch_id, document.id)
