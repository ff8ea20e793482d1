"""Files that no row names: what a process left that died between storing a file and the commit that names it.

Also what died while it deleted an upload's parts, and pictures of pages that were read again. Files are stored before their rows
are committed, so a young one may still be named: what is older than `UNNAMED_FILE_HOURS` is not, for no request and no step lives
so long. Names are never used twice. A sweep walks an organisation's files in the order of their names and keeps its place.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from accounts.models import Organization
from documents import storage
from documents.models import FileSweep
from documents.services.removing.stored_files import deleted, names_in_use
from documents.services.running.nightly import night_begin, nights_go_on
from idp_project.core.tenancy import organization_scope

logger = logging.getLogger(__name__)
NAMES_AT_ONCE = 50_000  # about 10 MB; one listing of the folders serves this many
CHUNK = 500


@dataclass(frozen=True)
class Swept:
    """How many files were looked at, how many of them nobody names, and their bytes. They are gone, unless that was dry."""

    looked_at: int = 0
    files: int = 0
    bytes: int = 0

    def __add__(self, other: Swept) -> Swept:
        return Swept(self.looked_at + other.looked_at, self.files + other.files, self.bytes + other.bytes)


def file_sweeps_due() -> int:
    """For the clock: once a night every organisation's files, for at most a minute; returns how many sweeps ended."""
    return nights_go_on(FileSweep, file_sweep, is_wanted=lambda organization: True)


def file_sweep(organization: Organization, *, deadline: float | None = None) -> FileSweep:
    """Deletes an organisation's old files that no row names, until the deadline; continues a sweep that was interrupted."""
    sweep = night_begin(FileSweep, organization)
    is_over = True
    for names in _chunks(organization, after=sweep.position):
        is_over = deadline is None or time.monotonic() < deadline
        if not is_over:
            break
        swept = _sweep(organization, names, is_dry=False)
        changes = {name: F(name) + getattr(swept, name) for name in ("looked_at", "files", "bytes")}
        with organization_scope(organization.id):
            FileSweep.objects.filter(id=sweep.id).update(position=names[-1], **changes)
    with organization_scope(organization.id):
        if is_over:
            FileSweep.objects.filter(id=sweep.id).update(finished_at=timezone.now())
        sweep = FileSweep.objects.get(id=sweep.id)
    if is_over:
        what = "%s: of %d files %d, which no row names, were deleted (%d bytes)"
        logger.info(what, organization.slug, sweep.looked_at, sweep.files, sweep.bytes)
    return sweep


def file_sweep_dry(organization: Organization) -> Swept:
    """What a sweep would delete now."""
    return sum((_sweep(organization, names, is_dry=True) for names in _chunks(organization)), start=Swept())


def _chunks(organization: Organization, after: str = "") -> Iterator[list[str]]:
    while names := storage.names_after(organization.id, after, NAMES_AT_ONCE):
        for start in range(0, len(names), CHUNK):
            yield names[start : start + CHUNK]
        after = names[-1]


def _sweep(organization: Organization, names: Sequence[str], *, is_dry: bool) -> Swept:
    """1. How old each file is. 2. Which of the old ones a row names: what stored one has committed by now, or never will.
    3. The others go. A row that is deleted meanwhile has its file deleted as well: what is gone already is no failure."""
    before = timezone.now() - timedelta(hours=settings.UNNAMED_FILE_HOURS)
    old = {name: facts.size_bytes for name in names if (facts := storage.facts_of(name)) and facts.modified_at < before}
    with organization_scope(organization.id):
        named = names_in_use(old)
    unnamed = [name for name in old if name not in named]
    gone = unnamed if is_dry else [name for name in unnamed if deleted(name)]
    return Swept(len(names), len(gone), sum(old[name] for name in gone))
