"""For migrations: columns that keep reasons as JSON beside those in which earlier releases keep sentences.

The earlier release goes on writing sentences while machines are upgraded one by one: triggers put them into the new column.
What this release writes leaves the sentence's column empty; a later release drops it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.apps.registry import Apps
from django.db import connections, router, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from idp_project.core.reason_matching import matched
from idp_project.core.reasons import Reason

ROWS_AT_ONCE = 1000
FUNCTION = """
CREATE OR REPLACE FUNCTION reason_of_earlier_release() RETURNS trigger LANGUAGE plpgsql SET search_path = public AS $$
-- Arguments: the column of sentences and that of reasons.
DECLARE
    before jsonb := to_jsonb(NEW) -> TG_ARGV[0];
    present jsonb := to_jsonb(NEW) -> TG_ARGV[1];
    is_list boolean := jsonb_typeof(before) = 'array';
    reasons jsonb;
BEGIN
    IF TG_OP = 'INSERT' AND present NOT IN ('null', '[]') THEN  -- a restored row
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND before = to_jsonb(OLD) -> TG_ARGV[0] THEN  -- this release has changed the reason
        RETURN jsonb_populate_record(NEW, jsonb_build_object(TG_ARGV[0], CASE WHEN is_list THEN '[]'::jsonb ELSE '""' END));
    END IF;
    SELECT jsonb_agg(jsonb_build_object('code', 'legacy', 'params', jsonb_build_object('text', said))) INTO reasons
    FROM jsonb_array_elements_text(CASE WHEN is_list THEN before ELSE jsonb_build_array(before) END) AS said
    WHERE said <> '';
    RETURN jsonb_populate_record(
        NEW, jsonb_build_object(TG_ARGV[1], CASE WHEN is_list THEN coalesce(reasons, '[]') ELSE reasons -> 0 END));
END
$$;
"""


@dataclass(frozen=True)
class ReasonColumn:
    """`before` holds a sentence or, `is_list`, a JSON list of them; `after` is the new column.

    `repeated`: an SQL expression, a text array of sentences that the row only repeats; they are left out.
    """

    table: str
    before: str
    after: str
    is_list: bool = False
    repeated: str = "'{}'::text[]"

    @property
    def statements(self) -> list[str]:
        """Adds the column, and what keeps it right beside the earlier release."""
        table, before, after = self.table, self.before, self.after
        empty, none = (
            ("'[]'::jsonb", f"OLD.{after} <> '[]'::jsonb") if self.is_list else ("''", f"OLD.{after} IS NOT NULL")
        )
        kind = "jsonb NOT NULL DEFAULT '[]'::jsonb" if self.is_list else "jsonb"
        run = f"FOR EACH ROW WHEN ({{condition}}) EXECUTE FUNCTION reason_of_earlier_release('{before}', '{after}')"
        is_changed = (
            f"NEW.{before} IS DISTINCT FROM OLD.{before}"
            f" OR (OLD.{before} <> {empty} AND {none} AND NEW.{after} IS DISTINCT FROM OLD.{after})"
        )
        return [
            f"ALTER TABLE {table} ADD COLUMN {after} {kind}",
            f"ALTER TABLE {table} ALTER COLUMN {before} SET DEFAULT {empty}",
            f"CREATE TRIGGER {before}_inserted BEFORE INSERT ON {table} "
            + run.format(condition=f"NEW.{before} <> {empty}"),
            f"CREATE TRIGGER {before}_updated BEFORE UPDATE OF {before}, {after} ON {table} "
            + run.format(condition=is_changed),
        ]

    @property
    def reversal(self) -> list[str]:
        """Takes all of it away."""
        return [
            *(f"DROP TRIGGER {self.before}_{moment} ON {self.table}" for moment in ("inserted", "updated")),
            f"ALTER TABLE {self.table} ALTER COLUMN {self.before} DROP DEFAULT",
            f"ALTER TABLE {self.table} DROP COLUMN {self.after}",
        ]


@lru_cache(maxsize=4096)
def _matched(text: str) -> Reason:
    return matched(text)


def backfill(column: ReasonColumn, schema_editor: BaseDatabaseSchemaEditor, app_label: str) -> None:
    """Fills the new column from the old one, some rows per transaction; may be interrupted and repeated."""
    alias = schema_editor.connection.alias
    if not router.allow_migrate(alias, app_label):
        return
    for organization_id in organizations(alias):
        last = None
        while rows := _next(column, alias, organization_id, last):
            last = rows[-1][0]
            _write(column, alias, organization_id, rows)


def organizations(alias: str) -> Iterator[Any]:
    """Ids of all. The owner's statements see one organisation at a time, as everybody's do."""
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT id FROM accounts_organization ORDER BY id")
        ids = [row[0] for row in cursor.fetchall()]
    yield from ids


def inside(alias: str, organization_id: Any, statement: str, values: Any) -> list[Any]:
    """The rows of a statement in a transaction of its own that sees that organisation."""
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute("SELECT set_config('app.org_id', %s, true)", [str(organization_id)])
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def _next(column: ReasonColumn, alias: str, organization_id: Any, last: Any) -> list[Any]:
    before = f"{column.before}::json" if column.is_list else column.before
    empty, unset = ("'[]'::jsonb", "= '[]'::jsonb") if column.is_list else ("''", "IS NULL")
    statement = f"""
        SELECT id, {before}, {column.repeated} FROM {column.table}
        WHERE organization_id = %s AND {column.before} <> {empty} AND {column.after} {unset}
            AND (id > %s::uuid OR %s::uuid IS NULL)
        ORDER BY id LIMIT {ROWS_AT_ONCE}
    """  # noqa: S608 - names of columns, from migrations
    return inside(alias, organization_id, statement, [organization_id, last, last])


def _write(column: ReasonColumn, alias: str, organization_id: Any, rows: list[Any]) -> None:
    statement = f"""
        UPDATE {column.table} AS present SET {column.after} = found.reason::jsonb
        FROM unnest(%s::uuid[], %s::text[]) AS found (id, reason) WHERE present.id = found.id
    """  # noqa: S608
    found = [(row_id, _converted(stored, repeated or ())) for row_id, stored, repeated in rows]
    inside(alias, organization_id, statement, [[str(row_id) for row_id, _ in found], [data for _, data in found]])


def _converted(stored: Any, repeated: Any) -> str:
    if isinstance(stored, str):
        return json.dumps(_matched(stored).to_dict())
    return json.dumps([_matched(str(text)).to_dict() for text in stored if text not in repeated])


def backfill_operation(app_label: str, *columns: ReasonColumn) -> Any:
    """The function of a RunPython."""

    def run(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        for column in columns:
            backfill(column, schema_editor, app_label)

    return run
