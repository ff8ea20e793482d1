"""What a document's steps and parts say of it: its status, and its end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

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
from documents.models import Document, Run, StepRun
from documents.models.run import UnitKind
from documents.services import documents_admit, documents_stop, step_runs_lock
from extraction.pipeline import step_named
from extraction.runner.looks import Look, PartState, StepState
from review.services import review_tasks_close

_BROKEN = (StepStatus.FAILED, StepStatus.QUARANTINED)
_IDLE_CHECK = timedelta(hours=1)


def cancel(look: Look) -> None:
    """Finishes what the cancelling began; a step that is being committed at this moment is met by the next look."""
    documents_stop([look.document_id])
    review_tasks_close(look.document_id)
    open_statuses = [StepStatus.PENDING, StepStatus.RUNNING, StepStatus.WAITING]
    if StepRun.objects.filter(run_id=look.run_id, status__in=open_statuses).exists():
        Run.objects.filter(id=look.run_id).update(next_check_at=timezone.now() + timedelta(seconds=1))
    else:
        _finish(look, DocumentStatus.CANCELLED)


def update_status(look: Look, parts: Sequence[PartState], *, is_working: bool) -> None:
    """Derives and stores the document's status; ends its run where nothing is left to do.

    `parts` are those that its detection found. `is_working`: somebody works on it, or is about to.
    """
    failed = next((run for run in look.steps.values() if _has_broken(run)), None)
    if failed is not None:
        _skip_rest(look, failed)
        _fail(look, failed)
        return
    is_over = all(run.status in TERMINAL_STEP_STATUSES for run in look.step_runs)
    status = _status_of(parts, is_over=is_over)
    if status in TERMINAL_DOCUMENT_STATUSES and is_over:
        if status is DocumentStatus.FAILED:
            of_parts = (run for run in look.step_runs if run.unit_kind != UnitKind.DOCUMENT)
            _fail(look, next(run for run in of_parts if run.status in _BROKEN))
        else:
            _finish(look, status)
        return
    _check_in(look, timedelta(seconds=settings.WAKE_UP_SECONDS) if is_working else _IDLE_CHECK)
    if status in TERMINAL_DOCUMENT_STATUSES:
        status = DocumentStatus.DELIVERING
    if look.status != status:
        Document.objects.filter(id=look.document_id).update(status=status)
        if status != DocumentStatus.PROCESSING:
            documents_admit(look.organization_id)
    progress.document_changed(look.organization_id, look.batch_id, look.document_id)


def _check_in(look: Look, delay: timedelta) -> None:
    """Moves the reconciler's look at it, unless it would come at about that time anyway."""
    wanted = timezone.now() + delay
    if abs(wanted - look.next_check_at) > delay / 2:
        Run.objects.filter(id=look.run_id).update(next_check_at=wanted)


def _fail(look: Look, failed: StepState) -> None:
    """Ends the document with the reason of the step that failed."""
    is_quarantined = failed.status == StepStatus.QUARANTINED
    status = DocumentStatus.QUARANTINED if is_quarantined else DocumentStatus.FAILED
    _finish(look, status, error_code=failed.error_code, error_message=failed.reason)


def _has_broken(run: StepState) -> bool:
    return run.status in _BROKEN and not step_named(run.step).is_branch


def _skip_rest(look: Look, failed: StepState) -> None:
    pending = step_runs_lock(look.document_id, status=StepStatus.PENDING)
    StepRun.objects.filter(id__in=pending, status=StepStatus.PENDING).update(
        status=StepStatus.SKIPPED,
        reason=f"Not reached: {failed.step.value.replace('_', ' ')} failed.",
        finished_at=timezone.now(),
    )


def _status_of(parts: Iterable[PartState], *, is_over: bool) -> DocumentStatus:
    """`is_over`: no step is open, so what is approved and not delivered was given up by a person."""
    statuses = {part.status for part in parts}
    if not statuses or SubDocumentStatus.PROCESSING in statuses:
        return DocumentStatus.PROCESSING
    if SubDocumentStatus.IN_REVIEW in statuses:
        return DocumentStatus.IN_REVIEW
    if SubDocumentStatus.APPROVED in statuses and not is_over:
        return DocumentStatus.DELIVERING
    return DocumentStatus.FAILED if SubDocumentStatus.FAILED in statuses else DocumentStatus.COMPLETED


def _finish(look: Look, status: DocumentStatus, **error: Any) -> None:
    now = timezone.now()
    Document.objects.filter(id=look.document_id).update(status=status, finished_at=now, **error)
    Run.objects.filter(id=look.run_id).update(finished_at=now)
    documents_admit(look.organization_id)
    progress.document_changed(look.organization_id, look.batch_id, look.document_id)
