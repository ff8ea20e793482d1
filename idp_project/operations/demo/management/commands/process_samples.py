"""`manage.py process_samples`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from idp_project.core.errors import Conflict
from idp_project.operations.demo.packet import sample_files, submit_samples


class Command(BaseCommand):
    """Returns at once: the workers do the rest."""

    help = "Submits the sample packet, once."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            batch = submit_samples()
        except Conflict as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"Submitted {len(sample_files())} documents as “{batch.name}”.")
