"""SQL of the document model where one statement has to decide and write; on Django's connection."""

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


def fetch_all(name: str, **arguments: Any) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        return QUERIES.fetch_all(cursor, name, **arguments)


def fetch_apart(organization_id: UUID, name: str, **arguments: Any) -> list[dict[str, Any]]:
    """All rows of a named statement that is a transaction by itself: for looks outside any scope."""
    with checkpoint_cursor(organization_id) as cursor:
        return QUERIES.fetch_all(cursor, name, **arguments)
