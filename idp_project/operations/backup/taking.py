"""Making a backup while the product runs.

1. The production database, then the IDP database, each from one snapshot: what is delivered in between is found missing by
the comparison of the two, and delivered again. 2. Files last: they never change, and are written before the rows that name
them; what retention deleted meanwhile is listed as missing. 3. The folder gets its name when it is whole.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.services.keys.key_fingerprint import keys_needed
from idp_project.core.release import release
from idp_project.operations.backup.errors import BackupError
from idp_project.operations.backup.manifest import FILE_LIST, Manifest, Part, StoredFile, migrations_of
from idp_project.operations.backup.progress import Progress
from idp_project.operations.backup.room import room_named
from idp_project.operations.backup.tables import snapshot, stored_names, table_names, table_save

DATABASES = ("pdb", "default")


def backup(target: Path, progress: Progress) -> Manifest:
    """Writes a backup into the new folder `target`. Raises BackupError where something is there already, and where the
    disk has no room for it: then nothing is left there."""
    if target.exists():
        raise BackupError(_("%(folder)s exists already: name a new folder.") % {"folder": target})
    unfinished = target.with_name(target.name + ".unfinished")
    if unfinished.exists():
        shutil.rmtree(unfinished)
    try:
        with room_named(target):
            unfinished.mkdir(mode=0o700, parents=True)
            manifest = _fill(unfinished, progress)
    except BackupError:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    unfinished.rename(target)
    return manifest


def _fill(folder: Path, progress: Progress) -> Manifest:
    parts: list[Part] = []
    names: list[str] = []
    for alias in DATABASES:
        with snapshot(alias) as cursor:
            parts += _database(cursor, alias, folder, progress)
            names = stored_names(cursor) if alias == "default" else names
    files, missing = _files(names, folder, progress)
    manifest = Manifest(
        created_at=timezone.now().isoformat(timespec="seconds"),
        keys=keys_needed(),
        migrations={alias: migrations_of(alias) for alias in DATABASES},
        parts=parts,
        files=len(files),
        file_bytes=sum(file.bytes for file in files),
        files_sha256=hashlib.sha256((folder / FILE_LIST).read_bytes()).hexdigest(),
        missing_files=missing,
        version=release().version,
        commit=release().commit,
        is_demonstration=settings.IS_DEMONSTRATION,
    )
    manifest.write(folder)
    return manifest


def _database(cursor: Any, alias: str, folder: Path, progress: Progress) -> list[Part]:
    tables = table_names(cursor)
    with progress.bar(f"database “{alias}”", len(tables)) as advance:
        parts = []
        for table in tables:
            parts.append(table_save(cursor, alias, table, folder))
            advance(1)
        return parts


def _files(names: list[str], folder: Path, progress: Progress) -> tuple[list[StoredFile], list[str]]:
    """Copied, and listed as they are copied; those that are gone."""
    (folder / "files").mkdir(mode=0o700)
    files, missing = [], []
    with (folder / FILE_LIST).open("w") as listed, progress.bar("files", len(names)) as advance:
        for name in names:
            try:
                files.append(_copy(name, folder / "files" / name))
                listed.write(json.dumps(asdict(files[-1])) + "\n")
            except FileNotFoundError:
                missing.append(name)
            advance(1)
    return files, missing


def _copy(name: str, target: Path) -> StoredFile:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with (
        default_storage.open(name, "rb") as stored,
        target.open("wb") as out,
    ):
        for block in stored.chunks():
            digest.update(block)
            out.write(block)
            size += len(block)
    return StoredFile(name, size, digest.hexdigest())
