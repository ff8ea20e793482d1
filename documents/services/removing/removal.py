"""Deleting documents: by a person, with their batch or by the rule of retention, on one path.

What was approved outlives its source: sub-documents, approved versions and events stay, everything else of the document
goes. A document of which nothing was approved goes altogether. Files follow after the commit, named by rows of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone

from accounts.access import Access
from accounts.domain.roles import Permission
from accounts.services.audit.trail import audit_record
from documents import progress
from documents.domain.refusals import ALREADY_DELETED, DOCUMENT_HELD, NOT_ENDED, UNDELIVERED
from documents.domain.statuses import TERMINAL_DOCUMENT_STATUSES, DocumentStatus
from documents.models import (
    Batch,
    Document,
    Event,
    Page,
    ReceivedEInvoice,
    Run,
    SourceFile,
    StepRun,
    SubDocument,
    SubDocumentIdentity,
)
from documents.selectors.doors import batch_get_for, document_get_for
from documents.selectors.retention import documents_undelivered
from documents.services.intake.batches import document_wake
from documents.services.locks import step_runs_lock
from documents.services.removing.stored_files import files_mark, files_remove
from documents.services.running.step_runs import step_runs_delete
from idp_project.core.errors import Conflict


@dataclass(frozen=True)
class Removed:
    """What the audit says of a deleted document; `size_bytes` are its original's, and its PDF's."""

    document_id: UUID
    batch_id: UUID
    file_name: str
    sha256: str
    size_bytes: int


@transaction.atomic
def document_delete(access: Access, document_id: UUID) -> UUID:
    """Deletes a document that has ended, with its file, pages and texts; gives its batch's id.

    Its approved values stay in the production database, where its own rule holds. The audit trail keeps name and hash.
    Raises Conflict while it is at work or under way, once it is deleted, and under a legal hold.
    """
    document = document_get_for(access, document_id, Permission.MANAGE_BATCHES)
    removals_conclude(access, [document_remove(document.id)], reason="asked for")
    return document.batch_id


@transaction.atomic
def batch_hold_set(access: Access, batch_id: UUID, *, is_held: bool) -> None:
    """Puts a batch under a legal hold, or ends it."""
    batch = batch_get_for(access, batch_id, Permission.MANAGE_BATCHES)
    if Batch.objects.filter(id=batch.id).exclude(is_held=is_held).update(is_held=is_held):
        action = "batch_held" if is_held else "batch_hold_ended"
        audit_record(access, action, object_kind="batch", object_id=batch.id, organization_id=batch.organization_id)


def document_remove(document_id: UUID) -> Removed:
    """Deletes what `document_delete` says, inside the caller's transaction, which ends with `removals_conclude`.

    Raises Conflict as it does, and DoesNotExist. A legal hold waits for the transaction, or is seen by it.
    """
    Batch.objects.select_for_update(of=("self",), no_key=True).get(documents=document_id)
    locked = Document.objects.select_for_update(of=("self",)).select_related("source_file", "batch")
    document = locked.get(id=document_id)
    _check(document)
    step_runs_lock(document_id)  # of a cancelled one, a worker may be at its last commit
    source = document.source_file
    pictures = Page.objects.filter(document=document).values_list("image_name", "original_image_name")
    e_invoices = ReceivedEInvoice.objects.filter(document=document).values_list("storage_name", flat=True)
    files_mark(
        document.organization_id,
        [source.storage_name, source.pdf_name, *e_invoices, *(name for pair in pictures for name in pair)],
    )
    removed = Removed(document_id, document.batch_id, source.name, source.sha256, source.kept_bytes)
    if Event.objects.filter(document=document).exists():
        _empty(document)
    else:
        document.delete()
        source.delete()
    return removed


def removals_conclude(access: Access, removed: Sequence[Removed], *, reason: str) -> None:
    """Last in the transaction: publishes what is gone, has its files deleted after the commit, and records it, name and
    hash of each document. Of one organisation, the access's."""
    organization_id = access.required_organization_id
    for batch_id in {one.batch_id for one in removed}:
        ids = [one.document_id for one in removed if one.batch_id == batch_id]
        progress.documents_changed(organization_id, batch_id, ids)
    transaction.on_commit(lambda: files_remove(organization_id), robust=True)
    for one in removed:
        details = {"file": one.file_name, "sha256": one.sha256, "reason": reason}
        audit_record(access, "document_deleted", object_kind="document", object_id=one.document_id, details=details)


def batch_drop_if_empty(batch_id: UUID) -> None:
    """A batch of which no document is left goes too."""
    empty = Batch.objects.filter(id=batch_id, documents=None, is_held=False)
    if empty.exists():
        SourceFile.objects.filter(batch_id=batch_id).delete()
        Batch.objects.filter(id=batch_id).delete()


def document_look_again(access: Access, document_id: UUID) -> None:
    """Has the conductor look at a document now: the way out for one that does not move."""
    document = document_get_for(access, document_id, Permission.MANAGE_BATCHES)
    document_wake(document.organization_id, document.id)


def _check(document: Document) -> None:
    if document.status == DocumentStatus.DELETED:
        raise Conflict(ALREADY_DELETED(), code="already_deleted")
    if document.batch.is_held:
        raise Conflict(DOCUMENT_HELD(), code="held")
    is_open = Run.objects.filter(document=document, finished_at__isnull=True).exists()
    if document.status not in TERMINAL_DOCUMENT_STATUSES or (is_open and document.status != DocumentStatus.CANCELLED):
        raise Conflict(NOT_ENDED(), code="not_ended")
    if documents_undelivered(Document.objects.filter(id=document.id)).exists():
        raise Conflict(UNDELIVERED(), code="undelivered")


def _empty(document: Document) -> None:
    """Everything that hangs on it and its sub-documents, of every feature, except for what was approved."""
    for relation in _cascading(Document, kept={Run, SubDocument}):
        relation.related_model.objects.filter(**{relation.field.name: document}).delete()
    for relation in _cascading(SubDocument, kept={SubDocumentIdentity}):
        relation.related_model.objects.filter(**{f"{relation.field.name}__document": document}).delete()
    # A record that stays is known again: nothing is delivered a second time because its pages are gone.
    SubDocumentIdentity.objects.filter(
        sub_document__document=document, sub_document__approved_version_number=0
    ).delete()
    step_runs_delete(StepRun.objects.filter(run__document=document))
    SourceFile.objects.filter(id=document.source_file_id).update(storage_name="", pdf_name="", pdf_bytes=0)
    document.status, document.deleted_at, document.metadata = DocumentStatus.DELETED, timezone.now(), {}
    document.error_code = document.content_hash = ""
    document.error = None
    document.save(update_fields=["status", "deleted_at", "metadata", "error_code", "error", "content_hash"])


def _cascading(model: type[models.Model], *, kept: set[Any]) -> list[Any]:
    return [
        relation
        for relation in model._meta.related_objects
        if relation.on_delete is models.CASCADE and relation.related_model not in kept
    ]
