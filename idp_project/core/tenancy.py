"""Tenancy scopes: the transactions in which rows of one organisation, or of all, are visible.

Row-level security compares `organization_id` with the transaction-local setting `app.org_id`; outside a scope a query
sees no tenant rows. Close a scope before any model or sandbox call: nothing slow happens inside a transaction.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import connections, transaction

logger = logging.getLogger(__name__)
# The old setting is read first: it comes from a subquery in FROM.
_ENTER = """SELECT before.setting, set_config('app.org_id', %s, true)
FROM (SELECT current_setting('app.org_id', true) AS setting OFFSET 0) AS before"""
# What a connection plans once (see `sql_files`) it is to plan once: by itself PostgreSQL plans it five times more.
_OF_CHECKPOINTS = """set_config('synchronous_commit', 'off', true),
set_config('plan_cache_mode', 'force_generic_plan', true)"""
_ENTER_CHECKPOINT = f"""SELECT '', set_config('app.org_id', %s, true), {_OF_CHECKPOINTS},
set_config('idle_in_transaction_session_timeout', %s, true)"""
CHECKPOINT_IDLE_SECONDS = 60.0
_CHECKPOINT = f"SELECT set_config('app.org_id', %(app_org_id)s, true), {_OF_CHECKPOINTS};\n"


@contextmanager
def organization_scope(
    organization_id: UUID | str, *, using: str = "default", is_durable: bool = True
) -> Iterator[None]:
    """Opens a transaction that sees and may write the rows of one organisation; nests, restoring the outer scope.

    `is_durable=False` is for checkpoints, which can be made again: an outermost scope's commit then does not wait for
    the disk. After a power failure PostgreSQL may lack the last fraction of a second of them, never one that a later
    durable commit followed. One that stands still for `CHECKPOINT_IDLE_SECONDS` is ended by PostgreSQL, so that a process
    that was stopped in it holds no row for longer.
    """
    connection = connections[using]
    is_outermost = not connection.in_atomic_block  # then the setting ends with the transaction
    is_checkpoint = is_outermost and not is_durable
    with transaction.atomic(using=using), connection.cursor() as cursor:
        if is_checkpoint:
            cursor.execute(_ENTER_CHECKPOINT, [str(organization_id), f"{CHECKPOINT_IDLE_SECONDS}s"])
        else:
            cursor.execute(_ENTER, [str(organization_id)])
        outer = cursor.fetchone()[0] or ""
        yield
        if not is_outermost and not connection.needs_rollback:
            cursor.execute("SELECT set_config('app.org_id', %s, true)", [outer])


class _CheckpointCursor:
    """A cursor that sends the scope along with each statement: what comes in one message is one transaction."""

    def __init__(self, cursor: Any, organization_id: UUID | str) -> None:
        self._cursor, self._organization_id = cursor, str(organization_id)

    def execute(self, sql: str, params: Mapping[str, Any]) -> None:
        self._cursor.execute(_CHECKPOINT + sql, {**params, "app_org_id": self._organization_id})
        self._cursor.nextset()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)


@contextmanager
def checkpoint_cursor(organization_id: UUID | str, *, using: str = "default") -> Iterator[Any]:
    """A cursor for `sql_files` of which each statement is a checkpoint by itself (see `organization_scope`), in one
    exchange with the server where beginning, scope and commit are three more. Inside a scope it is part of that.
    """
    if connections[using].in_atomic_block:
        with organization_scope(organization_id, using=using), connections[using].cursor() as cursor:
            yield cursor
    else:
        with connections[using].cursor() as cursor:
            yield _CheckpointCursor(cursor, organization_id)


def act_as(user_id: UUID, *, using: str = "default") -> None:
    """Names the person in the history of values, until the open transaction ends."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT set_config('app.actor_id', %s, true)", [str(user_id)])


@contextmanager
def system_scope(reason: str, *, using: str = "default") -> Iterator[None]:
    """Opens a transaction that sees every organisation, for relay, reconciler, backup and super-admin pages.

    `reason` is logged: each use must be explainable to an auditor.
    """
    logger.debug("system scope: %s", reason)
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("SELECT current_user")
        outer = cursor.fetchone()[0]
        cursor.execute("SET LOCAL ROLE idp_system")
        yield
        if outer != "idp_system" and not connections[using].needs_rollback:
            cursor.execute("RESET ROLE")
