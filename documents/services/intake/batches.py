"""Submitting batches: the first node of a file's way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.access import Access
from accounts.domain.roles import Permission
from accounts.selectors.access import team_get_for
from accounts.services.audit.trail import audit_record
from documents import progress, storage
from documents.domain.refusals import BATCH_HAS_TOO_MANY_FILES, NO_FILES, UNKNOWN_PRIORITY
from documents.models import Batch, Run, Schema
from documents.models.batch import Priority
from documents.policies import check_can
from documents.selectors.doors import batch_get_for, schema_get_usable_for
from documents.services.intake.admission import documents_admit
from documents.services.intake.idempotency import Submission, earlier_batch, idempotency_key_check, repeated_batch
from documents.services.intake.quotas import quotas_check, room_take
from documents.services.intake.receiving import (
    IncomingFile,
    ReceivedFile,
    documents_create,
    file_facts,
    file_receive,
    uploads_take,
)
from idp_project.core.enqueue import enqueue
from idp_project.core.errors import IdpError, InvalidInput
from idp_project.core.job_names import JobName

MOST_FILES = 500  # of a batch, sent at once or in parts


def batch_submit(
    access: Access,
    *,
    team_id: UUID,
    files: Sequence[IncomingFile] = (),
    upload_ids: Sequence[UUID] = (),
    name: str = "",
    schema_id: UUID | None = None,
    source: str = "browser",
    idempotency_key: str | None = None,
    priority: int = Priority.NORMAL,
) -> Batch:
    """Receives files as one batch and starts their way through the pipeline; a virus scanner, if set up, looks first, and of
    an office document a PDF is made.

    `upload_ids` are files that have come in parts before. A file that is refused (empty, unknown, over a limit) becomes a
    failed document with a named reason; the others go on. The same request with the same `idempotency_key` from the same
    person gives the batch of the first call. Raises InvalidInput without files, for too many and for a key that cannot be one,
    IdempotencyKeyReused where other content came with the key, NotFound for a team that cannot be seen or an upload that
    is gone, Conflict for an upload that is not complete and for a retired schema, Forbidden without the permission to
    upload into the team, or to manage batches there for a priority above normal, TooLarge or PageQuotaReached where the
    organisation's quota leaves no room.
    """
    team_get_for(access, team_id, Permission.UPLOAD_DOCUMENTS)
    if priority > Priority.NORMAL:  # the same right as `batch_prioritize` asks for
        check_can(access, Permission.MANAGE_BATCHES, team_id=team_id)
    key = idempotency_key_check(idempotency_key)
    asked = Submission(source, team_id, schema_id, name.strip(), priority, upload_ids)
    if earlier := earlier_batch(access, key):
        return repeated_batch(earlier, asked.digest(file_facts(file) for file in files))
    if not files and not upload_ids:
        raise InvalidInput(NO_FILES(), code="no_files")
    if max(len(files), len(upload_ids)) > MOST_FILES:
        raise InvalidInput(BATCH_HAS_TOO_MANY_FILES(most=MOST_FILES), code="too_many_files")
    schema = schema_get_usable_for(access, schema_id) if schema_id else None
    organization_id = access.required_organization_id
    quotas_check(organization_id, more_bytes=sum(file.size_bytes for file in files))
    received = [file_receive(organization_id, file) for file in files]
    digest = asked.digest((file.name, file.stored.sha256) for file in received) if key else ""
    try:
        with transaction.atomic():
            room_take(organization_id, more_bytes=sum(file.kept_bytes for file in received))
            uploaded = uploads_take(access, upload_ids)
            return _create_batch(access, asked, [*uploaded, *received], schema, key, digest)
    except (IntegrityError, IdpError):
        for file in received:
            storage.file_delete(file.stored.storage_name)
        if earlier := earlier_batch(access, key):  # somebody with the same key was faster
            return repeated_batch(earlier, digest)
        raise


@transaction.atomic
def batch_prioritize(access: Access, batch_id: UUID, priority: int) -> None:
    """Lets the waiting documents of a batch begin before or after those of the organisation's other batches."""
    batch = batch_get_for(access, batch_id, Permission.MANAGE_BATCHES)
    if priority not in Priority.values:
        raise InvalidInput(UNKNOWN_PRIORITY(), code="unknown_priority")
    Batch.objects.filter(id=batch.id).update(priority=priority)
    details = {"priority": priority}
    audit_record(access, "batch_prioritized", object_kind="batch", object_id=batch.id, details=details)


def document_wake(organization_id: UUID, document_id: UUID) -> None:
    """Has the conductor look at a document after this transaction; the reconciler does so should the job be lost."""
    check_at = timezone.now() + timedelta(seconds=settings.WAKE_UP_SECONDS)
    Run.objects.filter(document_id=document_id, finished_at__isnull=True).update(next_check_at=check_at)
    enqueue(JobName.DOCUMENT_ADVANCE, organization_id=organization_id, document_id=document_id)


def _create_batch(
    access: Access,
    asked: Submission,
    received: Sequence[ReceivedFile],
    schema: Schema | None,
    key: str,
    digest: str,
) -> Batch:
    batch = Batch.objects.create(
        organization_id=access.required_organization_id,
        team_id=asked.team_id,
        name=(asked.name or _default_name(received))[:200],
        schema=schema,
        submitted_by_id=access.user_id,
        source=asked.source,
        idempotency_key=key,
        idempotency_digest=digest,
        priority=asked.priority,
    )
    document_ids = documents_create(batch, received)
    documents_admit(batch.organization_id)
    progress.documents_changed(batch.organization_id, batch.id, document_ids)  # work begins first
    details = {"files": len(received), "source": asked.source}
    audit_record(access, "batch_submitted", object_kind="batch", object_id=batch.id, details=details)
    return batch


def _default_name(received: Sequence[ReceivedFile]) -> str:
    first = received[0].name
    return first if len(received) == 1 else f"{first} and {len(received) - 1} more"
