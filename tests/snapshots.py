"""What a worker's databases, Redis and file store hold after some work, taken once and put back for each test that needs it.

A document's way through the pipeline takes a second or more; putting its rows back takes a tenth of that.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from psycopg import sql
from redis import Redis

from tests.factories import pipeline
from tests.servers import TEMPLATES, TestServers, non_empty_tables

_READERS: dict[str, Callable[[Redis, bytes], Any]] = {
    "string": lambda redis, key: redis.get(key),
    "hash": lambda redis, key: redis.hgetall(key),
    "list": lambda redis, key: redis.lrange(key, 0, -1),
    "set": lambda redis, key: redis.smembers(key),
    "zset": lambda redis, key: dict(redis.zrange(key, 0, -1, withscores=True)),
}
_WRITERS: dict[str, Callable[[Redis, bytes, Any], Any]] = {
    "string": lambda redis, key, content: redis.set(key, content),
    "hash": lambda redis, key, content: redis.hset(key, mapping=content),
    "list": lambda redis, key, content: redis.rpush(key, *content),
    "set": lambda redis, key, content: redis.sadd(key, *content),
    "zset": lambda redis, key, content: redis.zadd(key, content),
}
SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL"


@dataclass
class Snapshot:
    """`rows` are binary COPY data by database and table, `files` a folder with a copy of the store."""

    rows: dict[str, dict[str, bytes]] = field(default_factory=dict)
    sequences: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    redis: list[tuple[bytes, str, int, Any]] = field(default_factory=list)
    files: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="files-", dir=settings.TEST_DATA_DIR)))


def taken(servers: TestServers) -> Snapshot:
    """A snapshot of this worker's stores as they are; nothing may be writing."""
    snapshot = Snapshot()
    for alias in TEMPLATES:
        connection = servers.connection(alias, settings.TEST_WORKER)
        filled = set(non_empty_tables(connection)) - set(servers.kept_tables(alias))
        snapshot.rows[alias] = {table: _copied(connection, table) for table in sorted(filled)}
        snapshot.sequences[alias] = connection.execute(SEQUENCES).fetchall()
    with closing(pipeline.redis()) as redis:
        for key in redis.scan_iter():
            kind = redis.type(key).decode()
            if kind != "stream":  # results of jobs that are done, which RQ keeps for a while
                snapshot.redis.append((key, kind, redis.pttl(key), _READERS[kind](redis, key)))
    if _store().exists():
        shutil.copytree(_store(), snapshot.files, dirs_exist_ok=True)
    return snapshot


def put_back(snapshot: Snapshot, servers: TestServers) -> None:
    """The stores hold what the snapshot holds; the databases' tables must be empty."""
    for alias in TEMPLATES:
        connection = servers.connection(alias, settings.TEST_WORKER)
        for table, rows in snapshot.rows[alias].items():
            with connection.cursor().copy(_command("COPY {} FROM STDIN (FORMAT binary)", table)) as copy:
                copy.write(rows)
        for name, value in snapshot.sequences[alias]:
            connection.execute("SELECT setval(%s::regclass, %s)", [f'public."{name}"', value])
    with closing(pipeline.redis()) as redis:
        redis.flushdb()
        for key, kind, milliseconds, content in snapshot.redis:
            _WRITERS[kind](redis, key, content)
            if milliseconds > 0:
                redis.pexpire(key, milliseconds)
    shutil.copytree(snapshot.files, _store(), dirs_exist_ok=True)


def _copied(connection: psycopg.Connection, table: str) -> bytes:
    with connection.cursor().copy(_command("COPY {} TO STDOUT (FORMAT binary)", table)) as copy:
        return b"".join(bytes(chunk) for chunk in copy)


def _command(text: str, table: str) -> sql.Composed:
    return sql.SQL(text).format(sql.Identifier(table))


def _store() -> Path:
    return Path(settings.STORAGES["default"]["OPTIONS"]["location"])
