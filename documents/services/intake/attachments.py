"""Files that came with an e-mail or in a PDF: received like uploads, then documents of its batch, made exactly once.

The step that finds them stores their bytes before its commit and makes the documents in it, so a worker that is killed
in between leaves files that nobody names (`stored_file_sweeps` removes them), and no document.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from uuid import UUID

from django.conf import settings
from django.db import transaction

from documents import progress, storage
from documents.models import Document
from documents.services.intake.admission import documents_admit
from documents.services.intake.quotas import room_take
from documents.services.intake.receiving import IncomingFile, ReceivedFile, documents_create, file_receive
from idp_project.core.files.errors import SandboxCode, refusal
from idp_project.core.files.formats import CONTENT_TYPES, FileFormat
from idp_project.core.tenancy import organization_scope

_MESSAGE = CONTENT_TYPES[FileFormat.EML]


def attachments_receive(message: Document, files: Sequence[IncomingFile]) -> list[ReceivedFile]:
    """Stores them and says which are accepted, by the same rules as uploads. Outside any transaction.

    A message deeper than `MAX_MESSAGE_DEPTH` is refused like a file of an unknown type. Raises PermanentFailure
    too_many_attachments where the message of the uploader would come to more than `MAX_ATTACHMENTS`, in all depths; of a PDF
    or an XML that is too deep or would bring too many none is taken, and its sub-documents name them (`files_left`).
    """
    if not files:
        return []
    with organization_scope(message.organization_id, is_durable=False):
        ancestors = _ancestors(message)
        count = _count_below([*ancestors, message.id][0])
    is_deepest = len(ancestors) >= settings.MAX_MESSAGE_DEPTH
    is_message = message.source_file.is_message
    if count + len(files) > settings.MAX_ATTACHMENTS:
        if is_message:
            raise refusal(SandboxCode.TOO_MANY_ATTACHMENTS)
        return []
    if is_deepest and not is_message:
        return []
    received = [file_receive(message.organization_id, file) for file in files]
    return [_refused(file) if is_deepest and file.content_type == _MESSAGE else file for file in received]


def attachments_create(message: Document, received: Sequence[ReceivedFile]) -> None:
    """Makes their documents, inside the transaction that ends the step. Raises TooLarge over the organisation's quota."""
    room_take(message.organization_id, more_bytes=sum(file.kept_bytes for file in received))
    document_ids = documents_create(message.batch, received, attachment_of=message)
    documents_admit(message.organization_id)
    progress.documents_changed(message.organization_id, message.batch_id, document_ids)


def attachments_discard(received: Iterable[ReceivedFile]) -> None:
    """Deletes what was stored, once the transaction that says why has been committed."""

    def delete() -> None:
        for file in received:
            storage.file_delete(file.stored.storage_name)

    transaction.on_commit(delete, robust=True)


def _refused(file: ReceivedFile) -> ReceivedFile:
    return replace(file, refusal=refusal(SandboxCode.NESTED_TOO_DEEP))


def _ancestors(message: Document) -> list[UUID]:
    """The messages that it came with, the outermost first."""
    found: list[UUID] = []
    above = message.attachment_of_id
    while above is not None:
        found.insert(0, above)
        above = Document.objects.values_list("attachment_of_id", flat=True).get(id=above)
    return found


def _count_below(message_id: UUID) -> int:
    count, level = 0, [message_id]
    while level:
        level = list(Document.objects.filter(attachment_of_id__in=level).values_list("id", flat=True))
        count += len(level)
    return count
