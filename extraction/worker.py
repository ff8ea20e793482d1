"""The RQ workers: preload what every job needs in the parent, fork a work horse that inherits it.

The parent opens no database connection, starts no thread pool and no sandbox; the horse dies with it. A fork, its
connections and its first pass over a model cost as much as a page, so a horse takes waiting jobs along for a while.
"""

from __future__ import annotations

import gc
import mmap
import os
import random
import time
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from channels.layers import get_channel_layer
from django.conf import settings
from django.urls import get_resolver
from django_rq import get_worker
from redis.exceptions import RedisError
from rq import Worker, worker_registration

from extraction.prefork import stay_with
from extraction.runner import worker_context
from extraction.runner.engines import inheritable_engines, preload_engines
from extraction.runner.heartbeat import process_is_expendable
from extraction.steps.metadata import detect_language
from extraction.warm_up import warm_up
from idp_project.core.fair_queue import EXPRESS_NAME, HEARTBEAT_SECONDS, ExpressQueue
from idp_project.core.job_names import DOCUMENT_QUEUES, JobName
from idp_project.core.logs import log_scope
from idp_project.core.schema_guard import problem as schema_problem
from idp_project.providers.registry import ocr_engine_names

if TYPE_CHECKING:
    from collections.abc import Callable

    from redis.client import Pipeline
    from rq.job import Job
    from rq.queue import Queue

_SCHEMA_PAUSE_SECONDS = 1.0
_TTL_SECONDS = 45  # RQ lets it say that it lives 15 s earlier, and forgets one that is silent for 60 s more


def preload() -> None:
    """Loads what every job needs, once, before the first fork."""
    for job in JobName:
        import_module(job.value.rpartition(".")[0])
    get_resolver()._populate()  # rows of the batch state carry addresses: 100 ms a horse
    get_channel_layer()
    preload_engines([settings.OCR_ENGINE])
    detect_language("Loads the language model once, before the first fork: it takes longer than a page.")
    warm_up()
    gc.collect()
    gc.freeze()


class PreloadingWorker(Worker):
    """A forking worker whose horses die with it: the lease, not RQ, decides who works."""

    def __init__(self, *args: Any, **options: Any) -> None:
        intervals = {"worker_ttl": _TTL_SECONDS, "job_monitoring_interval": HEARTBEAT_SECONDS}
        super().__init__(*args, **{**intervals, **options})
        self._is_stopping = mmap.mmap(-1, 1)  # shared with the horses, so that a stopped worker's horse begins nothing
        self._needed = mmap.mmap(-1, len(ocr_engine_names()))  # a byte an engine that a horse had to load for itself

    def heartbeat(self, timeout: int | None = None, pipeline: Pipeline[bytes] | None = None) -> None:
        """Registers the worker again where Redis was emptied: RQ does so at its birth only."""
        super().heartbeat(timeout, pipeline)
        if pipeline is None and not self.connection.sismember(self.redis_workers_keys, self.key):
            with self.connection.pipeline() as again:
                again.hset(self.key, mapping=self.serialize())
                worker_registration.register(self, again)
                again.execute()

    def handle_warm_shutdown_request(self) -> None:
        super().handle_warm_shutdown_request()
        self._is_stopping[0] = 1

    def dequeue_job_and_maintain_ttl(
        self, timeout: int | None, max_idle_time: int | None = None
    ) -> tuple[Job, Queue] | None:
        """Takes nothing while a database does not fit this code; it stays registered and looks again every second."""
        while schema_problem():
            with suppress(RedisError):
                self.heartbeat()
            time.sleep(_SCHEMA_PAUSE_SECONDS)
        return super().dequeue_job_and_maintain_ttl(timeout, max_idle_time)

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Gives a job back for which it waited while the database was upgraded: nothing of it has begun."""
        if schema_problem():
            queue.push_job_id(job.id, at_front=True)
            self.connection.lrem(queue.intermediate_queue_key, 1, job.id)
        else:
            super().execute_job(job, queue)

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
        assert self.pid is not None
        stay_with(self.pid)
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

        def may_continue() -> bool:
            return time.monotonic() < until and not self._is_stopping[0] and not schema_problem()

        self._serve(may_continue)
        while self.perform_job(job, queue) and may_continue():
            following = self._next_waiting()
            if following is None:
                return
            job, queue = following
            self.prepare_execution(job)

    def _serve(self, may_continue: Callable[[], bool]) -> None:
        worker_context.serve(self.queue_names(), may_continue)

    def perform_job(self, job: Job, queue: Queue) -> bool:
        ids = {name: value for name, value in job.kwargs.items() if name.endswith("_id")}
        try:
            with log_scope(job=job.description, **ids):
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


class ExpressWorker(PreloadingWorker):
    """Kept free for organisations that nobody serves: one's many documents hold the others, another's one comes here.

    It takes the first job of such an organisation and continues the document's pages in place, until somebody else
    serves the organisation too. So it does nothing for an organisation that has the other workers to itself.
    """

    def _serve(self, may_continue: Callable[[], bool]) -> None:
        worker_context.serve(DOCUMENT_QUEUES, may_continue, is_express=True)


def express_worker() -> Worker:
    """Listens to the queue in which every document's way begins; its name tells it apart on the screen."""
    name = f"{EXPRESS_NAME}{uuid4().hex}"
    return get_worker(DOCUMENT_QUEUES[0], worker_class=ExpressWorker, queue_class=ExpressQueue, name=name)
