"""Restoring a backup into an empty system, or beside a production database that is ahead of it.

Nothing is written before the whole backup was read and found as it was made. Files first, then each database in one
transaction: killed in between, the restore can be repeated, since what is not restored is still empty.
"""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from accounts.services.keys.key_fingerprint import keys_record, present_keys
from idp_project.core.database_roles import connected_as_owner
from idp_project.core.key_fingerprint import other_secrets_message
from idp_project.operations.backup.errors import BackupError
from idp_project.operations.backup.manifest import NAME, Manifest, StoredFile, migrations_of, verify
from idp_project.operations.backup.progress import Progress
from idp_project.operations.backup.room import room_check, room_named
from idp_project.operations.backup.tables import snapshot, tables_check_empty, tables_load
from idp_project.operations.backup.taking import DATABASES


def restore(source: Path, progress: Progress, *, keeps_pdb: bool = False, has_other_keys: bool = False) -> Manifest:
    """Restores both databases and the files; with `keeps_pdb` the production database is left as it is.

    Raises BackupError for a damaged backup, one of another schema, other secrets (unless `has_other_keys`), and a
    database that is not empty.
    """
    manifest = Manifest.read(source)
    _check_kind(manifest)
    aliases = [alias for alias in DATABASES if not (keeps_pdb and alias == "pdb")]
    if not has_other_keys:
        _check_keys(manifest)
    size = sum(part.bytes for part in manifest.parts) + manifest.file_bytes
    with progress.bar("reading the backup through", size) as advance:
        verify(source, manifest, advance)
    for alias in aliases:
        _check_schema(manifest, alias)
        with snapshot(alias) as cursor:
            tables_check_empty(cursor, alias)
    if not has_other_keys:
        keys_record(manifest.keys)  # during a rotation the contents need more than the newest keys
    _restore_files(source, manifest, progress)
    with connected_as_owner():
        for alias in aliases:
            parts = [part for part in manifest.parts if part.database == alias]
            with progress.bar(f"database “{alias}”", sum(part.bytes for part in parts)) as advance:
                tables_load(alias, parts, source, advance)
    return manifest


def _check_kind(manifest: Manifest) -> None:
    if manifest.is_demonstration and not settings.IS_DEMONSTRATION:
        raise BackupError(
            _(
                "This is the backup of a demonstration, whose passwords are published: it is not restored into an "
                "installation for real documents."
            )
        )


def _check_keys(manifest: Manifest) -> None:
    keys = present_keys()
    if names := keys.differing(manifest.keys):
        raise BackupError(other_secrets_message(names))
    if not any(manifest.is_sealed_by(key) for key in keys.secret_keys):
        raise BackupError(_("%(name)s is not as it was written: somebody changed the backup.") % {"name": NAME})


def _check_schema(manifest: Manifest, alias: str) -> None:
    present = set(migrations_of(alias))
    differing = sorted(present.symmetric_difference(manifest.migrations[alias]))
    if differing:
        raise BackupError(
            _(
                "The schema of “%(database)s” is of another version: %(migrations)s. Restore with %(release)s (after its "
                "`manage.py prepare`), then update."
            )
            % {"database": alias, "migrations": ", ".join(differing[:3]), "release": manifest.made_by}
        )


def _restore_files(source: Path, manifest: Manifest, progress: Progress) -> None:
    """What is there already, from a restore that was interrupted, is kept: names are never used twice."""
    place = Path(default_storage.path(""))
    room_check(place, sum(file.bytes for file in manifest.stored_files(source) if not _is_there(file)))
    with room_named(place), progress.bar("files", manifest.files) as advance:
        for file in manifest.stored_files(source):
            if not _is_there(file):
                default_storage.delete(file.name)
                with (source / "files" / file.name).open("rb") as stream:
                    default_storage.save(file.name, File(stream))
            advance(1)


def _is_there(file: StoredFile) -> bool:
    return default_storage.exists(file.name) and default_storage.size(file.name) == file.bytes
