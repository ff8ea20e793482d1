"""Typed views for analysts, made as the owner of the production database, and letting analysts in.

Who publishes a schema version leaves a request (`ViewPublication`). The publisher, the one process that knows the owner,
takes it: it reads the stored version itself and composes every statement by psycopg.sql. The request carries an id only.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

import psycopg

from documents.domain.schema_spec import SchemaSpec, UnreadableSchema
from documents.domain.typed_columns import identifier_of
from documents.selectors.publications import view_publications_due
from documents.services.delivering.view_publications import (
    view_publication_fail,
    view_publication_finish,
    view_publication_postpone,
    view_publication_request,
)
from idp_project.core.database_roles import OwnerMissing
from idp_project.core.errors import NotFound, TransientFailure
from idp_project.core.logs import log_scope
from idp_project.core.tenancy import organization_scope, system_scope
from pdb_sync import queries
from pdb_sync.domain.refusals import VIEWS_DEPENDED_ON, VIEWS_REFUSED
from pdb_sync.domain.view_definitions import (
    ANALYST_ROLE,
    POLICIES,
    ExistingColumn,
    analyst_statements,
    orphan_statements,
    schema_statements,
    view_description,
    view_statements,
)
from pdb_sync.queries import QUERIES, owner_connection
from pdb_sync.selectors import newest_published_of_all, published_type

logger = logging.getLogger(__name__)
RUNTIME_ROLE = "idp_app"


def views_publish_due() -> int:
    """Takes every request whose time has come, once; returns how many came to an end. For the publisher.

    At-least-once: a request is finished after its views stand, and making them is idempotent. Raises OwnerMissing.
    """
    with system_scope("publisher: requests of all organisations"):
        due = view_publications_due()
    ended = 0
    for organization_id, publication_id, schema_version_id in due:
        with log_scope(organization_id=organization_id, schema_version_id=schema_version_id):
            ended += view_publication_attempt(organization_id, publication_id, schema_version_id)
    return ended


def view_publication_attempt(organization_id: UUID, publication_id: UUID, schema_version_id: UUID) -> bool:
    """Publishes the newest version of that version's schema; whether the request came to an end, well or not."""
    try:
        schema_version_publish(organization_id, schema_version_id)
    except (NotFound, UnreadableSchema) as error:
        view_publication_fail(organization_id, publication_id, error.reason)
    except TransientFailure as error:
        view_publication_postpone(organization_id, publication_id, error.reason)
        return False
    except psycopg.errors.DependentObjectsStillExist as error:
        reason = VIEWS_DEPENDED_ON(detail=error.diag.message_detail or "")
        view_publication_postpone(organization_id, publication_id, reason)
        return False
    except (psycopg.OperationalError, psycopg.errors.InsufficientPrivilege):
        logger.exception("the views of schema version %s", schema_version_id)
        view_publication_postpone(organization_id, publication_id, VIEWS_REFUSED())
        return False
    except OwnerMissing:
        raise
    except Exception:  # whatever is stored: one request never keeps those of others from being taken
        logger.exception("the views of schema version %s", schema_version_id)
        view_publication_fail(organization_id, publication_id, VIEWS_REFUSED())
    else:
        view_publication_finish(organization_id, publication_id)
    return True


def schema_version_publish(organization_id: UUID, schema_version_id: UUID) -> str:
    """Publishes the views of the newest version of that version's schema; returns the PostgreSQL schema's name.

    Raises NotFound where the organisation has no such published version.
    """
    with organization_scope(organization_id):
        published = published_type(organization_id, schema_version_id)
    return typed_views_publish(
        published.organization_slug, organization_id, published.versions, published.retired, keys=published.keys
    )


def typed_views_reconcile() -> int:
    """Asks for the views of every schema whose newest version has none yet; returns their number. For the clock.

    It compares as the runtime: the catalogue of the production database is readable. Raises TransientFailure where that
    is away. A version whose request failed for good is not asked for again.
    """
    with system_scope("typed views: compare with published schemas"):
        newest = newest_published_of_all()
    if not newest:
        return 0
    rows = queries.fetch_all(newest[0].organization_id, "published_views")
    published = {(row["organization_id"], row["description"]) for row in rows}
    return sum(
        view_publication_request(version.organization_id, version.id)
        for version in newest
        if (str(version.organization_id), view_description(version.spec)) not in published
    )


def typed_views_publish(
    organization_slug: str,
    organization_id: UUID,
    versions: Sequence[SchemaSpec],
    retired: Collection[str] = (),
    *,
    keys: Collection[str] | None = None,
) -> str:
    """Makes the typed views of a type, whose `versions` are given from the oldest to the newest, in the organisation's
    PostgreSQL schema; returns its name. What analysts use stays: see `view_statements`. Views of types whose key is not among
    `keys` go; None leaves them.

    Readers are the runtime and, where the server has the role, analysts. Raises TransientFailure where the production
    database is away.
    """
    with owner_connection(organization_id) as connection, connection.cursor() as cursor:
        QUERIES.fetch_one(cursor, "publish_lock")
        roles = QUERIES.fetch_all(cursor, "existing_roles", names=[RUNTIME_ROLE, ANALYST_ROLE])
        readers = [role["name"] for role in roles]
        schema_name = _schema_name(QUERIES.fetch_all(cursor, "owned_schemas"), organization_slug, organization_id)
        existing = _existing(QUERIES.fetch_all(cursor, "schema_view_columns", schema_name=schema_name))
        statements = [
            *schema_statements(schema_name, organization_id, ()),
            *(() if keys is None else orphan_statements(schema_name, existing, keys)),
            *view_statements(schema_name, organization_id, versions, existing, retired),
            *schema_statements(schema_name, organization_id, readers),
        ]
        if ANALYST_ROLE in readers and QUERIES.fetch_one(cursor, "analyst_policies") != {"policies": POLICIES}:
            statements += analyst_statements()  # the role came after the migration
        for statement in statements:
            cursor.execute(statement)
    return schema_name


def _existing(rows: Sequence[Mapping[str, str]]) -> dict[str, list[ExistingColumn]]:
    """The columns by view, in their order."""
    found: dict[str, list[ExistingColumn]] = {}
    for row in rows:
        found.setdefault(row["view_name"], []).append(ExistingColumn(row["name"], row["type"]))
    return found


def analyst_allow(role_name: str, organization_id: UUID, *, sees_sensitive: bool = False) -> None:
    """A login role that is a member of `idp_pdb_reader` may read the organisation's rows and typed views; values of sensitive
    fields only with `sees_sensitive`."""
    with owner_connection(organization_id) as connection, connection.cursor() as cursor:
        grant = {"role_name": role_name, "organization_id": organization_id, "sees_sensitive": sees_sensitive}
        QUERIES.run(cursor, "analyst_grant_insert", **grant)


def _schema_name(owned: list[dict[str, str]], organization_slug: str, organization_id: UUID) -> str:
    """The organisation's present schema, which outlives a change of its slug, else a free name made of the slug."""
    for schema in owned:
        if schema["organization_id"] == str(organization_id):
            return schema["name"]
    wanted = identifier_of(organization_slug, prefix="org_")
    if wanted in {schema["name"] for schema in owned}:
        return identifier_of(f"{organization_slug} {organization_id}", prefix="org_")
    return wanted
