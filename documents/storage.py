"""Files: originals as received, PDFs made of other documents and page images, under generated names outside the web root.

Works with any Django storage; where that has no local paths the original is copied to a temporary file for parsing.
"""

from __future__ import annotations

import errno
import hashlib
import heapq
import os
import re
import shutil
import tempfile
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import IO
from uuid import UUID

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage

from idp_project.core.errors import OutageAwaited
from idp_project.core.reasons import define
from idp_project.core.translation import gettext_noop as _

_END_BYTES = 4096
_ORIGINALS, _PDFS, _PAGES, _UPLOADS = "originals", "pdfs", "pages", "uploads"  # folders of an organisation
_OWN_NAMES = {
    _ORIGINALS: r"[0-9a-f]{32}",
    _PDFS: r"[0-9a-f]{32}",
    _PAGES: r"[0-9a-f]{32}\.jpg",
    _UPLOADS: r"[0-9a-f]{32}",
}
_LONG_AGO = datetime.fromtimestamp(0, tz=UTC)


class StorageFull(OutageAwaited):
    """No room on the disk: work waits until there is some."""

    code = "storage_full"
    http_status = HTTPStatus.INSUFFICIENT_STORAGE
    default_message = define(
        "storage_full", _("There is no room left for files on the server. Nothing was kept; try again when there is.")
    )


@dataclass(frozen=True)
class StoredFile:
    """A file that has arrived. `head` and `tail` are its first and last 4 KiB.

    `is_over_limit` says it was cut off and not kept.
    """

    storage_name: str
    size_bytes: int
    sha256: str
    head: bytes
    tail: bytes = b""
    is_over_limit: bool = False


@dataclass(frozen=True)
class StoredFacts:
    """When it was last written to, and how large it is."""

    modified_at: datetime
    size_bytes: int


def original_save(organization_id: UUID, chunks: Iterable[bytes], *, max_bytes: int) -> StoredFile:
    """Streams a file into storage, hashing on the way; stops reading one byte past the limit and keeps nothing then.

    Raises StorageFull, also the other functions that save.
    """
    digest, size, head, tail = hashlib.sha256(), 0, b"", b""
    name = f"{organization_id}/{_ORIGINALS}/{uuid.uuid4().hex}"
    with _whole_or_not(name), tempfile.TemporaryFile() as spool:  # without a name: a killed process leaves nothing
        for chunk in chunks:
            size += len(chunk)
            if size > max_bytes:
                return StoredFile("", size, "", head, is_over_limit=True)
            digest.update(chunk)
            spool.write(chunk)
            head += chunk[: max(0, _END_BYTES - len(head))]
            tail = (tail + chunk)[-_END_BYTES:]
        spool.flush()
        spool.seek(0)
        name = default_storage.save(name, File(spool))
    return StoredFile(name, size, digest.hexdigest(), head, tail)


def content_hash(chunks: Iterable[bytes], *, max_bytes: int) -> str:
    """The sha256 that `original_save` would give; nothing is kept. Empty over the limit."""
    digest, size = hashlib.sha256(), 0
    for chunk in chunks:
        size += len(chunk)
        if size > max_bytes:
            return ""
        digest.update(chunk)
    return digest.hexdigest()


def original_stored(storage_name: str, size_bytes: int, sha256: str) -> StoredFile:
    """What `original_save` gave, of a file that it stored earlier."""
    with default_storage.open(storage_name, "rb") as stored:
        head = stored.read(_END_BYTES)
        stored.seek(max(0, size_bytes - _END_BYTES))
        return StoredFile(storage_name, size_bytes, sha256, head, stored.read(_END_BYTES))


def part_save(organization_id: UUID, upload_id: UUID, offset: int, chunks: Iterable[bytes]) -> tuple[str, int]:
    """Streams one part of a file that comes in several; gives its storage name and size in bytes."""
    name = f"{_parts_folder(organization_id, upload_id)}/{offset}"
    with _whole_or_not(name), tempfile.TemporaryFile() as spool:
        for chunk in chunks:
            spool.write(chunk)
        size = spool.tell()
        spool.seek(0)
        return default_storage.save(name, File(spool)), size


def parts_read(storage_names: Iterable[str]) -> Iterator[bytes]:
    """The bytes of parts, one after the other, in chunks."""
    for name in storage_names:
        with default_storage.open(name, "rb") as part:
            yield from part.chunks()


