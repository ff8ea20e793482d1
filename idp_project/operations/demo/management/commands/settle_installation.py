"""`manage.py settle_installation`: part of `prepare`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from idp_project.core.installation import InstallationKind
from idp_project.operations.demo.kind import settle_kind, withdraw_published_logins

WITHDRAWN = (
    "{data} holds a real installation, but {file} was there: published passwords of a demonstration. "
    "The file was deleted. Accounts that still had one of them were deactivated, with their sessions and keys: {names}."
)


class Command(BaseCommand):
    """Prints a line only where something was changed that a person has to know."""

    help = "Decides once whether the data folder holds a demonstration; takes published passwords out of a real one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--wanted", choices=list(InstallationKind), default=InstallationKind.REAL)

    def handle(self, *args: Any, wanted: str, **options: Any) -> None:
        data = Path(settings.DATA_DIR)
        try:
            kind = settle_kind(data, InstallationKind(wanted))
        except ValueError as error:
            raise CommandError(str(error)) from error
        has_logins = (data / "demo_logins.json").exists()
        if kind is InstallationKind.REAL and has_logins:
            names = ", ".join(withdraw_published_logins(data)) or "none"
            self.stdout.write(WITHDRAWN.format(data=data, file="demo_logins.json", names=names))
