"""Live batch state: one Redis hash per batch (one row per document, TTL refreshed by every change) and pub/sub to browsers.

Rows carry reasons as data: they become text where a person reads them, in that person's language.

All of it may vanish: PostgreSQL owns the facts, `batch_state_live` falls back to it. Redis being away fails nobody.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any
from uuid import UUID

from channels.layers import get_channel_layer
from django.conf import settings
from django.db import DatabaseError, transaction
from redis import Redis
from redis.exceptions import RedisError

from documents.models import Batch
from documents.selectors import state
from idp_project.core import event_loop

logger = logging.getLogger(__name__)

_COALESCED_SECONDS = 1.0
_ROWS_A_MESSAGE = 50
_published_at: dict[UUID, float] = {}
_held: dict[UUID, tuple[UUID, UUID]] | None = None  # None outside of jobs: then everything is published at once

# Keeps the newer of two rows that two workers publish at the same time.
_STORE = """
local old = redis.call('HGET', KEYS[1], ARGV[1])
if old and cjson.decode(old)['at'] > tonumber(ARGV[3]) then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[4])
return 1
"""


def group_name(batch_id: UUID | str) -> str:
    """The channel group of a batch's open pages."""
    return f"batch.{batch_id}"


def document_changed(organization_id: UUID, batch_id: UUID, document_id: UUID) -> None:
    """Publishes a document's row once the current transaction has committed."""
    transaction.on_commit(lambda: _publish_or_hold(organization_id, batch_id, document_id), robust=True)


def documents_changed(organization_id: UUID, batch_id: UUID, document_ids: Sequence[UUID]) -> None:
    """Publishes the rows of several documents of a batch, or that they are gone, once the current transaction has
    committed."""

    def publish() -> None:
        for first in range(0, len(document_ids), _ROWS_A_MESSAGE):
            _publish(organization_id, batch_id, document_ids[first : first + _ROWS_A_MESSAGE])

    transaction.on_commit(publish, robust=True)


@contextmanager
def coalesced() -> Iterator[None]:
    """Inside, a document is published no more often than people can follow; what was held back follows at the end.

    For jobs, where steps of milliseconds follow each other. A job that is killed holds nothing back that matters: the
    page reads PostgreSQL, and the worker that resumes the document publishes it.
    """
    global _held
    outer, _held = _held, {}
    try:
        yield
    finally:
        held, _held = _held, outer
        for document_id, (organization_id, batch_id) in held.items():
            try:
                _publish(organization_id, batch_id, [document_id])
            except DatabaseError:
                logger.exception("progress not published")


def batch_state_live(batch: Batch) -> dict[str, Any]:
    """The batch's state: from Redis while it has every document's row in its present status, else from PostgreSQL.

    A worker may die between a commit and its message, so the statuses are compared.
    """
    statuses = {str(document_id): status for document_id, status in batch.documents.values_list("id", "status")}
    try:
        rows = [json.loads(row) for row in live_redis().hgetall(_key(batch.id)).values()]
    except RedisError as error:
        logger.warning("live state unavailable, reading PostgreSQL: %s", error)
        rows = []
    if {row["id"]: row["status"] for row in rows} != statuses:
        return state.batch_state(batch)
    return state.shown_state(batch, rows)


def _publish_or_hold(organization_id: UUID, batch_id: UUID, document_id: UUID) -> None:
    if _held is not None:
        if time.monotonic() - _published_at.get(document_id, -_COALESCED_SECONDS) < _COALESCED_SECONDS:
            _held[document_id] = (organization_id, batch_id)
            return
        _held.pop(document_id, None)
        _published_at.clear()  # a process works on one document at a time
        _published_at[document_id] = time.monotonic()
    _publish(organization_id, batch_id, [document_id])


def _publish(organization_id: UUID, batch_id: UUID, document_ids: Sequence[UUID]) -> None:
    rows = state.document_rows(organization_id, batch_id, document_ids)
    present = {row["id"] for row in rows}
    gone = [str(document_id) for document_id in document_ids if str(document_id) not in present]
    try:
        rows_store(batch_id, rows, gone)
        message = {"type": "batch.changed", "documents": rows, "gone": gone}
        event_loop.run(_send(group_name(batch_id), message))
    except (RedisError, OSError, TimeoutError) as error:
        logger.warning("progress not published: %s", error)


def rows_store(batch_id: UUID, rows: Sequence[dict[str, Any]], gone: Sequence[str]) -> None:
    """Writes a batch's rows into its hash, a row never over a later one of its own, and takes `gone` out of it."""
    ttl = int(settings.BATCH_STATE_TTL.total_seconds())
    with live_redis().pipeline(transaction=False) as stored:
        if gone:
            stored.hdel(_key(batch_id), *gone)
        for row in rows:
            stored.eval(_STORE, 1, _key(batch_id), row["id"], json.dumps(row), row["at"], ttl)
        stored.execute()


async def _send(group: str, message: dict[str, Any]) -> None:
    await get_channel_layer().group_send(group, message)


def _key(batch_id: UUID | str) -> str:
    return f"{settings.REDIS_PREFIX}:batch:{batch_id}"


@cache
def live_redis() -> Redis:
    """The Redis of the live state: one client per process."""
    return Redis.from_url(settings.REDIS_URL, socket_timeout=5)
