"""Runs a worker: `manage.py work --queues io cpu llm-local`, with `--express` one of the express lane beside it."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django_rq import get_worker
from rq import Worker

from extraction import prefork
from extraction.worker import PreloadingWorker, express_worker, preload
from idp_project.core.release import say_start


class Command(BaseCommand):
    """SIGTERM finishes the job at hand and ends; a second one ends at once."""

    help = "Runs a worker that takes jobs from the given queues, first queue first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--queues", nargs="+", default=list(settings.QUEUE_NAMES), choices=settings.QUEUE_NAMES)
        parser.add_argument(
            "--express",
            action="store_true",
            help="another worker beside it, which shares its memory, for organisations that nobody else serves",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        def ordinary() -> None:
            prefork.give_way()
            _work(get_worker(*options["queues"], worker_class=PreloadingWorker))

        say_start("worker")
        preload()
        if options["express"]:
            prefork.keep(ordinary, lambda: _work(express_worker()))
        else:
            ordinary()


def _work(worker: Worker) -> None:
    worker.log_job_description = False
    worker.work(logging_level="WARNING")
