"""The one door for reading the production database: by organisation (row-level security), team and batch (in SQL)."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from accounts.access import Access
from accounts.domain.roles import Permission
from accounts.selectors.organization import organization_managed_by
from documents.domain.field_ids import FieldNames, ids_by_path
from documents.domain.overrides import Override
from documents.domain.schema_spec import SchemaSpec, UnreadableSchema
from documents.models import SchemaVersion
from documents.selectors.schemas import readable_specs
from documents.selectors.sensitive_records import hide_record, hide_records
from idp_project.core.errors import Forbidden, NotFound
from idp_project.core.tenancy import organization_scope
from pdb_sync import queries
from pdb_sync.domain.record_filter import PageStart, RecordFilter
from pdb_sync.models import Reconciliation, RecordChange
from pdb_sync.queries import QUERIES

logger = logging.getLogger(__name__)
_EXPORT_STEP = 500


@dataclass(frozen=True)
class RecordPage:
    """Rows of `record_list`, newest first. `columns` are the schema's fields, empty without a schema in the filter; with one,
    values stand under the names of the columns, whatever the fields were called when they were approved."""

    records: list[dict[str, Any]]
    columns: list[dict[str, Any]]
    next_start: PageStart | None


@dataclass(frozen=True)
class NewestVersion:
    """A schema's newest published version."""

    id: UUID
    organization_id: UUID
    spec: SchemaSpec


@dataclass(frozen=True)
class RecordChoices:
    """What the filters offer: schema keys, and teams as `(id, name)`, of visible records."""

    schema_keys: list[str]
    teams: list[tuple[UUID, str]]


@dataclass(frozen=True)
class RecordDetail:
    """One record: `fields` are cells; `tables` maps a table's name to its rows of cells; `versions` newest first.
    `overrides` are the checks that failed when its current version was approved.

    A version: version, change, change_label, schema_version, approved_by, approved_at, delivered_at.
    A cell: name, type, value, value_number, value_date, raw_text, provenance (its birth certificate).
    """

    record: dict[str, Any]
    fields: list[dict[str, Any]]
    tables: dict[str, list[list[dict[str, Any]]]]
    versions: list[dict[str, Any]]
    overrides: list[Override]


def record_list(
    access: Access,
    record_filter: RecordFilter,
    *,
    start: PageStart | None = None,
    limit: int = 50,
    permission: Permission = Permission.VIEW_DOCUMENTS,
) -> RecordPage:
    """One page of the records on whose team or batch the asker holds `permission`."""
    who = _visibility(access, permission)
    wanted = record_filter.as_arguments() | {
        "after_time": start and start.approved_at,
        "after_id": start and start.record_id,
        "row_limit": limit + 1,
    }
    rows = queries.fetch_all(who["organization_id"], "record_list", **who, **wanted)
    hide_records(access, rows)
    columns = []
    if record_filter.schema_key:
        columns = queries.fetch_all(
            who["organization_id"], "record_columns", **who, schema_key=record_filter.schema_key
        )
        _renamed(who["organization_id"], record_filter.schema_key, columns, rows)
    last = rows[limit - 1] if len(rows) > limit else None
    return RecordPage(rows[:limit], columns, PageStart(last["approved_at"], last["id"]) if last else None)


def record_export(access: Access, record_filter: RecordFilter) -> Iterator[list[str]]:
    """The lines of a table of all records the asker may download, head first; read in steps, never all in memory.

    Raises Forbidden where they may download nothing.
    """
    if not access.can(Permission.DOWNLOAD_DOCUMENTS):
        raise Forbidden
    return _export_lines(access, record_filter)


def record_choices(access: Access) -> RecordChoices:
    """The schemas and teams among the visible records."""
    who = _visibility(access, Permission.VIEW_DOCUMENTS)
    rows = queries.fetch_all(who["organization_id"], "record_choices", **who)
    teams = {row["team_id"]: row["team_name"] for row in rows}
    return RecordChoices(
        sorted({row["schema_key"] for row in rows}), sorted(teams.items(), key=lambda team: team[1].casefold())
    )


def reconciliation_list(access: Access, *, limit: int = 10) -> list[Reconciliation]:
    """For org admins: the newest comparisons of their organisation's records, with their differences."""
    organization_id = organization_managed_by(access).pk
    with organization_scope(organization_id, using="pdb"):
        rows = Reconciliation.objects.filter(organization_id=organization_id)
        return list(rows.prefetch_related("differences")[:limit])


def record_get_for(access: Access, record_id: UUID) -> RecordDetail:
    """One record with its cells and history. Raises NotFound where it is missing or invisible."""
    who = _visibility(access, Permission.VIEW_DOCUMENTS)

    async def read(transaction: Any) -> tuple[dict[str, Any], list[dict[str, Any]], list[dict[str, Any]]]:
        record = await transaction.fetch_one(QUERIES["record_get"], record_id=record_id, **who)
        if record is None:
            raise NotFound
        cells = await transaction.fetch_all(QUERIES["cell_list"], record_id=record_id)
        return record, cells, await transaction.fetch_all(QUERIES["record_version_list"], record_id=record_id)

    record, cells, versions = queries.run(read, who["organization_id"])
    hide_record(access, record, cells, versions)
    fields = [cell for cell in cells if not cell["table_name"]]
    history = [version | {"change_label": RecordChange(version["change"]).label} for version in versions]
    tables = _tables([cell for cell in cells if cell["table_name"]])
    return RecordDetail(record, fields, tables, history, _overrides(record))


