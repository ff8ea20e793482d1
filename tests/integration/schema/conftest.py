"""Databases that are behind this code or ahead of it, as an upgrade on another machine leaves them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module

import psycopg
import pytest
from django.conf import settings

from idp_project.core import schema_guard
from idp_project.operations.supervisor.bootstrap import make_database
from idp_project.operations.supervisor.environment import embedded_postgres
from idp_project.operations.supervisor.places import CHECKOUT
from idp_project.settings.test import TEST_PLACES, TEST_SECRETS
from tests.servers import TEMPLATES, TestServers

NEWER = "9001_of_a_newer_release"
LAST = ("rag", "0004_scale")
FAST = {"MIGRATION_LOCK_SECONDS": "1", "RECONCILE_SECONDS": "1", "AUDIT_ANCHOR_FILE": os.devnull}
LAST_INDEX = "chunk_team"


class Databases:
    """A pair of databases, changed by the superuser and seen at once by everybody."""

    def __init__(self, servers: TestServers, suffix: str) -> None:
        self.names = {alias: f"{template}_{suffix}" for alias, template in TEMPLATES.items()}
        self.servers = servers

    def execute(self, alias: str, statement: str, *values: object) -> list[tuple]:
        with psycopg.connect(self.servers.superuser_url(self.names[alias]), autocommit=True) as connection:
            cursor = connection.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def get_ahead(self, compatibility: str = "", *, alias: str = "default") -> None:
        """A migration of a newer release was applied; without a compatibility it left no mark."""
        self.execute(alias, "INSERT INTO django_migrations (app, name, applied) VALUES ('documents', %s, now())", NEWER)
        if compatibility:
            values = ("documents", NEWER, compatibility)
            self.execute(
                alias,
                "INSERT INTO idp_migration_mark (app, name, compatibility, version) VALUES (%s, %s, %s, '0.2.0')",
                *values,
            )

    def get_behind(self, *, alias: str = "default") -> None:
        """A migration of the search was never applied, nor the one that follows it."""
        following = import_module("rag.migrations.0005_reasons")
        for statement in (line for column in following.COLUMNS for line in column.reversal):
            self.execute(alias, statement)
        self._forget(alias, "rag", "0005_reasons")
        self._forget(alias, *LAST)
        self.execute(alias, f"DROP INDEX IF EXISTS {LAST_INDEX}")

    def _forget(self, alias: str, app: str, name: str) -> None:
        for table in ("django_migrations", "idp_migration_mark"):
            self.execute(alias, f"DELETE FROM {table} WHERE app = %s AND name = %s", app, name)

    def marks(self, alias: str = "default") -> dict[tuple[str, str], tuple[str, str]]:
        """(app, name) to compatibility and version."""
        rows = self.execute(alias, "SELECT app, name, compatibility, version FROM idp_migration_mark")
        return {(app, name): (compatibility, version) for app, name, compatibility, version in rows}


@pytest.fixture
def served(servers: TestServers, django_db_setup: None, settings, monkeypatch) -> Iterator[Databases]:
    """The databases of this test's own process, which looks at them before every request."""
    settings.SCHEMA_CHECK_SECONDS = 1e-9
    monkeypatch.setattr(schema_guard, "guard", schema_guard.SchemaGuard())
    databases = Databases(servers, settings.TEST_WORKER)
    yield databases
    for alias in TEMPLATES:
        databases.execute(alias, "DELETE FROM django_migrations WHERE name = %s", NEWER)
        databases.execute(alias, "DELETE FROM idp_migration_mark WHERE name = %s", NEWER)


@pytest.fixture
def apart(servers: TestServers) -> Iterator[Databases]:
    """A migrated pair that nothing else uses, for commands of their own."""
    databases = Databases(servers, f"{settings.TEST_WORKER}_schema")
    with psycopg.connect(servers.superuser_url("postgres"), autocommit=True) as connection:
        for alias, name in databases.names.items():
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            make_database(connection, name, TEMPLATES[alias])
        yield databases
        for name in databases.names.values():
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def start(databases: Databases, *words: str, as_owner: bool = False) -> subprocess.Popen[str]:
    """`manage.py WORDS` on those databases, as an installation runs it; or under the account that may migrate back."""
    names = {"idp": databases.names["default"], "pdb": databases.names["pdb"]}
    addresses = embedded_postgres(TEST_PLACES, TEST_SECRETS, **names)
    if as_owner:
        addresses |= {name.replace("_OWNER", ""): value for name, value in addresses.items() if "_OWNER" in name}
    environment = os.environ | addresses
    return subprocess.Popen(
        [sys.executable, str(CHECKOUT / "manage.py"), *words],
        env=environment | {"DJANGO_SETTINGS_MODULE": "idp_project.settings.dev", "SCHEMA_CHECK_SECONDS": "0.2", **FAST},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def run(databases: Databases, *words: str, as_owner: bool = False) -> tuple[int, str]:
    """Exit code, and what it said on both streams."""
    process = start(databases, *words, as_owner=as_owner)
    said, _ = process.communicate(timeout=100)
    return process.returncode, said
