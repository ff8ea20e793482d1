"""Deleting the stored files of deleted rows: after the commit, named by rows of their own, as often as it takes."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from uuid import UUID

from documents import queries, storage
from documents.models import FileRemoval
from idp_project.core.tenancy import organization_scope, system_scope

logger = logging.getLogger(__name__)
SECONDS_AT_ONCE = 60.0
CHUNK = 500


def files_mark(organization_id: UUID, names: Iterable[str]) -> None:
    """Has files deleted after the caller's transaction; empty names are left out."""
    FileRemoval.objects.bulk_create(
        FileRemoval(organization_id=organization_id, storage_name=name) for name in dict.fromkeys(names) if name
    )


def files_remove(organization_id: UUID, *, deadline: float | None = None) -> int:
    """Deletes an organisation's marked files, chunk by chunk until the deadline (`time.monotonic`); returns their number.

    May be repeated, and killed anywhere in between. A file that cannot be deleted stays marked and stops no other.
    """
    count, last = 0, UUID(int=0)
    while deadline is None or time.monotonic() < deadline:
        chunk = _chunk(organization_id, last)
        if not chunk:
            break
        gone = [removal_id for removal_id, name in chunk.items() if deleted(name)]
        with organization_scope(organization_id):
            FileRemoval.objects.filter(id__in=gone).delete()
        count, last = count + len(gone), max(chunk)
    return count


def files_remove_everywhere() -> int:
    """For the clock: what a process left that died after its commit, for at most a minute, in any order."""
    deadline = time.monotonic() + SECONDS_AT_ONCE
    with system_scope("files of deleted rows"):
        organizations = FileRemoval.objects.order_by("?").values_list("organization_id", flat=True)
        waiting = dict.fromkeys(organizations)
    return sum(files_remove(organization_id, deadline=deadline) for organization_id in waiting)


def _chunk(organization_id: UUID, after: UUID) -> dict[UUID, str]:
    """The next marked files by id; one that a row still names is given without its name."""
    with organization_scope(organization_id):
        rows = FileRemoval.objects.filter(id__gt=after).order_by("id").values_list("id", "storage_name")
        chunk = dict(rows[:CHUNK])
        in_use = names_in_use(chunk.values())
    return {removal_id: "" if name in in_use else name for removal_id, name in chunk.items()}


def names_in_use(names: Iterable[str]) -> set[str]:
    """Which of them a row names; inside the organisation's scope. Rows that mark a file for deletion do not count."""
    return {row["name"] for row in queries.fetch_all("names_in_use", names=list(names))}


def deleted(name: str) -> bool:
    """Deletes a file, or an upload's folder; False, with a line in the log, where that cannot be done now."""
    try:
        storage.file_delete(name)
    except OSError as error:
        logger.warning("the stored file %s is not deleted yet: %s", name, error)
        return False
    return True
