"""The leases' SQL, on Django's connection: it must be atomic with what a step writes."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection

from idp_project.core import sql_files
from idp_project.core.tenancy import checkpoint_cursor

QUERIES = sql_files.load(Path(__file__).with_name("queries.sql"))


def run(name: str, **arguments: Any) -> int:
    """Rows touched by a named statement."""
    with connection.cursor() as cursor:
        return QUERIES.run(cursor, name, **arguments)


def fetch_one(name: str, **arguments: Any) -> dict[str, Any] | None:
    with connection.cursor() as cursor:
        return QUERIES.fetch_one(cursor, name, **arguments)


def fetch_all(name: str, **arguments: Any) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        return QUERIES.fetch_all(cursor, name, **arguments)


def checkpoint(organization_id: UUID, name: str, **arguments: Any) -> dict[str, Any] | None:
    """The first row of a named statement that is a transaction by itself, or None."""
    with checkpoint_cursor(organization_id) as cursor:
        return QUERIES.fetch_one(cursor, name, **arguments)
