"""The status of a document, derived from its steps and sub-documents, and its end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from documents import progress
from documents.domain.pipeline import PIPELINE
from documents.domain.reasons import NOT_REACHED
from documents.domain.statuses import (
    BROKEN_STEP_STATUSES,
    OPEN_STEP_STATUSES,
    TERMINAL_DOCUMENT_STATUSES,
    TERMINAL_STEP_STATUSES,
    DocumentStatus,
    StepStatus,
    SubDocumentStatus,
)
from documents.models import Document, Run, StepRun
from documents.models.run import UnitKind
from documents.services.intake.admission import documents_admit
from documents.services.locks import step_runs_lock
from documents.services.running.cancellation import documents_stop
from documents.services.running.step_runs import step_runs_skip
from extraction.runner.document_snapshot import DocumentSnapshot, StepState, SubDocumentState
from review.services.tasks import review_tasks_close

_IDLE_CHECK = timedelta(hours=1)


def cancel(snapshot: DocumentSnapshot) -> None:
    """Finishes what the cancelling began; a step that is being committed at this moment is met by the next snapshot."""
    documents_stop([snapshot.document_id])
    review_tasks_close(snapshot.document_id)
    if StepRun.objects.filter(run_id=snapshot.run_id, status__in=OPEN_STEP_STATUSES).exists():
        Run.objects.filter(id=snapshot.run_id).update(next_check_at=timezone.now() + timedelta(seconds=1))
    else:
        _finish(snapshot, DocumentStatus.CANCELLED)


def update_status(snapshot: DocumentSnapshot, sub_documents: Sequence[SubDocumentState], *, is_working: bool) -> None:
    """Derives and stores the document's status; ends its run where nothing is left to do.

    `sub_documents` are those that its detection found. `is_working`: somebody works on it, or is about to.
    """
    failed = next((run for run in snapshot.steps.values() if _has_broken(run)), None)
    if failed is not None:
        _skip_rest(snapshot, failed)
        _fail(snapshot, failed)
        return
    is_over = all(run.status in TERMINAL_STEP_STATUSES for run in snapshot.step_runs)
    status = _status_of(sub_documents, is_over=is_over)
    if status in TERMINAL_DOCUMENT_STATUSES and is_over:
        if status is DocumentStatus.FAILED:
            of_units = (run for run in snapshot.step_runs if run.unit_kind != UnitKind.DOCUMENT)
            _fail(snapshot, next(run for run in of_units if run.status in BROKEN_STEP_STATUSES))
        else:
            _finish(snapshot, status)
        return
    _check_in(snapshot, timedelta(seconds=settings.WAKE_UP_SECONDS) if is_working else _IDLE_CHECK)
    if status in TERMINAL_DOCUMENT_STATUSES:
        status = DocumentStatus.DELIVERING
    if snapshot.status != status:
        Document.objects.filter(id=snapshot.document_id).update(status=status)
        if status != DocumentStatus.PROCESSING:
            documents_admit(snapshot.organization_id)
    progress.document_changed(snapshot.organization_id, snapshot.batch_id, snapshot.document_id)


def _check_in(snapshot: DocumentSnapshot, delay: timedelta) -> None:
    """Moves the reconciler's check of it, unless that would come at about the same time."""
    wanted = timezone.now() + delay
    if abs(wanted - snapshot.next_check_at) > delay / 2:
        Run.objects.filter(id=snapshot.run_id).update(next_check_at=wanted)


def _fail(snapshot: DocumentSnapshot, failed: StepState) -> None:
    """Ends the document with the reason of the step that failed."""
    is_quarantined = failed.status == StepStatus.QUARANTINED
    status = DocumentStatus.QUARANTINED if is_quarantined else DocumentStatus.FAILED
    _finish(snapshot, status, error_code=failed.error_code, error=failed.reason)


def _has_broken(run: StepState) -> bool:
    return run.status in BROKEN_STEP_STATUSES and not PIPELINE.step(run.step).is_branch


def _skip_rest(snapshot: DocumentSnapshot, failed: StepState) -> None:
    pending = step_runs_lock(snapshot.document_id, status=StepStatus.PENDING)
    rows = StepRun.objects.filter(id__in=pending, status=StepStatus.PENDING)
    step_runs_skip(rows, NOT_REACHED(step=failed.step.value.replace("_", " ")))


def _status_of(sub_documents: Iterable[SubDocumentState], *, is_over: bool) -> DocumentStatus:
    """`is_over`: no step is open, so what is approved and not delivered was given up by a person."""
    statuses = {sub_document.status for sub_document in sub_documents}
    if not statuses or SubDocumentStatus.PROCESSING in statuses:
        return DocumentStatus.PROCESSING
    if SubDocumentStatus.IN_REVIEW in statuses:
        return DocumentStatus.IN_REVIEW
    if SubDocumentStatus.APPROVED in statuses and not is_over:
        return DocumentStatus.DELIVERING
    return DocumentStatus.FAILED if SubDocumentStatus.FAILED in statuses else DocumentStatus.COMPLETED


def _finish(snapshot: DocumentSnapshot, status: DocumentStatus, **error: Any) -> None:
    now = timezone.now()
    Document.objects.filter(id=snapshot.document_id).update(status=status, finished_at=now, **error)
    Run.objects.filter(id=snapshot.run_id).update(finished_at=now)
    documents_admit(snapshot.organization_id)
    progress.document_changed(snapshot.organization_id, snapshot.batch_id, snapshot.document_id)
