"""`manage.py demo_record`."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from documents.selectors.earned import demonstration_record
from idp_project.operations.demo import recording


class Command(BaseCommand):
    """Needs neither database nor queue; starts the sandbox by itself."""

    help = "Makes the record that automatic approval in the demonstration rests on, or compares it (--check: digests only)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("types", nargs="*", help="Only these types; the others stay as they were recorded.")
        parser.add_argument("--documents", type=int, default=recording.DOCUMENTS, help="Of each type.")
        parser.add_argument("--processes", type=int, default=2)
        parser.add_argument("--check", action="store_true", help="Only say whether the record is of today's extractor.")

    def handle(self, *args: Any, types: list[str], documents: int, processes: int, check: bool, **options: Any) -> None:
        if check:
            if old := recording.outdated(demonstration_record()):
                text = _("The demonstration's record is of another extractor (%(types)s): run `make demo-record`.")
                raise CommandError(text % {"types": ", ".join(old)})
            return
        started = time.monotonic()
        record = recording.make_record(documents, processes=processes, types=types)
        recording.write_record(record)
        for key, one in record.types.items():
            rights = one.verdicts
            self.stdout.write(
                f"{key}: {len(one.outcomes)} documents, {len(rights)} automatic, {rights.count(False)} of them wrong"
            )
        self.stdout.write(f"{time.monotonic() - started:.0f} s")
