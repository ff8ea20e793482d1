"""Submitting batches: the first node of a file's way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from accounts.access import Access
from accounts.domain.roles import Permission
from accounts.selectors import team_get_for
from accounts.services import audit_record
from documents import progress, storage
from documents.domain.statuses import DocumentStatus, StepStatus
from documents.domain.step_names import DOCUMENT_STEP_NAMES, StepName
from documents.models import Batch, Document, Run, Schema, SourceFile, StepRun
from documents.models.batch import Priority
from documents.models.run import UnitKind
from documents.selectors import batch_get_for, schema_get_for
from documents.services.admission import documents_admit
from idp_project.core.enqueue import enqueue
from idp_project.core.errors import IdpError, InvalidInput, PermanentFailure
from idp_project.core.job_names import JobName
from idp_project.core.sandbox.errors import SandboxCode, refusal
from idp_project.core.sandbox.sniff import CONTENT_TYPES, FileFormat, sniff

_UPLOAD = StepName.UPLOAD


@dataclass(frozen=True)
class IncomingFile:
    """A file on its way in: the sender's name for it, and its bytes in chunks."""

    name: str
    chunks: Iterable[bytes]


@dataclass(frozen=True)
class _Received:
    name: str
    stored: storage.StoredFile
    content_type: str
    refusal: IdpError | None


def batch_submit(
    access: Access,
    *,
    team_id: UUID,
    files: Sequence[IncomingFile],
    name: str = "",
    schema_id: UUID | None = None,
    source: str = "browser",
    idempotency_key: str = "",
    priority: int = Priority.NORMAL,
) -> Batch:
    """Receives files as one batch and starts their way through the pipeline.

    A file that is refused (empty, unknown, over a limit) becomes a failed document with a named reason; the others go
    on. The same `idempotency_key` from the same person gives the batch of the first call. Raises InvalidInput without
    files, NotFound for a team that cannot be seen, Forbidden without the permission to upload into it.
    """
    team_get_for(access, team_id, Permission.UPLOAD_DOCUMENTS)
    if not files:
        raise InvalidInput("Choose at least one file.", code="no_files")
    schema = schema_get_for(access, schema_id) if schema_id else None
    if earlier := _earlier_batch(access, idempotency_key):
        return earlier
    received = [_receive(access, file) for file in files]
    try:
        with transaction.atomic():
            return _create_batch(access, team_id, received, name, schema, source, idempotency_key, priority)
    except IntegrityError:
        for file in received:
            storage.file_delete(file.stored.storage_name)
        if earlier := _earlier_batch(access, idempotency_key):
            return earlier
        raise


@transaction.atomic
def batch_prioritize(access: Access, batch_id: UUID, priority: int) -> None:
    """Lets the waiting documents of a batch begin before or after those of the organisation's other batches."""
    batch = batch_get_for(access, batch_id, Permission.MANAGE_BATCHES)
    if priority not in Priority.values:
        raise InvalidInput("A priority is -1, 0 or 1.", code="unknown_priority")
    Batch.objects.filter(id=batch.id).update(priority=priority)
    details = {"priority": priority}
    audit_record(access, "batch_prioritized", object_kind="batch", object_id=batch.id, details=details)


def document_wake(organization_id: UUID, document_id: UUID) -> None:
    """Has the conductor look at a document after this transaction; the reconciler does so should the job be lost."""
    check_at = timezone.now() + timedelta(seconds=settings.WAKE_UP_SECONDS)
    Run.objects.filter(document_id=document_id, finished_at__isnull=True).update(next_check_at=check_at)
    enqueue(JobName.DOCUMENT_ADVANCE, organization_id=organization_id, document_id=document_id)


def _earlier_batch(access: Access, idempotency_key: str) -> Batch | None:
    if not idempotency_key:
        return None
    return Batch.objects.filter(submitted_by_id=access.user_id, idempotency_key=idempotency_key).first()


