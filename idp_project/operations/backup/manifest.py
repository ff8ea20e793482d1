"""What a backup says of itself: versions, counts, and the sha256 of every part. Checked before anything is written."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO, Any, Self

from django.conf import settings
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _

from idp_project.core.release import Release
from idp_project.operations.backup.errors import BackupError

FORMAT = 3
NAME, FILE_LIST = "manifest.json", "files.jsonl"
_CHUNK = 2**20


@dataclass(frozen=True)
class Part:
    """One table of one database, as COPY text in gzip. `name` is its path in the backup."""

    name: str
    database: str
    table: str
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True)
class StoredFile:
    """One stored file; `name` is its storage name."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """`keys` are fingerprints of the keys that the contents need, by name; `missing_files` were deleted while the backup was
    made. `version` and `commit` are of the release that made it; `is_demonstration`: published
    passwords open its accounts. `seal` is a MAC of all the rest under the secret key, so
    that nobody changes a backup and its digests unnoticed.
    """

    created_at: str
    keys: dict[str, list[str]]
    migrations: dict[str, list[str]]
    parts: list[Part]
    files: int
    file_bytes: int
    files_sha256: str
    missing_files: list[str]
    version: str
    commit: str
    is_demonstration: bool
    format: int = FORMAT
    seal: str = ""

    def write(self, folder: Path) -> None:
        """Sealed, whatever `seal` was."""
        sealed = replace(self, seal=self._seal(settings.SECRET_KEY))
        (folder / NAME).write_text(json.dumps(asdict(sealed), indent=1) + "\n")

    def is_sealed_by(self, secret_key: str) -> bool:
        return hmac.compare_digest(self.seal, self._seal(secret_key))

    @property
    def made_by(self) -> str:
        """The release, for people."""
        return str(Release(self.version, self.commit))

    def _seal(self, secret_key: str) -> str:
        text = json.dumps(asdict(replace(self, seal="")), sort_keys=True)
        return hmac.new(secret_key.encode(), f"backup {text}".encode(), hashlib.sha256).hexdigest()

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Raises BackupError for a folder that holds no backup that this version reads."""
        try:
            data: dict[str, Any] = json.loads((folder / NAME).read_text())
        except (OSError, ValueError) as error:
            raise BackupError(
                _("%(folder)s holds no finished backup: %(name)s cannot be read.") % {"folder": folder, "name": NAME}
            ) from error
        if data.get("format") != FORMAT:
            raise BackupError(
                _(
                    "%(folder)s has the format %(format)s; this release reads %(own)s. Restore with the release that made the "
                    "backup, then upgrade."
                )
                % {"folder": folder, "format": data.get("format"), "own": FORMAT}
            )
        try:
            return cls(**data | {"parts": [Part(**part) for part in data["parts"]]})
        except (KeyError, TypeError) as error:
            raise BackupError(
                _("%(name)s is not as it was written: the backup is damaged.") % {"name": NAME}
            ) from error

    def stored_files(self, folder: Path) -> Iterator[StoredFile]:
        with (folder / FILE_LIST).open() as lines:
            for line in lines:
                yield StoredFile(**json.loads(line))


def verify(folder: Path, manifest: Manifest, advance: Callable[[int], None]) -> None:
    """Raises BackupError naming the first part that is not as it was written; calls `advance` with the bytes read."""
    for part in manifest.parts:
        _check(folder / part.name, part.name, part.sha256, advance)
    _check(folder / FILE_LIST, FILE_LIST, manifest.files_sha256, advance)
    for file in manifest.stored_files(folder):
        _check(folder / "files" / file.name, f"files/{file.name}", file.sha256, advance)


def _check(path: Path, name: str, sha256: str, advance: Callable[[int], None]) -> None:
    try:
        with path.open("rb") as stream:
            found = digest_of(stream, advance)
    except OSError as error:
        raise BackupError(_("%(name)s is missing in the backup.") % {"name": name}) from error
    if found != sha256:
        raise BackupError(_("%(name)s is not as it was written: the backup is damaged.") % {"name": name})


def digest_of(stream: IO[bytes], advance: Callable[[int], None] = lambda size: None) -> str:
    digest = hashlib.sha256()
    while block := stream.read(_CHUNK):
        digest.update(block)
        advance(len(block))
    return digest.hexdigest()


def migrations_of(alias: str) -> list[str]:
    """The schema's version: `app.name` of every migration that was applied."""
    applied = MigrationRecorder(connections[alias]).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied)
