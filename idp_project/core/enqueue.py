"""The one door to RQ. A job is a wake-up: losing it is harmless, because the reconciler looks at PostgreSQL.

Redis being away therefore never fails the caller: it is logged, and the reconciler enqueues later.
"""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

import django_rq
from django.db import transaction
from redis.exceptions import RedisError

from idp_project.core.job_names import QUEUE_OF_JOB, JobName

logger = logging.getLogger(__name__)
_RESULT_SECONDS = 60
_FAILURE_SECONDS = 24 * 3600


def enqueue(job: JobName, *, organization_id: UUID | str, queue: str | None = None, **ids: Any) -> None:
    """Enqueues `job` once the current transaction has committed. `ids` are UUIDs or lists of UUIDs."""
    payload = {name: _plain(value) for name, value in ids.items()}
    payload["organization_id"] = str(organization_id)
    transaction.on_commit(lambda: _push(job, queue or QUEUE_OF_JOB[job], payload), robust=True)


def _plain(value: Any) -> Any:
    return [str(item) for item in value] if isinstance(value, list | tuple) else str(value)


def _push(job: JobName, queue: str, payload: dict[str, Any]) -> None:
    try:
        django_rq.get_queue(queue).enqueue_call(
            job.value, kwargs=payload, result_ttl=_RESULT_SECONDS, failure_ttl=_FAILURE_SECONDS, description=job.name.lower()
        )
    except RedisError as error:
        logger.warning("not enqueued, the reconciler will: %s (%s)", job.name.lower(), error)
