"""`manage.py load_demo`."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from idp_project.core.errors import Conflict
from idp_project.operations.demo import organization


class Command(BaseCommand):
    """May run again: what is there already stays."""

    help = "Makes the demonstration organisation with one person per role and its schemas, in a demonstration's folder only."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--if-alone", action="store_true", help="Leave a demonstration that got another organisation as it is."
        )

    def handle(self, *args: Any, if_alone: bool = False, **options: Any) -> None:
        if if_alone and organization.is_shared():
            return
        try:
            organization.load()
        except Conflict as error:
            raise CommandError(error.message) from error
