"""Receiving files: stored and hashed on the way, their type recognised by their first bytes; then documents of their batch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from accounts.access import Access
from documents import storage
from documents.domain.refusals import FILE_OVER_LIMIT, UPLOAD_GONE, UPLOAD_INCOMPLETE
from documents.domain.statuses import DocumentStatus
from documents.models import Batch, Document, Run, SourceFile, Upload
from documents.policies import uploads_of
from documents.services.running.step_runs import step_runs_of_received
from idp_project.core.errors import Conflict, IdpError, NotFound, PermanentFailure
from idp_project.core.files.errors import OFFICE_NOT_INSTALLED, SandboxCode, refusal
from idp_project.core.files.formats import CONTENT_TYPES, CONVERTED_TYPES, OFFICE_FORMATS, FileFormat
from idp_project.core.files.sniff import sniff
from idp_project.core.isolation.office.installation import PACKAGES
from idp_project.core.reasons import Reason


@dataclass(frozen=True)
class IncomingFile:
    """A file on its way in: the sender's name for it, its bytes in chunks, how many they are where that is known."""

    name: str
    chunks: Iterable[bytes]
    size_bytes: int = 0


@dataclass(frozen=True)
class ReceivedFile:
    """A stored file; `refusal` says why it will not be read."""

    name: str
    stored: storage.StoredFile
    content_type: str
    refusal: IdpError | None

    @property
    def kept_bytes(self) -> int:
        return self.stored.size_bytes if self.stored.storage_name else 0


def file_receive(organization_id: UUID, file: IncomingFile) -> ReceivedFile:
    """Stores a file, and says whether it is accepted. Over `MAX_FILE_BYTES` it is cut off and nothing of it is kept."""
    stored = storage.original_save(organization_id, file.chunks, max_bytes=settings.MAX_FILE_BYTES)
    name = shown_name(file.name)
    if stored.is_over_limit:
        return ReceivedFile(name, stored, "", PermanentFailure(over_limit(), code=SandboxCode.TOO_MANY_BYTES.value))
    return _judged(name, stored)


def file_facts(file: IncomingFile) -> tuple[str, str]:
    """`(name, sha256)` as `file_receive` would give them, without storing anything."""
    return shown_name(file.name), storage.content_hash(file.chunks, max_bytes=settings.MAX_FILE_BYTES)


def uploads_take(access: Access, upload_ids: Sequence[UUID]) -> list[ReceivedFile]:
    """The asker's complete uploads, in this order, for a batch that takes them in the same transaction.

    Raises NotFound where one of them is gone or somebody else's, Conflict where bytes of one are missing.
    """
    mine = uploads_of(access).filter(id__in=upload_ids).order_by("id")
    found = {upload.id: upload for upload in mine.select_for_update(of=("self",))}
    if set(upload_ids) - set(found):
        raise NotFound(UPLOAD_GONE(), code="upload_gone")
    uploads = [found[upload_id] for upload_id in dict.fromkeys(upload_ids)]
    if missing := next((upload for upload in uploads if not upload.is_complete), None):
        raise Conflict(UPLOAD_INCOMPLETE(file_name=missing.file_name), code="upload_incomplete")
    received = [
        _judged(upload.file_name, storage.original_stored(upload.storage_name, upload.size_bytes, upload.sha256))
        for upload in uploads
    ]
    Upload.objects.filter(id__in=list(found)).delete()
    return received


def shown_name(name: str) -> str:
    """The last part of what the sender calls the file, for display only."""
    return name.replace("\0", "").replace("\\", "/").rsplit("/", 1)[-1].strip()[:255] or "unnamed"


def over_limit() -> Reason:
    return FILE_OVER_LIMIT(most=settings.MAX_FILE_BYTES)


def documents_create(
    batch: Batch, files: Sequence[ReceivedFile], *, attachment_of: Document | None = None
) -> list[UUID]:
    """The rows of received files in their order, inside the caller's transaction; of a refused one they say why it
    failed. `attachment_of` is the message that brought them along. Gives the documents.
    """
    documents = [
        _document(batch, file, attachment_of, number if attachment_of else None)
        for number, file in enumerate(files, start=1)
    ]
    runs = [
        Run(
            organization_id=batch.organization_id,
            document=document,
            next_check_at=timezone.now() + timedelta(seconds=settings.WAKE_UP_SECONDS),
            finished_at=document.finished_at,
        )
        for document in documents
    ]
    SourceFile.objects.bulk_create([document.source_file for document in documents])
    Document.objects.bulk_create(documents)
    Run.objects.bulk_create(runs)
    step_runs_of_received([(run, _is_uploaded(file), file.refusal) for run, file in zip(runs, files, strict=True)])
    return [document.id for document in documents]


def _is_uploaded(file: ReceivedFile) -> bool:
    """Nothing is left to do, except a virus scan where a scanner is set up, and the PDF of an office document or an e-mail."""
    return not settings.CLAMD_URL and file.content_type not in CONVERTED_TYPES


def _document(batch: Batch, file: ReceivedFile, message: Document | None, number: int | None) -> Document:
    document = Document(
        organization_id=batch.organization_id,
        batch=batch,
        team_id=batch.team_id,
        source_file=SourceFile(
            organization_id=batch.organization_id,
            batch=batch,
            name=file.name,
            storage_name=file.stored.storage_name,
            content_type=file.content_type,
            size_bytes=file.stored.size_bytes,
            sha256=file.stored.sha256,
        ),
        attachment_of=message,
        attachment_number=number,
    )
    if file.refusal:
        document.status, document.finished_at = DocumentStatus.FAILED, timezone.now()
        document.error_code, document.error = file.refusal.code, file.refusal.reason
    return document


def _judged(name: str, stored: storage.StoredFile) -> ReceivedFile:
    try:
        return ReceivedFile(name, stored, _content_type(stored, name), None)
    except IdpError as error:
        return ReceivedFile(name, stored, "application/octet-stream", error)


def _content_type(stored: storage.StoredFile, file_name: str) -> str:
    """Raises PermanentFailure where the file cannot be one of the accepted types.

    A PDF without its end is refused: readers rebuild what is there, and pages would be missing without a word.
    """
    file_format = sniff(stored.head, stored.tail, file_name)
    if file_format is FileFormat.PDF and not any(mark in stored.tail for mark in (b"%%EOF", b"startxref")):
        raise refusal(SandboxCode.TRUNCATED)
    if file_format in OFFICE_FORMATS and not settings.OFFICE_PROGRAM:
        raise refusal(SandboxCode.UNSUPPORTED_FORMAT, OFFICE_NOT_INSTALLED(packages=PACKAGES))
    return CONTENT_TYPES[file_format]
