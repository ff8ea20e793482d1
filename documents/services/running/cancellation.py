"""Cancelling a batch: its open work is taken away at once, its workers notice within seconds.

1. The step runs are skipped and their leases taken, so no worker that is in the middle of one can commit it; its
heartbeat sees the loss and interrupts it. 2. Documents and step runs that somebody has under lock at this moment are not
waited for: the conductor, woken here, does the same for them. What is approved already is still delivered. 3. A
sub-document is waited for: the transaction that has it under lock has its step runs too, and needs nothing that is locked here
(`documents/services/locks.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.access import Access
from accounts.domain.roles import Permission
from accounts.services.audit.trail import audit_record
from documents import progress
from documents.domain.reasons import BATCH_WAS_CANCELLED
from documents.domain.statuses import DocumentStatus, StepStatus, SubDocumentStatus
from documents.models import Batch, Document, Run, StepRun, SubDocument
from documents.selectors.doors import batch_get_for
from documents.services.intake.admission import documents_admit
from documents.services.intake.batches import document_wake
from documents.services.locks import runs_lock
from documents.services.running.step_runs import step_runs_skip
from documents.services.running.sub_document_statuses import sub_documents_move

_OPEN_STEPS = (StepStatus.PENDING, StepStatus.RUNNING, StepStatus.WAITING)
_OPEN_DOCUMENTS = (DocumentStatus.RECEIVED, DocumentStatus.PROCESSING, DocumentStatus.IN_REVIEW)
_OPEN_STATUSES = (SubDocumentStatus.PROCESSING, SubDocumentStatus.IN_REVIEW)


@transaction.atomic
def batch_cancel(access: Access, batch_id: UUID) -> None:
    """Stops the work of a batch: unfinished documents become cancelled; what is approved or finished stays so."""
    batch_get_for(access, batch_id, Permission.MANAGE_BATCHES)
    batch = Batch.objects.select_for_update(of=("self",), no_key=True).get(id=batch_id)
    if batch.cancelled_at is not None:
        return
    batch.cancelled_at = timezone.now()
    batch.save(update_fields=["cancelled_at"])
    rows = Document.objects.filter(batch=batch, status__in=_OPEN_DOCUMENTS)
    free = rows.select_for_update(skip_locked=True, of=("self",), no_key=True)
    documents_stop(list(free.values_list("id", flat=True)))
    open_documents = runs_lock(document__batch=batch, finished_at__isnull=True)
    Run.objects.filter(
        document__batch=batch, admitted_at__isnull=True, document__status=DocumentStatus.CANCELLED
    ).update(finished_at=batch.cancelled_at)
    documents_admit(batch.organization_id)
    for document_id in open_documents:
        document_wake(batch.organization_id, document_id)
    cancelled = batch.documents.filter(status=DocumentStatus.CANCELLED).values_list("id", flat=True)
    progress.documents_changed(batch.organization_id, batch.id, list(cancelled))
    audit_record(
        access,
        "batch_cancelled",
        object_kind="batch",
        object_id=batch.id,
        organization_id=batch.organization_id,
    )


def documents_stop(document_ids: Iterable[UUID]) -> None:
    """Skips the open steps of documents that the caller holds under lock, and makes those documents cancelled."""
    ids = list(document_ids)
    now = timezone.now()
    steps = StepRun.objects.filter(run__document_id__in=ids, status__in=_OPEN_STEPS)
    locked = steps.select_for_update(skip_locked=True, of=("self",), no_key=True).values_list("id", flat=True)
    step_runs_skip(StepRun.objects.filter(id__in=list(locked)), BATCH_WAS_CANCELLED())
    sub_documents = SubDocument.objects.filter(document_id__in=ids, status__in=_OPEN_STATUSES)
    sub_documents_move(sub_documents.filter(approved_version_number__gt=0), SubDocumentStatus.DELIVERED)
    sub_documents_move(sub_documents, SubDocumentStatus.CANCELLED)
    Document.objects.filter(id__in=ids).update(status=DocumentStatus.CANCELLED, finished_at=now)
