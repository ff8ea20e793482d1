"""The mark of every applied migration, in a table beside `django_migrations` of each database.

The table is made on demand by the process that migrates, like Django's own: so the first migration of a new database is
marked too, in the transaction that records it. No model and no migration of ours stand for it.
"""

from __future__ import annotations

from typing import Any

from django.db import router, transaction
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from idp_project.core.release import release
from idp_project.core.schema_comparison import Compatibility, Mark, MigrationName

_CREATE = """CREATE TABLE IF NOT EXISTS idp_migration_mark (
    app varchar(255) NOT NULL,
    name varchar(255) NOT NULL,
    compatibility varchar(20) NOT NULL CHECK (compatibility IN ('expand', 'contract')),
    version varchar(40) NOT NULL DEFAULT '',
    commit varchar(40) NOT NULL DEFAULT '',
    applied_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (app, name)
);
DO $$
DECLARE runtime text;
BEGIN
    FOR runtime IN SELECT rolname FROM pg_roles WHERE rolname IN ('idp_app', 'idp_system') LOOP
        EXECUTE format('GRANT SELECT ON idp_migration_mark, django_migrations TO %I', runtime);
        EXECUTE format('REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON idp_migration_mark FROM %I', runtime);
    END LOOP;
END $$"""
_WRITE = """INSERT INTO idp_migration_mark (app, name, compatibility, version, commit, applied_at)
VALUES (%s, %s, %s, %s, %s, coalesce(%s, now()))
ON CONFLICT (app, name) DO UPDATE SET compatibility = excluded.compatibility, version = excluded.version,
    commit = excluded.commit, applied_at = excluded.applied_at"""
_REMOVE = "DELETE FROM idp_migration_mark WHERE app = %s AND name = %s"
_UNMARKED = """SELECT done.app, done.name, done.applied FROM django_migrations AS done
WHERE NOT EXISTS (SELECT FROM idp_migration_mark AS mark WHERE mark.app = done.app AND mark.name = done.name)"""
_TABLES = "SELECT to_regclass('django_migrations') IS NOT NULL, to_regclass('idp_migration_mark') IS NOT NULL"
_MARKED = """SELECT done.app, done.name, mark.compatibility, mark.version, mark.commit
FROM django_migrations AS done LEFT JOIN idp_migration_mark AS mark ON mark.app = done.app AND mark.name = done.name"""
_WITHOUT_MARKS = "SELECT app, name, NULL, NULL, NULL FROM django_migrations"

# Migrations of other packages that somebody has judged: up to and with this number they are `expand`, except for those named
# below. A newer one is `contract` until it is judged; `tests/repository` fails for it.
_JUDGED_UP_TO = {
    "account": "0009",
    "admin": "0003",
    "auth": "0012",
    "axes": "0010",
    "contenttypes": "0002",
    "django_rq": "0003",
    "guardian": "0003",
    "mfa": "0003",
    "pghistory": "0007",
    "sessions": "0001",
}
_JUDGED_CONTRACT = {
    ("account", "0003"),
    ("account", "0009"),
    ("axes", "0005"),
    ("axes", "0006"),
    ("axes", "0007"),
    ("axes", "0009"),
    ("contenttypes", "0002"),
    ("django_rq", "0002"),
    ("mfa", "0002"),
    ("mfa", "0003"),
    ("pghistory", "0006"),
}


def is_judged(migration: Migration) -> bool:
    """Whether it carries a mark of ours, or is a known one of another package."""
    if hasattr(migration, "compatibility"):
        return True
    return migration.name[:4] <= _JUDGED_UP_TO.get(migration.app_label, "")


def compatibility_of(migration: Migration) -> Compatibility:
    """Its own attribute, else what is known of another package's; else `contract`. Raises ValueError for another word."""
    if own := getattr(migration, "compatibility", None):
        return Compatibility(own)
    key = (migration.app_label, migration.name[:4])
    is_additive = is_judged(migration) and key not in _JUDGED_CONTRACT
    return Compatibility.EXPAND if is_additive else Compatibility.CONTRACT


def table_ensure(connection: Any) -> None:
    """Makes the table where it is missing; as the owner of the database."""
    with connection.cursor() as cursor:
        cursor.execute(_CREATE)


def marks_fill(connection: Any) -> int:
    """Marks what was applied before marks existed, as far as the code knows it; returns their number."""
    MigrationRecorder(connection).ensure_schema()
    table_ensure(connection)
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute(_UNMARKED)
        rows = cursor.fetchall()
        migrations = MigrationLoader(None).disk_migrations if rows else {}
        known = [row for row in rows if row[:2] in migrations]
        for app, name, applied_at in known:
            cursor.execute(_WRITE, [app, name, compatibility_of(migrations[app, name]).value, "", "", applied_at])
    return len(known)


def applied_with_marks(connection: Any) -> dict[MigrationName, Mark | None]:
    """Every applied migration with its mark; nothing for a database that was never migrated."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        has_migrations, has_marks = cursor.fetchone()
        if not has_migrations:
            return {}
        cursor.execute(_MARKED if has_marks else _WITHOUT_MARKS)
        return {(app, name): _mark(*stored) for app, name, *stored in cursor.fetchall()}


def _mark(compatibility: str | None, version: str, commit: str) -> Mark | None:
    return Mark(Compatibility(compatibility), version, commit) if compatibility else None


class MarkingExecutor(MigrationExecutor):
    """Django's executor, which writes each migration's mark in the transaction that records it.

    Migrations of apps that live in the other database are recorded without models being made for them: Django makes all of
    them again after each operation, which takes longer than everything else.
    """

    def _migrate_all_forwards(self, state: Any, plan: Any, full_plan: Any, fake: bool, fake_initial: bool) -> Any:
        to_run = {migration for migration, _ in plan}
        for migration, _ in full_plan:
            if migration not in to_run:
                continue
            if router.allow_migrate(self.connection.alias, migration.app_label):
                only = [(migration, False)]
                state = super()._migrate_all_forwards(state, only, only, fake, fake_initial)  # type: ignore[misc]
            else:
                self._note(migration, state)
        return state

    def _note(self, migration: Migration, state: Any) -> None:
        if self.progress_callback:
            self.progress_callback("apply_start", migration, False)
        state.__dict__.pop("apps", None)
        migration.mutate_state(state, preserve=False)
        self.record_migration(migration)
        if self.progress_callback:
            self.progress_callback("apply_success", migration, False)

    def record_migration(self, migration: Migration) -> None:  # type: ignore[override]  # the stubs are of an older one
        with transaction.atomic(using=self.connection.alias):
            super().record_migration(migration)  # type: ignore[call-arg,arg-type]
            made_by = release()
            values = [compatibility_of(migration).value, made_by.version, made_by.commit, None]
            self._execute(_WRITE, [migration.app_label, migration.name, *values])

    def unapply_migration(self, state: Any, migration: Migration, fake: bool = False) -> Any:
        """The record goes after Django's own transaction, so the mark goes first: without one it counts as `contract`."""
        self._execute(_REMOVE, [migration.app_label, migration.name])
        return super().unapply_migration(state, migration, fake)

    def _execute(self, statement: str, values: list[Any]) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute(statement, values)
