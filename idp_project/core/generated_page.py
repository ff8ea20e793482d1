"""Commands that write a page of `docs/` from the code: one base, one subclass per page."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings
from django.core.management.base import BaseCommand


class GeneratedPageCommand(BaseCommand):
    """Writes `docs/<file_name>`. With `--check` the exit code alone says whether it is up to date."""

    file_name: ClassVar[str]
    page: ClassVar[Callable[[], str]]  # a staticmethod: the page as Markdown
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, check: bool = False, **options: Any) -> None:
        path = Path(settings.BASE_DIR) / "docs" / self.file_name
        page = type(self).page()
        if check:
            sys.exit(0 if path.is_file() and path.read_text() == page else 1)
        path.write_text(page)
