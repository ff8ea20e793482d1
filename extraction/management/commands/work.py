"""Runs one worker: `manage.py work --queues io cpu llm-local`."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django_rq import get_worker

from extraction.worker import PreloadingWorker, preload


class Command(BaseCommand):
    """SIGTERM finishes the job at hand and ends; a second one ends at once."""

    help = "Runs one worker that takes jobs from the given queues, first queue first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--queues", nargs="+", default=["io", "cpu", "llm-local"], choices=settings.QUEUE_NAMES)
        parser.add_argument("--burst", action="store_true", help="end when the queues are empty")

    def handle(self, *args: Any, **options: Any) -> None:
        preload()
        worker = get_worker(*options["queues"], worker_class=PreloadingWorker)
        worker.log_job_description = False
        worker.work(burst=options["burst"], logging_level="WARNING")
