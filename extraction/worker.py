"""The RQ worker: preloads what every job needs in the parent, forks a work horse that inherits it.

The parent opens no database connection, starts no thread pool and no sandbox; the horse dies with it. A fork, its
connections and its first pass over a model cost as much as a page, so a horse takes waiting jobs along for a while.
"""

from __future__ import annotations

import ctypes
import gc
import mmap
import os
import random
import signal
import time
from importlib import import_module
from typing import TYPE_CHECKING, Any

from channels.layers import get_channel_layer
from django.conf import settings
from django.urls import get_resolver
from rq import Worker

from extraction.rehearsal import rehearse
from extraction.runner import here
from extraction.runner.engines import inheritable_engines, preload_engines
from extraction.runner.heartbeat import process_is_expendable
from extraction.steps.metadata import detect_language
from idp_project.core.job_names import JobName
from idp_project.providers.registry import ocr_engine_names

if TYPE_CHECKING:
    from rq.job import Job
    from rq.queue import Queue

_PR_SET_PDEATHSIG = 1


def preload() -> None:
    """Loads what every job needs, once, before the first fork."""
    for job in JobName:
        import_module(job.value.rpartition(".")[0])
    get_resolver()._populate()  # rows of the batch state carry addresses: 100 ms a horse
    get_channel_layer()
    preload_engines([settings.OCR_ENGINE])
    detect_language("Loads the language model once, before the first fork: it takes longer than a page.")
    rehearse()
    gc.collect()
    gc.freeze()


class PreloadingWorker(Worker):
    """A forking worker whose horses die with it: the lease, not RQ, decides who works."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._is_stopping = mmap.mmap(-1, 1)  # shared with the horses, so that a stopped worker's horse begins nothing
        self._needed = mmap.mmap(-1, len(ocr_engine_names()))  # a byte an engine that a horse had to load for itself

    def handle_warm_shutdown_request(self) -> None:
        super().handle_warm_shutdown_request()
        self._is_stopping[0] = 1

    def fork_work_horse(self, job: Job, queue: Queue) -> None:
        """Loads first what earlier horses had to load, so that each engine costs one horse its seconds and not all."""
        known = inheritable_engines()
        needed = [name for index, name in enumerate(ocr_engine_names()) if self._needed[index] and name not in known]
        if needed:
            preload_engines(needed)
            self._needed[:] = bytes(len(self._needed))
            gc.freeze()
        super().fork_work_horse(job, queue)

    def main_work_horse(self, job: Job, queue: Queue) -> None:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == 1:
            os._exit(1)
        random.seed()
        process_is_expendable()
        self.setup_work_horse_signals()
        self._is_horse = True
        try:
            self._perform_some(job, queue)
        except BaseException:
            os._exit(1)
        os._exit(0)

    def _perform_some(self, job: Job, queue: Queue) -> None:
        """The job, then others that wait, for a while; what failed may have left broken connections behind."""
        until = time.monotonic() + settings.HORSE_SECONDS

        def may_go_on() -> bool:
            return time.monotonic() < until and not self._is_stopping[0]

        here.serve(self.queue_names(), may_go_on)
        while self.perform_job(job, queue) and may_go_on():
            following = self._next_waiting()
            if following is None:
                return
            job, queue = following
            self.prepare_execution(job)

    def perform_job(self, job: Job, queue: Queue) -> bool:
        try:
            return bool(super().perform_job(job, queue))
        finally:
            loaded = inheritable_engines()
            for index, name in enumerate(ocr_engine_names()):
                self._needed[index] |= name in loaded

    def _next_waiting(self) -> tuple[Job, Queue] | None:
        return self.queue_class.dequeue_any(
            self._ordered_queues,
            None,
            connection=self.connection,
            job_class=self.job_class,
            serializer=self.serializer,
            death_penalty_class=self.death_penalty_class,
        )

    def maintain_heartbeats(self, job: Job) -> None:
        """The parent's, for the job that its horse has come to."""
        current = self.get_current_job() or job
        executions = current.get_executions()
        if executions:
            self.execution = executions[0]
            super().maintain_heartbeats(current)
        else:
            self.heartbeat(self.job_monitoring_interval + 60)
