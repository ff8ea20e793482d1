"""Files that come in parts and may go on after a broken connection."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.access import Access
from accounts.domain.roles import Permission
from documents import storage
from documents.domain.refusals import FILE_LENGTH_MISSING, MORE_THAN_DECLARED, UPLOAD_BY_PERSON, WRONG_OFFSET
from documents.models import Upload
from documents.policies import check_can
from documents.selectors.doors import upload_get_for
from documents.services.intake.quotas import quotas_check, room_take
from documents.services.intake.receiving import over_limit, shown_name
from idp_project.core.errors import Conflict, Forbidden, InvalidInput, TooLarge
from idp_project.core.tenancy import system_scope


class WrongOffset(Conflict):
    """The part does not begin where the file has got to; `as_dict` says where that is."""

    code = "wrong_offset"

    def __init__(self, received_bytes: int) -> None:
        super().__init__(WRONG_OFFSET(size=received_bytes))
        self.received_bytes = received_bytes

    def as_dict(self) -> dict[str, object]:
        return super().as_dict() | {"received_bytes": self.received_bytes}


@transaction.atomic
def upload_create(access: Access, *, file_name: str, size_bytes: int) -> Upload:
    """Begins an upload of this many bytes. Raises Forbidden for a person who may upload into no team, TooLarge over the limit
    or where the organisation has no room left, PageQuotaReached where its month is full.
    """
    check_can(access, Permission.UPLOAD_DOCUMENTS)
    if access.user_id is None:
        raise Forbidden(UPLOAD_BY_PERSON())
    if size_bytes < 0:
        raise InvalidInput(FILE_LENGTH_MISSING(), code="invalid_length")
    if size_bytes > settings.MAX_FILE_BYTES:
        raise TooLarge(over_limit())
    quotas_check(access.required_organization_id, more_bytes=0)  # pages: the bytes are taken next
    room_take(access.required_organization_id, more_bytes=size_bytes)
    upload = Upload.objects.create(
        organization_id=access.required_organization_id,
        user_id=access.user_id,
        file_name=shown_name(file_name),
        size_bytes=size_bytes,
        expires_at=_next_expiry(),
    )
    _complete_if_all_is_here(upload)
    return upload


@transaction.atomic
def upload_append(access: Access, upload_id: UUID, *, offset: int, length: int, chunks: Iterable[bytes]) -> Upload:
    """Adds a part of `length` bytes that begins at `offset`; the last one makes the file whole and hashes it.

    Raises WrongOffset where the upload stands elsewhere, TooLarge where more comes than was declared. Two senders of
    the same part: the second waits for the first, and is told where to go on.
    """
    upload = Upload.objects.select_for_update().get(id=upload_get_for(access, upload_id).id)
    if offset != upload.received_bytes:
        raise WrongOffset(upload.received_bytes)
    if offset + length > upload.size_bytes:
        raise TooLarge(MORE_THAN_DECLARED(size=upload.size_bytes), code="more_than_declared")
    if length:
        name, size = storage.part_save(upload.organization_id, upload.id, offset, chunks)
        upload.parts = [*upload.parts, name]
        upload.received_bytes += size
    upload.expires_at = _next_expiry()
    _complete_if_all_is_here(upload)
    return upload


@transaction.atomic
def upload_discard(access: Access, upload_id: UUID) -> None:
    """Gives an upload up; nothing of it is kept."""
    _delete(upload_get_for(access, upload_id))


def uploads_expire() -> int:
    """For the clock: removes what nobody has resumed in time; returns their number."""
    with system_scope("uploads that were abandoned"):
        expired = list(Upload.objects.filter(expires_at__lte=timezone.now()).select_for_update(skip_locked=True))
        for upload in expired:
            _delete(upload)
    return len(expired)


def _next_expiry() -> datetime:
    return timezone.now() + timedelta(hours=settings.UPLOAD_HOURS)


def _complete_if_all_is_here(upload: Upload) -> None:
    if upload.received_bytes == upload.size_bytes:
        stored = storage.original_save(
            upload.organization_id, storage.parts_read(upload.parts), max_bytes=upload.size_bytes
        )
        upload.storage_name, upload.sha256, upload.parts = stored.storage_name, stored.sha256, []
        organization_id, upload_id = upload.organization_id, upload.id
        transaction.on_commit(lambda: storage.parts_delete(organization_id, upload_id), robust=True)
    upload.save()


def _delete(upload: Upload) -> None:
    organization_id, upload_id, name = upload.organization_id, upload.id, upload.storage_name
    upload.delete()
    transaction.on_commit(lambda: storage.parts_delete(organization_id, upload_id), robust=True)
    transaction.on_commit(lambda: storage.file_delete(name), robust=True)
