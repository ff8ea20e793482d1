"""What PostgreSQL's planner knows of a table: by chance of autovacuum, unless a test asks for it."""

from __future__ import annotations

from django.db import connection

from idp_project.core.database_roles import connected_as_owner


def analyze(*tables: str) -> None:
    """Collects the statistics of the tables' committed rows. By their owner: PostgreSQL passes over what others may not."""
    with connected_as_owner(), connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(tables)}")
