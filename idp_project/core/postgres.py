"""asyncpg: one pool per process and database, named queries, one transaction per call. The only module that imports asyncpg.

    target = database("pdb", connections["pdb"].settings_dict)
    rows = run(target, lambda transaction: transaction.fetch_all(QUERIES["record_list"], team_ids=…), organization_id=…)
`run` is for synchronous code, `run_async` for any event loop; `work` is called with a `Transaction` inside an open
transaction in which row-level security sees `organization_id`. Outages become TransientFailure, refused data
PermanentFailure. Pools belong to the process that made them: a fork starts with none.
"""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode
from uuid import UUID

import asyncpg

from idp_project.core import event_loop
from idp_project.core.errors import IdpError, PermanentFailure, TransientFailure
from idp_project.core.refusals import DATA_REFUSED, DATABASE_BUSY, DATABASE_UNAVAILABLE
from idp_project.core.sql_files import Query

T = TypeVar("T")
Work = Callable[["Transaction"], Awaitable[T]]

CONNECT_SECONDS = 5.0
STATEMENT_SECONDS = 15.0
CALL_SECONDS = 30.0
POOL_SIZE = 4
_IDLE_SECONDS = 60.0
_SSL_OPTIONS = ("sslmode", "sslcert", "sslkey", "sslrootcert", "sslcrl", "sslpassword")


@dataclass(frozen=True)
class Database:
    """Where to connect: an alias for messages, and libpq's words. `host` may be a socket folder."""

    alias: str
    name: str
    host: str
    port: int
    user: str
    password: str
    ssl: tuple[tuple[str, str], ...] = ()

    @property
    def label(self) -> str:
        """What people call it."""
        return {"default": "main", "pdb": "production"}.get(self.alias, self.alias)


# The old values are read first: they come from a subquery in FROM.
_SET = """SELECT before.name, before.value, set_config(before.name, before.wanted, true) FROM (
    SELECT name, wanted, current_setting(name) AS value FROM unnest($1::text[], $2::text[]) AS given (name, wanted) OFFSET 0
) AS before"""


class Transaction:
    """An open transaction. Arguments of a query are its `:named` ones; wrong ones raise SqlFileError. A query's own
    `settings` hold while it runs: the next statement has the connection's again.
    """

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def fetch_all(self, query: Query, /, **arguments: Any) -> list[dict[str, Any]]:
        values = query.values(arguments)
        async with self._settings_of(query):
            return [dict(row) for row in await self._connection.fetch(query.asyncpg_sql, *values)]

    async def fetch_one(self, query: Query, /, **arguments: Any) -> dict[str, Any] | None:
        """The first row, or None."""
        values = query.values(arguments)
        async with self._settings_of(query):
            row = await self._connection.fetchrow(query.asyncpg_sql, *values)
        return None if row is None else dict(row)

    async def execute(self, query: Query, /, **arguments: Any) -> int:
        """The number of rows touched."""
        values = query.values(arguments)
        async with self._settings_of(query):
            status = await self._connection.execute(query.asyncpg_sql, *values)
        return int(status.rsplit(" ", 1)[-1]) if status[-1:].isdigit() else 0

    @asynccontextmanager
    async def _settings_of(self, query: Query) -> AsyncIterator[None]:
        """After an error nothing is put back: the transaction ends, and its settings with it."""
        if not query.settings:
            yield
            return
        names, wanted = zip(*query.settings, strict=True)
        before = [row["value"] for row in await self._connection.fetch(_SET, names, wanted)]
        yield
        await self._connection.fetch(_SET, names, before)


def database(alias: str, settings: Mapping[str, Any]) -> Database:
    """Makes a Database of one entry of Django's DATABASES (a plain mapping; its OPTIONS may hold host and TLS settings)."""
    options = settings.get("OPTIONS") or {}
    return Database(
        alias=alias,
        name=str(settings["NAME"]),
        host=str(options.get("host") or settings.get("HOST") or "localhost"),
        port=int(options.get("port") or settings.get("PORT") or 5432),
        user=str(options.get("user") or settings.get("USER") or ""),
        password=str(settings.get("PASSWORD") or ""),
        ssl=tuple((name, str(options[name])) for name in _SSL_OPTIONS if options.get(name)),
    )


def run(target: Database, work: Work[T], *, organization_id: UUID | None, timeout: float = CALL_SECONDS) -> T:
    """Runs `work` in one transaction and commits; returns what it returns. An exception rolls everything back.

    `organization_id` None: row-level security shows no tenant's rows. `timeout` in seconds, for all of it.
    """
    try:
        return event_loop.run(_transact(target, work, organization_id), timeout)
    except TimeoutError as error:
        raise _unavailable(target) from error


