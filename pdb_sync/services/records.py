"""Publishing typed views for analysts, as the owner of the production database, and letting analysts in; exports."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from accounts.access import Access
from accounts.services import audit_record, audit_record_once
from documents.domain.schema_spec import SchemaSpec
from idp_project.core.tenancy import organization_scope, system_scope
from pdb_sync.domain.record_filter import RecordFilter
from pdb_sync.domain.view_definitions import (
    ANALYST_ROLE,
    POLICIES,
    analyst_statements,
    identifier_of,
    schema_statements,
    view_description,
    view_statements,
)
from pdb_sync.queries import QUERIES, owner_connection
from pdb_sync.selectors import (
    RecordDetail,
    newest_published,
    newest_published_of_all,
    record_export,
    record_get_for,
)

RUNTIME_ROLE = "idp_app"


def record_open(access: Access, record_id: UUID) -> RecordDetail:
    """`record_get_for`, noted as a look once an hour."""
    detail = record_get_for(access, record_id)
    audit_record_once(access, "record_seen", object_kind="record", object_id=record_id)
    return detail


def records_export(access: Access, record_filter: RecordFilter) -> Iterator[list[str]]:
    """`record_export`, noted with what was asked for."""
    lines = record_export(access, record_filter)
    details = {name: str(value) for name, value in record_filter.as_arguments().items() if value}
    audit_record(access, "records_exported", object_kind="record", details=details)
    return lines


def schema_version_publish(organization_id: UUID, schema_version_id: UUID) -> str:
    """Publishes the views of the newest version of that version's schema; returns the PostgreSQL schema's name."""
    with organization_scope(organization_id):
        slug, spec = newest_published(organization_id, schema_version_id)
    return typed_views_publish(slug, organization_id, spec)


def typed_views_reconcile() -> int:
    """Publishes every schema whose newest version has no view yet; gives how many. For the clock: jobs can be lost.

    Raises TransientFailure where the production database is away.
    """
    with system_scope("typed views: compare with published schemas"):
        newest = newest_published_of_all()
    with owner_connection() as connection, connection.cursor() as cursor:
        rows = QUERIES.fetch_all(cursor, "published_views")
    published = {(row["organization_id"], row["description"]) for row in rows}
    missing = [entry for entry in newest if (str(entry[1]), view_description(entry[2])) not in published]
    for slug, organization_id, spec in missing:
        typed_views_publish(slug, organization_id, spec)
    return len(missing)


def typed_views_publish(organization_slug: str, organization_id: UUID, spec: SchemaSpec) -> str:
    """Replaces the typed views of one document schema in the organisation's PostgreSQL schema; returns its name.

    Readers are the runtime and, where the server has the role, analysts. Raises TransientFailure where the production
    database is away.
    """
    with owner_connection(organization_id) as connection, connection.cursor() as cursor:
        QUERIES.fetch_one(cursor, "publish_lock")
        roles = QUERIES.fetch_all(cursor, "existing_roles", names=[RUNTIME_ROLE, ANALYST_ROLE])
        readers = [role["name"] for role in roles]
        schema_name = _schema_name(QUERIES.fetch_all(cursor, "owned_schemas"), organization_slug, organization_id)
        existing = [view["name"] for view in QUERIES.fetch_all(cursor, "schema_views", schema_name=schema_name)]
        statements = [
            *schema_statements(schema_name, organization_id, ()),
            *view_statements(schema_name, organization_id, spec, existing),
            *schema_statements(schema_name, organization_id, readers),
        ]
        if ANALYST_ROLE in readers and QUERIES.fetch_one(cursor, "analyst_policies") != {"policies": POLICIES}:
            statements += analyst_statements()  # the role came after the migration
        for statement in statements:
            cursor.execute(statement)
    return schema_name


def analyst_allow(role_name: str, organization_id: UUID) -> None:
    """A login role that is a member of `idp_pdb_reader` may read the organisation's rows and typed views."""
    with owner_connection(organization_id) as connection, connection.cursor() as cursor:
        QUERIES.run(cursor, "analyst_grant_insert", role_name=role_name, organization_id=organization_id)


def _schema_name(owned: list[dict[str, str]], organization_slug: str, organization_id: UUID) -> str:
    """The organisation's present schema, which outlives a change of its slug, else a free name made of the slug."""
    for schema in owned:
        if schema["organization_id"] == str(organization_id):
            return schema["name"]
    wanted = identifier_of(organization_slug, prefix="org_")
    if wanted in {schema["name"] for schema in owned}:
        return identifier_of(f"{organization_slug} {organization_id}", prefix="org_")
    return wanted
