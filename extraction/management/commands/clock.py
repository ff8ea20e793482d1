"""The one clock: has a worker run the reconciler, the relay and other recurring jobs every few seconds.

RQ's own cron enqueues with its default pickle serializer and piles up when workers are busy; this enqueues by name,
JSON, at most one of each at a time.
"""

import signal
import threading
from itertools import count
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from redis.exceptions import RedisError

from idp_project.core.enqueue import enqueue_periodic
from idp_project.core.job_names import PERIODIC_JOBS
from idp_project.core.release import say_start
from idp_project.core.schema_guard import problem

_LIMIT_SECONDS = 120


class Command(BaseCommand):
    """Ends on SIGTERM or Ctrl-C."""

    help = "Wakes the periodic jobs at regular intervals."

    def handle(self, *args: Any, **options: Any) -> None:
        say_start("clock")
        stopped = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopped.set())
        for tick in count():
            if stopped.wait(settings.RECONCILE_SECONDS):
                return
            if problem():  # another release's database: its own clock wakes the jobs
                continue
            try:
                for job, every in PERIODIC_JOBS.items():
                    if tick % every == 0:
                        enqueue_periodic(job, seconds=_LIMIT_SECONDS)
            except RedisError as error:
                self.stderr.write(f"Redis is away: {error}")