def record_of_sub_document(access: Access, sub_document_id: UUID) -> UUID:
    """The record's id. Raises NotFound where nothing was delivered yet, or it is invisible."""
    who = _visibility(access, Permission.VIEW_DOCUMENTS)
    rows = queries.fetch_all(who["organization_id"], "record_of_sub_document", sub_document_id=sub_document_id, **who)
    if not rows:
        raise NotFound
    return UUID(str(rows[0]["id"]))


@dataclass(frozen=True)
class PublishedType:
    """What the typed views of a type are made of: its `versions`, the oldest first, those left out that cannot be understood,
    and the columns that a person retired. `keys` are those of all types of the organisation that were published."""

    organization_slug: str
    versions: list[SchemaSpec]
    retired: list[str]
    keys: list[str]


def published_type(organization_id: UUID, schema_version_id: UUID) -> PublishedType:
    """The type that the version belongs to. Raises NotFound, and UnreadableSchema where the newest cannot be understood."""
    newest, *earlier = _published(organization_id, schema__versions__id=schema_version_id) or [None]
    if newest is None:
        raise NotFound
    all_versions = SchemaVersion.objects.filter(organization_id=organization_id, published_at__isnull=False)
    return PublishedType(
        organization_slug=newest.organization.slug,
        versions=[*reversed(list(readable_specs(earlier))), newest.spec],
        retired=list(newest.schema.retired_columns),
        keys=list(all_versions.order_by().values_list("schema__key", flat=True).distinct()),
    )


def _published(organization_id: UUID, **schema: Any) -> list[Any]:
    """The published versions of one schema, the newest first."""
    versions = SchemaVersion.objects.filter(organization_id=organization_id, published_at__isnull=False, **schema)
    return list(versions.select_related("organization", "schema").order_by("-published_at"))


def _renamed(organization_id: UUID, schema_key: str, columns: list[dict[str, Any]], rows: list[dict[str, Any]]) -> None:
    """Puts the values of records of other schema versions under the names that their fields have in `columns`."""
    if all(row["schema_version"] == column["schema_version"] for row in rows for column in columns):
        return
    with organization_scope(organization_id):
        specs = list(readable_specs(_published(organization_id, schema__key=schema_key)))
    names = FieldNames(specs)
    ids = next((ids_by_path(spec) for spec in specs if spec.version == columns[0]["schema_version"]), {})
    for row in rows:
        present = {}
        for column in columns:
            path = ("", column["name"])
            former = names.name_in(row["schema_version"], path, ids.get(path, ""))
            present[column["name"]] = row["values"].get(former) if former else None
        row["values"] = present


def newest_published_of_all() -> list[NewestVersion]:
    """The newest version of every published schema; call it in a system scope.

    One that cannot be understood is logged and left out, so that it holds nobody else up.
    """
    versions = (
        SchemaVersion.objects.filter(published_at__isnull=False)
        .select_related("schema")
        .order_by("schema_id", "-published_at")
        .distinct("schema_id")
    )
    found = []
    for version in versions:
        try:
            found.append(NewestVersion(version.id, version.organization_id, version.spec))
        except UnreadableSchema:
            logger.exception("schema version %s is left out", version.id)
    return found


def _visibility(access: Access, permission: Permission) -> dict[str, Any]:
    """The arguments by which every statement for people is filtered. Raises NotFound for nobody's organisation."""
    if access.organization_id is None:
        raise NotFound
    return {
        "organization_id": access.organization_id,
        "sees_all": access.can_everywhere(permission),
        "team_ids": access.team_ids_with(permission),
        "batch_ids": access.batch_ids_with(permission),
        "document_ids": access.document_ids_with(permission),
    }


def _export_lines(access: Access, record_filter: RecordFilter) -> Iterator[list[str]]:
    start: PageStart | None = None
    head: list[str] | None = None
    while head is None or start is not None:
        page = record_list(
            access, record_filter, start=start, limit=_EXPORT_STEP, permission=Permission.DOWNLOAD_DOCUMENTS
        )
        if head is None:
            head = [column["name"] for column in page.columns]
            yield ["record", "schema", "file", "pages", "team", "approved by", "approved at", *head, "failed checks"]
        for record in page.records:
            values = record["values"]
            sentences = [override.accepted.text for override in _overrides(record)]
            yield [*_plain_columns(record), *(plain_value(values.get(name)) for name in head), "; ".join(sentences)]
        start = page.next_start


def plain_value(value: str | list[str | None] | None) -> str:
    """A value of a record as one text; the items of a list are joined by semicolons."""
    return "; ".join(item or "" for item in value) if isinstance(value, list) else value or ""


def _overrides(record: dict[str, Any]) -> list[Override]:
    return [Override.from_dict(entry) for entry in record["overrides"]]


def _plain_columns(record: dict[str, Any]) -> list[str]:
    return [
        str(record["id"]),
        f"{record['schema_key']} {record['schema_version']}",
        record["file_name"],
        f"{record['first_page']}-{record['last_page']}",
        record["team_name"],
        record["approved_by"],
        record["approved_at"].isoformat(),
    ]


def _tables(cells: list[dict[str, Any]]) -> dict[str, list[list[dict[str, Any]]]]:
    tables: dict[str, dict[int, list[dict[str, Any]]]] = {}
    for cell in cells:
        tables.setdefault(cell["table_name"], {}).setdefault(cell["row_number"], []).append(cell)
    return {name: list(rows.values()) for name, rows in tables.items()}
