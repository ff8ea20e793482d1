"""The one clock: has a worker run the reconciler every few seconds.

RQ's own cron enqueues with its default pickle serializer and piles up when workers are busy; this enqueues one job by
name, JSON, at most one at a time.
"""

import signal
import threading
from typing import Any

import django_rq
from django.conf import settings
from django.core.management.base import BaseCommand
from redis.exceptions import RedisError
from rq.job import JobStatus

_JOB_ID = "reconcile"


class Command(BaseCommand):
    """Ends on SIGTERM or Ctrl-C."""

    help = "Wakes the reconciler up at regular intervals."

    def handle(self, *args: Any, **options: Any) -> None:
        stopped = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopped.set())
        while not stopped.wait(settings.RECONCILE_SECONDS):
            try:
                _wake()
            except RedisError as error:
                self.stderr.write(f"Redis is away: {error}")


def _wake() -> None:
    queue = django_rq.get_queue("io")
    waiting = queue.fetch_job(_JOB_ID)
    if waiting is None or waiting.get_status() is not JobStatus.QUEUED:
        queue.enqueue_call(
            "extraction.jobs.reconcile", job_id=_JOB_ID, result_ttl=60, failure_ttl=3600, at_front=True, timeout=120
        )