def _receive(access: Access, file: IncomingFile) -> _Received:
    stored = storage.original_save(access.required_organization_id, file.chunks, max_bytes=settings.MAX_FILE_BYTES)
    file_name = file.name.replace("\\", "/").rsplit("/", 1)[-1].strip()[:255] or "unnamed"
    if stored.is_over_limit:
        limit = filesizeformat(settings.MAX_FILE_BYTES).replace("\xa0", " ")
        message = f"The file is larger than {limit}, the limit here. Split or compress it."
        return _Received(file_name, stored, "", PermanentFailure(message, code="too_many_bytes"))
    try:
        return _Received(file_name, stored, _content_type(stored, file_name), None)
    except IdpError as error:
        return _Received(file_name, stored, "application/octet-stream", error)


def _content_type(stored: storage.StoredFile, file_name: str) -> str:
    """Raises PermanentFailure where the file cannot be one of the accepted types.

    A PDF without its end is refused: readers rebuild what is there, and pages would be missing without a word.
    """
    file_format = sniff(stored.head, stored.tail, file_name)
    if file_format is FileFormat.PDF and not any(mark in stored.tail for mark in (b"%%EOF", b"startxref")):
        raise refusal(SandboxCode.TRUNCATED)
    return CONTENT_TYPES[file_format]


def _create_batch(
    access: Access,
    team_id: UUID,
    received: Sequence[_Received],
    name: str,
    schema: Schema | None,
    source: str,
    idempotency_key: str,
    priority: int,
) -> Batch:
    batch = Batch.objects.create(
        organization_id=access.required_organization_id,
        team_id=team_id,
        name=(name.strip() or _default_name(received))[:200],
        schema=schema,
        submitted_by_id=access.user_id,
        source=source,
        idempotency_key=idempotency_key,
        priority=priority,
    )
    for file in received:
        _create_document(batch, file)
    documents_admit(batch.organization_id)
    details = {"files": len(received), "source": source}
    audit_record(access, "batch_submitted", object_kind="batch", object_id=batch.id, details=details)
    return batch


def _default_name(received: Sequence[_Received]) -> str:
    first = received[0].name
    return first if len(received) == 1 else f"{first} and {len(received) - 1} more"


def _create_document(batch: Batch, file: _Received) -> Document:
    source_file = SourceFile.objects.create(
        organization_id=batch.organization_id,
        batch=batch,
        name=file.name,
        storage_name=file.stored.storage_name,
        content_type=file.content_type,
        size_bytes=file.stored.size_bytes,
        sha256=file.stored.sha256,
    )
    document = Document.objects.create(
        organization_id=batch.organization_id, batch=batch, team_id=batch.team_id, source_file=source_file
    )
    _create_step_runs(document, file.refusal)
    if file.refusal:
        document.status = DocumentStatus.FAILED
        document.error_code, document.error_message = file.refusal.code, file.refusal.message
        document.finished_at = timezone.now()
        document.save()
    progress.document_changed(batch.organization_id, batch.id, document.id)
    return document


def _create_step_runs(document: Document, refusal: IdpError | None) -> None:
    now = timezone.now()
    run = Run.objects.create(
        organization_id=document.organization_id,
        document=document,
        next_check_at=now + timedelta(seconds=settings.WAKE_UP_SECONDS),
        finished_at=now if refusal else None,
    )
    for position, step in enumerate(DOCUMENT_STEP_NAMES):
        step_run = StepRun(
            organization_id=document.organization_id,
            run=run,
            unit_kind=UnitKind.DOCUMENT,
            unit_id=document.id,
            step=step,
            position=position,
        )
        if step is _UPLOAD:
            step_run.attempt, step_run.started_at, step_run.finished_at = 1, now, now
            step_run.status = StepStatus.FAILED if refusal else StepStatus.SUCCEEDED
            step_run.error_code, step_run.reason = (refusal.code, refusal.message) if refusal else ("", "")
        elif refusal:
            step_run.status, step_run.reason = StepStatus.SKIPPED, "The file was refused."
        step_run.save()
