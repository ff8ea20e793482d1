"""The statements of `queries.sql`: search by asyncpg, leases on Django's connection with what they fence."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection, connections

from idp_project.core import postgres, sql_files

QUERIES = sql_files.load(Path(__file__).with_name("queries.sql"))


def search(organization_id: UUID, name: str, /, **arguments: Any) -> list[dict[str, Any]]:
    """The rows of one named query over asyncpg, in a transaction that sees one organisation's rows."""
    target = postgres.database("default", connections["default"].settings_dict)
    return postgres.run(
        target,
        lambda transaction: transaction.fetch_all(QUERIES[name], **arguments),
        organization_id=organization_id,
    )


def fetch_all(name: str, /, **arguments: Any) -> list[dict[str, Any]]:
    """Returns all rows of a named statement, in Django's present transaction."""
    with connection.cursor() as cursor:
        return QUERIES.fetch_all(cursor, name, **arguments)


def fetch_one(name: str, /, **arguments: Any) -> dict[str, Any] | None:
    with connection.cursor() as cursor:
        return QUERIES.fetch_one(cursor, name, **arguments)


def run(name: str, /, **arguments: Any) -> int:
    """Rows touched."""
    with connection.cursor() as cursor:
        return QUERIES.run(cursor, name, **arguments)


def vector_text(vector: Sequence[float]) -> str:
    """Formats a vector as pgvector reads it."""
    return "[" + ",".join(f"{value:.7g}" for value in vector) + "]"