async def run_async(
    target: Database, work: Work[T], *, organization_id: UUID | None, timeout: float = CALL_SECONDS
) -> T:
    """`run` for a coroutine on any event loop."""
    try:
        return await event_loop.run_async(_transact(target, work, organization_id), timeout)
    except TimeoutError as error:
        raise _unavailable(target) from error


def close_pools() -> None:
    """Drops this process's connections: before a database is dropped, and when a worker ends."""
    mine = [entry for entry in _pools if entry[0] == os.getpid()]
    _pools[:] = [entry for entry in _pools if entry not in mine]
    for _, _, pool in mine:
        event_loop.run(_terminate(pool))


# Pools of (process, database). A parent's pools stay referenced in the child, so that none is closed there.
_pools: list[tuple[int, Database, Any]] = []


async def _terminate(pool: Any) -> None:
    pool.terminate()


async def _pool_for(target: Database) -> Any:
    for pid, known, pool in _pools:
        if pid == os.getpid() and known == target:
            return pool
    pool = await asyncpg.create_pool(  # with min_size 0 this never yields, so nobody sees a half-made pool
        f"postgresql://?{urlencode(target.ssl)}" if target.ssl else None,
        host=target.host,
        port=target.port,
        user=target.user or None,
        password=target.password or None,
        database=target.name,
        ssl=None if target.ssl else "prefer" if not target.host.startswith("/") else False,
        min_size=0,
        max_size=POOL_SIZE,
        max_inactive_connection_lifetime=_IDLE_SECONDS,
        timeout=CONNECT_SECONDS,
        command_timeout=STATEMENT_SECONDS + 5.0,
        server_settings={
            "application_name": f"idp-{target.alias}",
            "statement_timeout": str(int(STATEMENT_SECONDS * 1000)),
            "lock_timeout": str(int(STATEMENT_SECONDS * 1000)),
            "idle_in_transaction_session_timeout": str(int(CALL_SECONDS * 1000)),
        },
        init=_prepare_connection,
    )
    _pools.append((os.getpid(), target, pool))
    return pool


async def _prepare_connection(connection: Any) -> None:
    for name in ("json", "jsonb"):
        await connection.set_type_codec(name, schema="pg_catalog", encoder=json.dumps, decoder=json.loads)


async def _transact(target: Database, work: Work[T], organization_id: UUID | None) -> T:
    """Connects or reuses, begins, tells the policies who asks, works, commits.

    A connection whose transaction failed is cut, never kept: a hanging server would block a polite rollback as well.
    """
    connection = None
    try:
        pool = await _pool_for(target)
        connection = await pool.acquire(timeout=2 * CONNECT_SECONDS)
        transaction = connection.transaction()
        await transaction.start()
        organization = "" if organization_id is None else str(organization_id)
        await connection.fetchval("SELECT set_config('app.org_id', $1, true)", organization)
        result = await work(Transaction(connection))
        await transaction.commit()
        await pool.release(connection, timeout=CONNECT_SECONDS)
        return result
    except BaseException as error:
        failure = _translated(target, error, connection is not None and _cut(connection))
        if failure is None:
            raise
        raise failure from error


def _cut(connection: Any) -> bool:
    """Ends a connection without a word; whether it was lost before."""
    try:
        was_lost: bool = connection.is_closed()
        connection.terminate()
    except asyncpg.InterfaceError:  # the pool has taken it back already, because it was lost
        return True
    return was_lost


_OUTAGES = (
    OSError,  # refused, reset, no such socket; TimeoutError is one
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,  # shutting down, starting up
    asyncpg.InsufficientResourcesError,  # too many connections, disk full
    asyncpg.PostgresSystemError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
)
_CONTENTION = (  # the server is well, this statement met another or took too long
    asyncpg.QueryCanceledError,
    asyncpg.LockNotAvailableError,
    asyncpg.TransactionRollbackError,
)


def _translated(target: Database, error: BaseException, is_cut: bool) -> IdpError | None:
    """The product's error for the driver's; None where it is no outage and no refusal of data."""
    if isinstance(error, _CONTENTION):
        return TransientFailure(DATABASE_BUSY(database=target.label), code=f"{target.alias}_busy")
    if isinstance(error, _OUTAGES) or (is_cut and isinstance(error, asyncpg.InterfaceError)):
        return _unavailable(target)
    if isinstance(error, asyncpg.DataError | asyncpg.IntegrityConstraintViolationError):
        state = getattr(error, "sqlstate", None) or "client"  # never the message: it quotes the content
        return PermanentFailure(DATA_REFUSED(database=target.label, state=state), code="data_refused")
    return None


def _unavailable(target: Database) -> TransientFailure:
    return TransientFailure(DATABASE_UNAVAILABLE(database=target.label), code=f"{target.alias}_unavailable")
