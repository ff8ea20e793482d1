"""Deleting a whole batch: asked for in a request, done by a job, one chunk of documents per transaction.

1. Each chunk says in its transaction how far it came, so a killed job is resumed where it stopped, by the clock if need
be. 2. Of two jobs one works: it holds the deletion's row under lock. 3. What may not be deleted stays, with its reason.
4. A legal hold, or the loss of the asker's permission, ends it before the next chunk.
"""

from __future__ import annotations

import time
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.access import Access
from accounts.domain.roles import Permission
from accounts.selectors.access import access_resolve
from accounts.services.audit.trail import audit_record
from documents.domain.reasons import DELETION_NO_LONGER_ALLOWED, DELETION_STOPPED_BY_HOLD
from documents.domain.refusals import BATCH_HELD
from documents.domain.statuses import DocumentStatus
from documents.models import Batch, BatchDeletion, Document, KeptDocument
from documents.selectors.doors import batch_get_for
from documents.services.removing.removal import Removed, batch_drop_if_empty, document_remove, removals_conclude
from idp_project.core.enqueue import enqueue
from idp_project.core.errors import Conflict, Forbidden, NotFound
from idp_project.core.job_names import JobName
from idp_project.core.reasons import Reason
from idp_project.core.tenancy import organization_scope, system_scope

SECONDS_AT_ONCE = 10.0
CHUNK = 25


@transaction.atomic
def batch_delete(access: Access, batch_id: UUID) -> None:
    """Has a job delete every document of a batch, and the batch itself where nothing of it is left.

    What may not be deleted then (see `document_delete`) stays and is named. Asking again while it is under way changes
    nothing. Raises Conflict under a legal hold.
    """
    batch = batch_get_for(access, batch_id, Permission.MANAGE_BATCHES)
    if Batch.objects.select_for_update(no_key=True).get(id=batch.id).is_held:
        raise Conflict(BATCH_HELD(), code="held")
    if BatchDeletion.objects.filter(batch=batch, finished_at__isnull=True).exists():
        return
    BatchDeletion.objects.filter(batch=batch).delete()
    deletion = BatchDeletion.objects.create(
        organization_id=batch.organization_id,
        batch=batch,
        asked_by_id=access.user_id,
        asked_as=access.display_name[:150],
        documents=_documents(batch.id).count(),
    )
    _wake(batch.organization_id, batch.id)
    details = {"name": batch.name, "documents": deletion.documents}
    _record(access, "batch_deletion_begun", batch, details)


def batch_deletion_advance(organization_id: UUID, batch_id: UUID) -> None:
    """Deletes chunk by chunk for some seconds, then lets other jobs have their turn. May be killed and repeated."""
    deadline = time.monotonic() + SECONDS_AT_ONCE
    while _chunk(organization_id, batch_id):
        if time.monotonic() > deadline:
            _wake(organization_id, batch_id)
            return


def batch_deletions_wake() -> int:
    """For the clock: enqueues every deletion that is under way, should its job be lost; returns their number."""
    with system_scope("deletions of batches under way"):
        opened = BatchDeletion.objects.filter(finished_at__isnull=True).order_by("created_at")
        rows = list(opened.values_list("organization_id", "batch_id"))
    for organization_id, batch_id in rows:
        _wake(organization_id, batch_id)
    return len(rows)


def _wake(organization_id: UUID, batch_id: UUID) -> None:
    enqueue(JobName.BATCH_DELETION_ADVANCE, organization_id=organization_id, batch_id=batch_id)


def _documents(batch_id: UUID) -> QuerySet[Document]:
    return Document.objects.filter(batch_id=batch_id).exclude(status=DocumentStatus.DELETED).order_by("id")


def _chunk(organization_id: UUID, batch_id: UUID) -> bool:
    """Looks at the next documents; whether there may be more."""
    with organization_scope(organization_id):
        rows = BatchDeletion.objects.select_for_update(skip_locked=True, of=("self",))
        deletion = rows.select_related("batch", "asked_by").filter(batch=batch_id, finished_at__isnull=True).first()
        if deletion is None:
            return False
        deletion.stopped_because = _why_it_stops(deletion)
        rest = _documents(batch_id).filter(id__gt=deletion.position).values_list("id", flat=True)
        ids = [] if deletion.stopped_because else list(rest[:CHUNK])
        removed = [found for document_id in ids if (found := _remove(deletion, document_id))]
        deletion.deleted += len(removed)
        deletion.position = ids[-1] if ids else deletion.position
        deletion.finished_at = timezone.now() if len(ids) < CHUNK else None
        deletion.save()
        _conclude(deletion, removed)
    return deletion.finished_at is None


def _why_it_stops(deletion: BatchDeletion) -> Reason | None:
    if deletion.batch.is_held:
        return DELETION_STOPPED_BY_HOLD()
    asker = deletion.asked_by
    access = access_resolve(asker, None, organization_id=deletion.organization_id) if asker else None
    try:
        batch_get_for(access or Access(None, deletion.organization_id), deletion.batch_id, Permission.MANAGE_BATCHES)
    except (Forbidden, NotFound):
        return DELETION_NO_LONGER_ALLOWED(by=deletion.asked_as)
    return None


def _remove(deletion: BatchDeletion, document_id: UUID) -> Removed | None:
    try:
        return document_remove(document_id)
    except Document.DoesNotExist:
        return None
    except Conflict as refusal:
        KeptDocument.objects.update_or_create(
            document_id=document_id,
            defaults={
                "organization_id": deletion.organization_id,
                "deletion": deletion,
                "code": refusal.code,
                "reason": refusal.reason,
            },
        )
        return None


def _conclude(deletion: BatchDeletion, removed: list[Removed]) -> None:
    """Drops an empty batch, then writes the audit: its chain stays locked until the commit."""
    access = Access(
        user_id=deletion.asked_by_id, organization_id=deletion.organization_id, display_name=deletion.asked_as
    )
    if deletion.finished_at:
        details = {"name": deletion.batch.name, "documents": deletion.deleted, "kept": deletion.kept.count()}
        batch_drop_if_empty(deletion.batch_id)
    removals_conclude(access, removed, reason="its batch was deleted")
    if deletion.finished_at:
        stopped = {"stopped": deletion.stopped_because.source_text} if deletion.stopped_because else {}
        _record(access, "batch_deleted", deletion.batch, details | stopped)


def _record(access: Access, action: str, batch: Batch, details: dict[str, object]) -> None:
    audit_record(
        access,
        action,
        object_kind="batch",
        object_id=batch.id,
        details=details,
        organization_id=batch.organization_id,
    )
