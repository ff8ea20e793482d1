"""`manage.py backup FOLDER`: both databases and the files, while the product runs."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from idp_project.core.sizes import shown_size
from idp_project.operations.backup.errors import BackupError
from idp_project.operations.backup.progress import Progress
from idp_project.operations.backup.taking import backup


class Command(BaseCommand):
    help = "Back both databases and all files up into a new folder. The secrets are not in it: keep them apart."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            manifest = backup(folder.absolute(), Progress())
        except BackupError as error:
            raise CommandError(str(error)) from error
        rows = sum(part.rows for part in manifest.parts)
        size = shown_size(sum(part.bytes for part in manifest.parts) + manifest.file_bytes)
        self.stdout.write(f"{folder}: {rows} rows, {manifest.files} files, {size}")
        if manifest.missing_files:
            self.stdout.write(f"{len(manifest.missing_files)} files were deleted meanwhile and are not in it.")
