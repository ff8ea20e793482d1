"""Tables as COPY text, out of one snapshot and into an empty schema made by the same migrations.

Not pg_dump and pg_restore: loading data past forced row-level security and triggers needs a superuser there, which servers
of one's own do not give; a dump of the schema would restore privileges other than those that the migrations make.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.db import connections, transaction
from django.utils.translation import gettext as _
from psycopg import sql

from idp_project.operations.backup.errors import BackupError
from idp_project.operations.backup.manifest import Part, digest_of

# The schema's own; uploads that have not ended begin again; the keys are those of the system that restores.
LEFT_OUT = {"django_migrations", "idp_migration_mark", "documents_upload", "accounts_keyfingerprint"}
REPLACED = {"django_content_type", "auth_permission", "axes_accessattempt", "axes_accesslog", "axes_accessfailurelog"}
_TABLES = """SELECT relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND NOT relname = ANY(%s) ORDER BY relname"""
_STORED = """SELECT storage_name FROM documents_sourcefile WHERE storage_name <> ''
UNION SELECT pdf_name FROM documents_sourcefile WHERE pdf_name <> ''
UNION SELECT storage_name FROM documents_einvoice
UNION SELECT image_name FROM documents_page WHERE image_name <> ''
UNION SELECT original_image_name FROM documents_page WHERE original_image_name <> '' ORDER BY 1"""
_FORCED = "SELECT relname FROM pg_class WHERE relforcerowsecurity AND relname = ANY(%s)"
_TRIGGERS = """SELECT relname, tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
WHERE NOT tgisinternal AND tgenabled = 'O' AND relname = ANY(%s)"""
_SEQUENCES = """SELECT table_name, column_name, pg_get_serial_sequence(quote_ident(table_name), column_name)
FROM information_schema.columns
WHERE table_schema = 'public' AND pg_get_serial_sequence(quote_ident(table_name), column_name) IS NOT NULL"""


@contextmanager
def snapshot(alias: str) -> Iterator[Any]:
    """A cursor that sees every row of one moment, whatever is written meanwhile."""
    with transaction.atomic(using=alias, durable=True), connections[alias].cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SET LOCAL ROLE idp_system")
        cursor.execute("SET LOCAL statement_timeout = 0")
        yield cursor


def table_names(cursor: Any) -> list[str]:
    cursor.execute(_TABLES, [list(LEFT_OUT)])
    return [name for (name,) in cursor.fetchall()]


def stored_names(cursor: Any) -> list[str]:
    """The files that the rows of the snapshot name."""
    cursor.execute(_STORED)
    return [name for (name,) in cursor.fetchall()]


def table_save(cursor: Any, database: str, table: str, folder: Path) -> Part:
    name = f"{database}/{table}.copy.gz"
    path, rows = folder / name, 0
    path.parent.mkdir(mode=0o700, exist_ok=True)
    statement = sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))
    with gzip.open(path, "wb", compresslevel=3) as out, cursor.copy(statement) as copy:
        for block in copy:
            out.write(block)
            rows += bytes(block).count(b"\n")  # one line per row: line ends inside values are escaped
    with path.open("rb") as stream:
        return Part(name, database, table, rows, path.stat().st_size, digest_of(stream))


def tables_check_empty(cursor: Any, alias: str) -> None:
    """Raises BackupError naming the tables that hold rows."""
    full = []
    for table in table_names(cursor):
        cursor.execute(sql.SQL("SELECT EXISTS (SELECT FROM {})").format(sql.Identifier(table)))
        if cursor.fetchone()[0] and table not in REPLACED:
            full.append(table)
    if full:
        raise BackupError(
            _("The database “%(database)s” is not empty: %(tables)s. Restore into a new system.")
            % {"database": alias, "tables": ", ".join(full)}
        )


def tables_load(alias: str, parts: list[Part], folder: Path, advance: Callable[[int], None]) -> None:
    """Fills the empty tables in one transaction, as their owner: all of it, or nothing. Raises BackupError."""
    with transaction.atomic(using=alias, durable=True), connections[alias].cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        names = table_names(cursor)
        if sorted(names) != sorted(part.table for part in parts):
            raise BackupError(_("The tables of “%(database)s” are not those of the backup.") % {"database": alias})
        with _row_security_off(cursor, names):
            tables_check_empty(cursor, alias)
            for table in REPLACED.intersection(names):
                cursor.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
            for part in parts:
                _load(cursor, part, folder)
                advance(part.bytes)
            _raise_sequences(cursor, set(names))
    with connections[alias].cursor() as cursor:
        cursor.execute("ANALYZE")


def _load(cursor: Any, part: Part, folder: Path) -> None:
    statement = sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(part.table))
    try:
        with gzip.open(folder / part.name, "rb") as stream, cursor.copy(statement) as copy:
            while block := stream.read(2**20):
                copy.write(block)
    except psycopg.Error as error:
        reason = error.diag.message_primary or str(error)
        raise BackupError(
            _("The database does not take %(name)s: %(reason)s. Nothing of it was kept.")
            % {"name": part.name, "reason": reason}
        ) from error
    if cursor.rowcount != part.rows:
        raise BackupError(
            _("%(name)s has %(found)d rows, not %(rows)d.")
            % {"name": part.name, "found": cursor.rowcount, "rows": part.rows}
        )


@contextmanager
def _row_security_off(cursor: Any, names: list[str]) -> Iterator[None]:
    """Row-level security does not bind the owner, and no trigger writes a second time, until the transaction's end."""
    cursor.execute(_FORCED, [names])
    forced = [name for (name,) in cursor.fetchall()]
    cursor.execute(_TRIGGERS, [names])
    triggers = cursor.fetchall()

    def alter(name: str, what: str, *identifiers: str) -> None:
        parts = [sql.Identifier(part) for part in (name, *identifiers)]
        cursor.execute(sql.SQL(f"ALTER TABLE {{}} {what}").format(*parts))

    for name in forced:
        alter(name, "NO FORCE ROW LEVEL SECURITY")
    for name, trigger in triggers:
        alter(name, "DISABLE TRIGGER {}", trigger)
    yield
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for name, trigger in triggers:
        alter(name, "ENABLE TRIGGER {}", trigger)
    for name in forced:
        alter(name, "FORCE ROW LEVEL SECURITY")


def _raise_sequences(cursor: Any, names: set[str]) -> None:
    """The next key comes after the last restored one."""
    cursor.execute(_SEQUENCES)
    for table, column, sequence in cursor.fetchall():
        if table in names:
            newest = sql.SQL("SELECT setval(%s, coalesce(max({}), 0) + 1, false) FROM {}")
            cursor.execute(newest.format(sql.Identifier(column), sql.Identifier(table)), [sequence])
