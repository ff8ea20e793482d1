"""What a database already holds, read before anything is written to it. No Django; a few rows by plain SQL."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo
from psycopg.errors import InsufficientPrivilege

from idp_project.core.key_fingerprint import grouped

DEMO_SLUG = "demo"  # of idp_project.operations.demo, which this process does not import
TABLES = ("django_migrations", "accounts_keyfingerprint", "accounts_organization", "accounts_user")
FINGERPRINTS = "SELECT name, fingerprint FROM accounts_keyfingerprint"
OTHER_ORGANIZATION = "SELECT name FROM accounts_organization WHERE slug <> %s ORDER BY created_at LIMIT 1"
DATABASE_EXISTS = "SELECT 1 FROM pg_database WHERE datname = %s"
SUPER_ADMIN = "SELECT username FROM accounts_user WHERE is_superuser AND is_active ORDER BY date_joined LIMIT 1"


@dataclass(frozen=True)
class Contents:
    """`fingerprints`: key name → fingerprints that the data needs. `other_organization` is not the demonstration's."""

    is_migrated: bool = False
    fingerprints: dict[str, list[str]] = field(default_factory=dict)
    other_organization: str = ""
    super_admin: str = ""


def contents_of(url: str, database: str | None = None) -> Contents:
    """Empty contents for a database that does not exist. Raises psycopg.OperationalError for a server that refuses."""
    address = make_conninfo(url, **({"dbname": database} if database else {}))
    try:
        connection = psycopg.connect(address, connect_timeout=10)
    except psycopg.OperationalError as error:
        if "does not exist" in str(error):
            return Contents()
        raise
    with connection:
        known = {
            name
            for name in TABLES
            if connection.execute("SELECT to_regclass(%s)", [f"public.{name}"]).fetchone() != (None,)
        }
        return Contents(
            "django_migrations" in known,
            grouped((row[0], row[1]) for row in _rows(connection, known, "accounts_keyfingerprint", FINGERPRINTS)),
            _first(connection, known, "accounts_organization", OTHER_ORGANIZATION, DEMO_SLUG),
            _first(connection, known, "accounts_user", SUPER_ADMIN),
        )


def has_database(maintenance_url: str, name: str) -> bool:
    """Asked elsewhere on the server, because connecting to a missing database leaves a line of trouble in its log."""
    with psycopg.connect(maintenance_url, connect_timeout=10) as connection:
        return connection.execute(DATABASE_EXISTS, [name]).fetchone() is not None


def _first(connection: psycopg.Connection, known: set[str], table: str, query: str, *values: str) -> str:
    return next((row[0] for row in _rows(connection, known, table, query, *values)), "")


def _rows(
    connection: psycopg.Connection, known: set[str], table: str, query: str, *values: str
) -> list[tuple[str, ...]]:
    """Nothing where the table is missing, or where this account may not read it: `prepare` checks again."""
    if table not in known:
        return []
    with suppress(InsufficientPrivilege), connection.transaction():
        return connection.execute(sql.SQL(query), list(values)).fetchall()
    return []
