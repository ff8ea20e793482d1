"""Trying failed steps again: by a person, from a page or the API."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.access import Access
from accounts.domain.roles import Permission
from accounts.services.audit.trail import audit_record
from documents import progress
from documents.domain.pipeline import PIPELINE, StepName, names_of
from documents.domain.refusals import (
    ALREADY_APPROVED,
    DECIDED_BY_PERSON,
    EARLIER_FAILURE,
    FILE_REFUSED,
    NOTHING_FAILED,
    NOTHING_FAILED_IN_BATCH,
)
from documents.domain.statuses import (
    BROKEN_DOCUMENT_STATUSES,
    BROKEN_STEP_STATUSES,
    DocumentStatus,
    Route,
    StepStatus,
    SubDocumentStatus,
)
from documents.models import Document, Page, Run, StepRun, SubDocument
from documents.models.run import UnitKind
from documents.selectors.doors import batch_get_for, document_get_for, step_run_get_for
from documents.services.intake.admission import documents_admit
from documents.services.intake.batches import document_wake
from documents.services.locks import document_lock, step_runs_lock
from documents.services.running.step_runs import joined_steps_reopen, step_runs_delete, step_runs_reset
from documents.services.running.sub_document_statuses import sub_documents_move
from idp_project.core.errors import Conflict


@transaction.atomic
def document_retry(access: Access, document_id: UUID) -> None:
    """Runs the failed and quarantined steps of a document again, and what was skipped because of them.

    Where a page is read again, the boundaries after it are detected again. Raises Conflict where nothing failed,
    where the file itself was refused, or where a sub-document is already approved.
    """
    document_get_for(access, document_id, Permission.UPLOAD_DOCUMENTS)
    document, run = _locked(document_id)
    _retry(access, document, run, list(StepRun.objects.filter(run=run, status__in=BROKEN_STEP_STATUSES)))


@transaction.atomic
def step_run_retry(access: Access, step_run_id: UUID) -> UUID:
    """The same for one failed step of a document, page or sub-document; what else failed stays as it is.

    Gives the document's id. Raises Conflict as `document_retry` does, and where an earlier failure of the document
    stands in the way.
    """
    document_id = step_run_get_for(access, step_run_id, Permission.UPLOAD_DOCUMENTS).run.document_id
    document_get_for(access, document_id, Permission.UPLOAD_DOCUMENTS)
    document, run = _locked(document_id)
    broken = StepRun.objects.filter(run=run, status__in=BROKEN_STEP_STATUSES)
    chosen = list(broken.filter(id=step_run_id))
    if chosen and _before(chosen[0], broken).exists():
        raise Conflict(EARLIER_FAILURE(), code="earlier_failure")
    _retry(access, document, run, chosen)
    return document_id


def _locked(document_id: UUID) -> tuple[Document, Run]:
    document = document_lock(document_id)
    step_runs_lock(document_id)
    return document, Run.objects.get(document=document)


def _before(step_run: StepRun, broken: QuerySet[StepRun]) -> QuerySet[StepRun]:
    """Failed steps of the document that stand in its way. Those that join the pages, and the cutting into sub-documents
    that failed for want of a page, come after a page's own steps and are done again with them."""
    after_pages = [StepName.SUBDOCUMENT_DETECTION] if step_run.unit_kind == UnitKind.PAGE else []
    harmless = [*PIPELINE.branches(), *names_of(PIPELINE.joined_steps), *after_pages]
    return broken.filter(unit_kind=UnitKind.DOCUMENT).exclude(step__in=harmless).exclude(id=step_run.id)


