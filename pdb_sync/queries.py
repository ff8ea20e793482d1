"""The statements of `queries.sql`, the transactions made of them, and the owner's connection for DDL."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import psycopg
from django.db import connections
from psycopg.conninfo import make_conninfo

from documents.domain.approved import ApprovedContent
from documents.domain.field_ids import Path as FieldPath
from idp_project.core import postgres, sql_files
from idp_project.core.database_roles import owner_of
from idp_project.core.errors import PermanentFailure, TransientFailure
from idp_project.core.postgres import Transaction
from pdb_sync.domain.record_rows import cell_rows, record_row
from pdb_sync.domain.refusals import CHANGE_UNKNOWN, PDB_AWAY
from pdb_sync.models import RecordChange

T = TypeVar("T")
QUERIES = sql_files.load(Path(__file__).with_name("queries.sql"))


class ApplyOutcome(StrEnum):
    """What `pdb_record_apply` found. All three mean that the event is done with."""

    APPLIED = "applied"
    SUPERSEDED = "superseded"
    ALREADY_APPLIED = "already_applied"


def pdb_record_apply(
    event_uuid: UUID,
    kind: str,
    content: ApprovedContent,
    *,
    closed: Collection[FieldPath] = (),
    is_repair: bool = False,
) -> ApplyOutcome:
    """Applies one event to the production database, once, in one transaction there.

    1. The receipt is inserted first: a repeat finds it and writes nothing; a rival with the same event waits for it.
    2. The record is written only over an older version (a withdrawal also over its own), so late events change nothing.
    3. Its cells are replaced, and the version joins the history, of which a deletion leaves nothing else.
    A repair writes the very version that stands there once more, receipt or not; an older one never.
    `kind` is a RecordChange; `closed` are the fields and columns that are sensitive today. Raises TransientFailure where the
    database is away, hangs or is read-only, PermanentFailure where the content cannot be stored.
    """
    if kind not in RecordChange.values:
        raise PermanentFailure(CHANGE_UNKNOWN(kind=kind), code="bad_content")
    row, cells = record_row(content), cell_rows(content, closed)

    async def apply(transaction: Transaction) -> ApplyOutcome:
        receipt = {"event_uuid": event_uuid, "organization_id": row["organization_id"]}
        if await transaction.fetch_one(QUERIES["receipt_insert"], **receipt) is None and not is_repair:
            return ApplyOutcome.ALREADY_APPLIED
        written = await transaction.fetch_one(
            QUERIES["record_upsert"], **row, event_uuid=event_uuid, is_repair=is_repair, **_marks(kind)
        )
        if written is None:
            await transaction.execute(QUERIES["receipt_supersede"], event_uuid=event_uuid)
        else:
            await _cells_replace(transaction, row["organization_id"], written["id"], cells)
            if kind == RecordChange.DELETED:
                await transaction.execute(QUERIES["record_versions_delete"], record_id=written["id"])
        await _history_append(transaction, row, event_uuid, kind)
        return ApplyOutcome.APPLIED if written else ApplyOutcome.SUPERSEDED

    return run(apply, row["organization_id"])


def _marks(kind: str) -> dict[str, bool]:
    is_deleted = kind == RecordChange.DELETED
    return {"is_withdrawn": is_deleted or kind == RecordChange.WITHDRAWN, "is_deleted": is_deleted}


async def _cells_replace(
    transaction: Transaction, organization_id: UUID, record_id: UUID, cells: list[dict[str, Any]]
) -> None:
    await transaction.execute(QUERIES["cells_delete"], record_id=record_id)
    await transaction.execute(
        QUERIES["cells_insert"], organization_id=organization_id, record_id=record_id, cells=cells
    )


async def _history_append(transaction: Transaction, row: dict[str, Any], event_uuid: UUID, kind: str) -> None:
    query = QUERIES["record_version_insert"]
    known = {name: row[name] for name in query.arguments if name in row}
    await transaction.execute(query, **known, event_uuid=event_uuid, change=str(kind))


@contextmanager
def owner_connection(organization_id: UUID | None = None) -> Iterator[psycopg.Connection[Any]]:
    """A transaction on the production database as its owner, for DDL; commits at the end.

    The owner's address is PDB_DATABASE_OWNER_URL. Raises OwnerMissing in a process that was not told it (all but the
    publisher and the owner's commands), TransientFailure where the database is away.
    """
    name = connections["pdb"].settings_dict["NAME"]
    owner = postgres.database("pdb", {**owner_of("pdb"), "NAME": name})
    try:
        with psycopg.connect(
            make_conninfo(
                dbname=owner.name,
                host=owner.host,
                port=owner.port,
                user=owner.user or None,
                password=owner.password or None,
                connect_timeout=5,
                options="-c statement_timeout=15000 -c lock_timeout=10000",
                **dict(owner.ssl),
            )
        ) as connection:
            connection.execute("SELECT set_config('app.org_id', %s, true)", [str(organization_id or "")])
            yield connection
    except psycopg.OperationalError as error:
        raise TransientFailure(PDB_AWAY()) from error


def run(work: Callable[[Transaction], Awaitable[T]], organization_id: UUID) -> T:
    """One transaction on the production database that sees one organisation's rows."""
    target = postgres.database("pdb", connections["pdb"].settings_dict)
    return postgres.run(target, work, organization_id=organization_id)


def fetch_all(organization_id: UUID, name: str, /, **arguments: Any) -> list[dict[str, Any]]:
    """The rows of one named query, in a transaction of its own."""
    return run(lambda transaction: transaction.fetch_all(QUERIES[name], **arguments), organization_id)
