"""Files that no row names, now: `manage.py sweep_files [--organization SLUG] [--dry-run]`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts.management.organizations import add_organization, chosen_organizations
from documents.services.removing import stored_file_sweeps
from idp_project.core.sizes import shown_size


class Command(BaseCommand):
    help = "Delete stored files that no row names and that are older than UNNAMED_FILE_HOURS, as the clock does every night."

    def add_arguments(self, parser: CommandParser) -> None:
        add_organization(parser)
        parser.add_argument("--dry-run", action="store_true", help="say what would go, delete nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        sweep, what = (
            (stored_file_sweeps.file_sweep_dry, "would go")
            if options["dry_run"]
            else (stored_file_sweeps.file_sweep, "are gone")
        )
        for organization in chosen_organizations(options["organization"]):
            swept = sweep(organization)
            told = f"{swept.files} of {swept.looked_at} files ({shown_size(swept.bytes)}), which no row names, {what}"
            self.stdout.write(f"{organization.slug}: {told}")