def parts_delete(organization_id: UUID, upload_id: UUID) -> None:
    """Deletes every part of an upload, also one that was stored and never noted; none is fine."""
    file_delete(_parts_folder(organization_id, upload_id))


def _parts_folder(organization_id: UUID, upload_id: UUID) -> str:
    return f"{organization_id}/{_UPLOADS}/{upload_id.hex}"


def _is_folder(storage_name: str) -> bool:
    places = storage_name.split("/")
    return len(places) == 3 and places[1] == _UPLOADS


@contextmanager
def _whole_or_not(storage_name: str) -> Iterator[None]:
    """Leaves no half file where the disk is full."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        with suppress(OSError):
            default_storage.delete(storage_name)
        raise StorageFull from error


@contextmanager
def local_path(storage_name: str) -> Iterator[str]:
    """A path with the file's bytes, to be opened by this process for the sandbox's read-only descriptor."""
    try:
        path = default_storage.path(storage_name)
    except NotImplementedError:
        with tempfile.TemporaryFile() as copy, default_storage.open(storage_name) as stored:
            shutil.copyfileobj(stored, copy)
            copy.flush()
            yield f"/proc/self/fd/{copy.fileno()}"
        return
    yield path


def original_open(storage_name: str) -> IO[bytes]:
    return default_storage.open(storage_name, "rb")


def pdf_save(organization_id: UUID, content: bytes) -> str:
    """Stores the PDF that was made of an office document or an e-mail, gives its storage name."""
    name = f"{organization_id}/{_PDFS}/{uuid.uuid4().hex}"
    with _whole_or_not(name):
        return default_storage.save(name, ContentFile(content))


def page_image_save(organization_id: UUID, content: bytes) -> str:
    """Stores one encoded page image, gives its storage name."""
    name = f"{organization_id}/{_PAGES}/{uuid.uuid4().hex}.jpg"
    with _whole_or_not(name):
        return default_storage.save(name, ContentFile(content))


def page_image_read(storage_name: str) -> bytes:
    """Raises FileNotFoundError where the image was deleted."""
    with default_storage.open(storage_name, "rb") as stored:
        return stored.read()


def file_delete(storage_name: str) -> None:
    """Deletes a stored file, or the folder of an upload with all parts in it; missing is fine."""
    if not storage_name:
        return
    with suppress(FileNotFoundError):
        for part in _parts_in(storage_name):
            default_storage.delete(part)
        default_storage.delete(storage_name)


def names_after(organization_id: UUID, after: str, most: int) -> list[str]:
    """The first storage names of an organisation behind a given one, in their order; an upload's parts by their folder.

    Only names that are made here. Holds `most` names at a time where storage is a local folder, however many there are.
    """
    names = (
        f"{organization_id}/{folder}/{name}"
        for folder, pattern in _OWN_NAMES.items()
        for name in _entries(f"{organization_id}/{folder}", are_folders=folder == _UPLOADS)
        if re.fullmatch(pattern, name)
    )
    return heapq.nsmallest(most, (name for name in names if name > after))


def facts_of(storage_name: str) -> StoredFacts | None:
    """Of a stored file, or of an upload's parts together; None where it is gone."""
    try:
        names = _parts_in(storage_name) if _is_folder(storage_name) else [storage_name]
        times = [default_storage.get_modified_time(name) for name in names]
        return StoredFacts(max(times, default=_LONG_AGO), sum(default_storage.size(name) for name in names))
    except FileNotFoundError:
        return None


def _parts_in(storage_name: str) -> list[str]:
    if not _is_folder(storage_name):
        return []
    return [f"{storage_name}/{part}" for part in default_storage.listdir(storage_name)[1]]


def _entries(folder: str, *, are_folders: bool) -> Iterator[str]:
    with suppress(FileNotFoundError):
        try:
            path = default_storage.path(folder)
        except NotImplementedError:
            yield from default_storage.listdir(folder)[0 if are_folders else 1]
            return
        with os.scandir(path) as entries:
            yield from (entry.name for entry in entries if entry.is_dir() == are_folders)


def is_stored(storage_name: str) -> bool:
    return bool(storage_name) and default_storage.exists(storage_name)