def _retry(access: Access, document: Document, run: Run, broken: list[StepRun]) -> None:
    _check(document, broken)
    for step_run in broken:
        step_runs_reset(StepRun.objects.filter(id=step_run.id))
        step_runs_reset(_skipped_after(step_run))
    pages = {step_run.unit_id for step_run in broken if step_run.unit_kind == UnitKind.PAGE}
    if pages:
        _reopen_pages(document, run, pages)
    sub_documents = {step_run.unit_id for step_run in broken if step_run.unit_kind == UnitKind.SUB_DOCUMENT}
    failed = SubDocument.objects.filter(id__in=sub_documents, status=SubDocumentStatus.FAILED)
    sub_documents_move(failed, SubDocumentStatus.PROCESSING, reasons=[])
    document_reopen(document, takes_turn=True)
    audit_record(
        access,
        "document_retried",
        object_kind="document",
        object_id=document.id,
        organization_id=document.organization_id,
    )


def batch_retry(access: Access, batch_id: UUID) -> int:
    """Tries every failed document of the batch again and says how many; Conflict where none of them can be."""
    batch = batch_get_for(access, batch_id, Permission.UPLOAD_DOCUMENTS)
    count, refusal = 0, Conflict(NOTHING_FAILED_IN_BATCH(name=batch.name), code="nothing_failed")
    broken = batch.documents.filter(status__in=BROKEN_DOCUMENT_STATUSES).order_by("id")
    for document_id in broken.values_list("id", flat=True):
        try:
            document_retry(access, document_id)
            count += 1
        except Conflict as error:
            refusal = error
    if not count:
        raise refusal
    return count


def _check(document: Document, broken: list[StepRun]) -> None:
    if not broken:
        raise Conflict(NOTHING_FAILED(), code="nothing_failed")
    if any(step_run.step == StepName.UPLOAD and not step_run.lease_token for step_run in broken):
        raise Conflict(FILE_REFUSED(), code="file_refused")
    has_page = any(step_run.unit_kind == UnitKind.PAGE for step_run in broken)
    if not has_page:
        return
    held = SubDocument.objects.filter(document=document)  # reading a page again makes all of them again
    if held.filter(approved_version_number__gt=0).exists():
        raise Conflict(ALREADY_APPROVED(), code="already_approved")
    is_decided = Q(status=SubDocumentStatus.REJECTED) | Q(arranged_by__isnull=False)
    if held.filter(is_decided | Q(field_values__corrected_by__isnull=False)).exists():
        raise Conflict(
            DECIDED_BY_PERSON(),
            code="already_decided",
        )


def _skipped_after(step_run: StepRun) -> QuerySet[StepRun]:
    """What was not reached because of it; once a sub-document has its route, the other one stays skipped."""
    later = StepRun.objects.filter(unit_id=step_run.unit_id, position__gt=step_run.position, status=StepStatus.SKIPPED)
    if step_run.step in PIPELINE.names_on_route(Route.REVIEW):
        return later.exclude(step__in=PIPELINE.names_on_route(Route.AUTO))
    return later


def _reopen_pages(document: Document, run: Run, page_ids: set[UUID]) -> None:
    """The joins wait for the reopened pages again; sub-documents found without them go."""
    Page.objects.filter(id__in=page_ids).update(error_code="", error=None)
    joined_steps_reopen(run)
    step_runs_reset(StepRun.objects.filter(run=run, unit_kind=UnitKind.DOCUMENT, step=StepName.SUBDOCUMENT_DETECTION))
    step_runs_delete(StepRun.objects.filter(run=run, unit_kind=UnitKind.SUB_DOCUMENT))
    SubDocument.objects.filter(document=document).delete()


def document_reopen(document: Document, *, takes_turn: bool) -> None:
    """A document that has ended, or not, is worked on again: like a new one in its turn, or now, where a person waits.

    The caller has it under lock.
    """
    run = Run.objects.select_for_update(no_key=True).get(document=document)
    run.finished_at = None
    run.admitted_at = None if takes_turn else run.admitted_at or timezone.now()
    run.save(update_fields=["finished_at", "admitted_at"])
    document.status, document.error_code, document.error = DocumentStatus.PROCESSING, "", None
    document.finished_at = None
    document.save(update_fields=["status", "error_code", "error", "finished_at"])
    if takes_turn:
        documents_admit(document.organization_id)
    else:
        document_wake(document.organization_id, document.id)
    progress.document_changed(document.organization_id, document.batch_id, document.id)
