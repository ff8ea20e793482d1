"""`manage.py restore FOLDER`: a backup into an empty system."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from idp_project.operations.backup.errors import BackupError
from idp_project.operations.backup.progress import Progress
from idp_project.operations.backup.restoring import restore


class Command(BaseCommand):
    help = "Restore a backup into an empty system; everything is checked before anything is written."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--keep-pdb", action="store_true", help="leave the production database as it is, also where it is ahead"
        )
        parser.add_argument("--other-keys", action="store_true", help="although this system has other secrets")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            manifest = restore(
                folder.absolute(),
                Progress(),
                keeps_pdb=options["keep_pdb"],
                has_other_keys=options["other_keys"],
            )
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Restored as of {manifest.created_at}. Now run `manage.py reconcile_pdb`, `verify_audit` and `retain`."
        )
