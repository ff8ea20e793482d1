"""The one door to RQ. A job is a wake-up: losing it is harmless, because the reconciler looks at PostgreSQL.

Redis being away therefore never fails the caller: it is logged, and the reconciler enqueues later.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from functools import cache
from typing import Any
from uuid import UUID, uuid4

import django_rq
from django.db import transaction
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, Worker, get_current_job
from rq.job import JobStatus

from idp_project.core.fair_queue import EXPRESS_NAME, FairQueue, begun_jobs
from idp_project.core.job_names import QUEUE_OF_JOB, JobName

logger = logging.getLogger(__name__)
_RESULT_SECONDS = 60
_FAILURE_SECONDS = 24 * 3600
_MOST_LOOKED_AT = 500
_ORGANIZATION = re.compile(r"[0-9a-f]{32}-")  # how the job of an organisation begins; the clock's have none


def enqueue(job: JobName, *, organization_id: UUID | str, queue: str | None = None, **ids: Any) -> None:
    """Enqueues `job` once the current transaction has committed, unless the same job already waits in the queue.

    `ids` are UUIDs or lists of UUIDs; the organisation and the first id of the first of them name the job. Waiting jobs of
    several organisations stand turn by turn, so nobody waits for all of another's (see `FairQueue`).
    """
    payload = {name: _plain(value) for name, value in ids.items()}
    first = next(iter(payload.values()))
    job_id = f"{UUID(str(organization_id)).hex}-{job.name.lower()}-{first[0] if isinstance(first, list) else first}"
    payload["organization_id"] = str(organization_id)
    transaction.on_commit(lambda: push(job, job_id, queue or QUEUE_OF_JOB[job], payload), robust=True)


def enqueue_periodic(job: JobName, *, seconds: int) -> None:
    """Enqueues a job without ids in front of the others, unless it still waits. Raises RedisError."""
    queue = _queue(QUEUE_OF_JOB[job])
    if not _waits(queue, job.name.lower()):
        queue.enqueue_call(
            job.value,
            job_id=job.name.lower(),
            result_ttl=_RESULT_SECONDS,
            failure_ttl=_FAILURE_SECONDS,
            at_front=True,
            timeout=seconds,
            description=job.name.lower(),
        )


def current_queue() -> str:
    """The queue that the job of this process waited in; empty outside a job."""
    job = get_current_job()
    return job.origin if job else ""


def is_others_turn(organization_id: UUID, queue_names: Iterable[str]) -> bool:
    """Whether both another organisation's jobs and own ones wait: a worker of this one then lets the queues decide."""
    try:
        with redis_connection().pipeline(transaction=False) as asked:
            for name in queue_names:
                asked.lrange(_queue(name).key, 0, -1)
            waiting = [bytes(job_id).decode() for job_ids in asked.execute() for job_id in job_ids]
    except RedisError:
        return False
    is_own = [job_id[:32] == organization_id.hex for job_id in waiting if _ORGANIZATION.match(job_id)]
    return any(is_own) and not all(is_own)


def is_served_elsewhere(organization_id: UUID, queue_names: Iterable[str]) -> bool:
    """Whether workers do more of the organisation's jobs than the one that asks."""
    try:
        begun = begun_jobs(redis_connection(), queue_names)
    except RedisError:
        return False
    return sum(job_id[:32] == organization_id.hex for job_id in begun) > 1


def queue_states(names: Iterable[str]) -> dict[str, Any]:
    """What Redis knows: `queues` (name, waiting, begun, oldest_at, workers) and `workers` (name, queues,
    is_express, is_busy, seen_at).

    `is_available` is False, and the lists are empty, while Redis is away.
    """
    try:
        connection = redis_connection()
        workers = [
            {
                "name": worker.name[:12],
                "queues": worker.queue_names(),
                "is_express": worker.name.startswith(EXPRESS_NAME),
                "is_busy": worker.get_state() == "busy",
                "seen_at": worker.last_heartbeat,
            }
            for worker in Worker.all(connection=connection)
        ]
        queues = [_queue_state(name, workers) for name in names]
    except RedisError as error:
        logger.warning("the queues cannot be looked at: %s", error)
        return {"is_available": False, "queues": [], "workers": []}
    return {"is_available": True, "queues": queues, "workers": workers}


@cache
def redis_connection() -> Redis[bytes]:
    """One a process, and its forks reconnect: making a client takes longer than what it is asked."""
    return django_rq.get_connection(QUEUE_OF_JOB[JobName.RECONCILE])


def _queue(name: str) -> Queue:
    return django_rq.get_queue(name, queue_class=FairQueue, connection=redis_connection())


def _queue_state(name: str, workers: list[dict[str, Any]]) -> dict[str, Any]:
    queue = _queue(name)
    waiting = [job for job in queue.get_jobs(0, _MOST_LOOKED_AT) if job is not None]
    return {
        "name": name,
        "waiting": queue.count,
        "begun": queue.started_job_registry.count,
        "oldest_at": min((job.enqueued_at for job in waiting if job.enqueued_at), default=None),
        "workers": sum(name in worker["queues"] for worker in workers),
    }


def _plain(value: Any) -> Any:
    return [str(item) for item in value] if isinstance(value, list | tuple) else str(value)


def _waits(queue: Queue, job_id: str) -> bool:
    """Whether the job stands in the queue. Its status says so too after a worker took it and ended before it began."""
    return queue.connection.lpos(queue.key, job_id) is not None


def push(job: JobName, job_id: str, queue_name: str, payload: dict[str, Any]) -> None:
    """Puts a job into its queue at once, unless it waits there; `enqueue` calls it after the commit. Never raises."""
    try:
        queue = _queue(queue_name)
        if _waits(queue, job_id):
            return
        earlier = queue.fetch_job(job_id)
        if earlier and earlier.get_status() is JobStatus.STARTED:
            # It may have read what it does before this wake-up: let another follow it.
            job_id = f"{job_id}-{uuid4().hex[:8]}"
        queue.enqueue_call(
            job.value,
            kwargs=payload,
            job_id=job_id,
            result_ttl=_RESULT_SECONDS,
            failure_ttl=_FAILURE_SECONDS,
            description=job.name.lower(),
        )
    except RedisError as error:
        logger.warning("not enqueued, the reconciler will: %s (%s)", job.name.lower(), error)
