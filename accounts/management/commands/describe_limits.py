"""`manage.py describe_limits`: docs/limits.md, generated from idp_project/core/rate_limits.py."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from accounts.description import limits_page

PATH = Path(settings.BASE_DIR) / "docs" / "limits.md"


class Command(BaseCommand):
    """With `--check` says only whether the page is up to date."""

    help = "Writes docs/limits.md."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, check: bool = False, **options: Any) -> None:
        page = limits_page()
        if check:
            sys.exit(0 if PATH.is_file() and PATH.read_text() == page else 1)
        PATH.write_text(page)
