"""Deleting a document that came to nothing: rows, pictures and the file."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from accounts.access import Access
from accounts.domain.roles import Permission
from accounts.services import audit_record
from documents import storage
from documents.domain.statuses import DocumentStatus
from documents.models import Document, Event, Page
from documents.selectors import document_get_for
from documents.services.batches import document_wake
from idp_project.core.errors import Conflict

_CAME_TO_NOTHING = (DocumentStatus.FAILED, DocumentStatus.QUARANTINED, DocumentStatus.CANCELLED)


@transaction.atomic
def document_delete(access: Access, document_id: UUID) -> None:
    """Deletes a failed, quarantined or cancelled document with its file; the audit trail keeps its name and hash.

    Raises Conflict while it is at work, and where a part of it was approved: that one is withdrawn, not deleted.
    """
    document = document_get_for(access, document_id, Permission.MANAGE_BATCHES)
    document = Document.objects.select_for_update(of=("self",)).select_related("source_file").get(id=document.id)
    if document.status not in _CAME_TO_NOTHING:
        raise Conflict("Only what failed, is quarantined or was cancelled can be deleted here.", code="not_failed")
    if Event.objects.filter(document=document).exists():
        raise Conflict("A part of this document was approved: withdraw it instead.", code="already_approved")
    source = document.source_file
    pictures = Page.objects.filter(document=document).values_list("image_name", "original_image_name")
    names = {source.storage_name, *(name for pair in pictures for name in pair)} - {""}
    details = {"file": source.name, "sha256": source.sha256}
    organization_id = document.organization_id
    document.delete()
    source.delete()
    audit_record(
        access,
        "document_deleted",
        object_kind="document",
        object_id=document_id,
        details=details,
        organization_id=organization_id,
    )
    transaction.on_commit(lambda: _delete_files(names), robust=True)


def _delete_files(names: set[str]) -> None:
    for name in names:
        storage.file_delete(name)


def document_look_again(access: Access, document_id: UUID) -> None:
    """Has the conductor look at a document now: the way out for one that does not move."""
    document = document_get_for(access, document_id, Permission.MANAGE_BATCHES)
    document_wake(document.organization_id, document.id)
