"""The demonstration's journey, in a process with Django."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Review and approve the samples through the API, print what came of each document; exit 0 if all is right."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--url", required=True, help="Where the web server listens.")

    def handle(self, *args: Any, url: str, **options: Any) -> None:
        from idp_project.operations.demo import journey

        sys.exit(journey.run(url))
