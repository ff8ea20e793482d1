"""Schemas as people look at them: their versions and fields, and who may change them."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Prefetch

from accounts.access import Access
from accounts.selectors.organization import organization_managed_by
from documents.domain.refusals import SCHEMA_MANAGED_BY_ORGANIZATION, SCHEMA_MANAGED_BY_TEAM
from documents.domain.schema_spec import SchemaSpec, UnreadableSchema
from documents.models import Schema, SchemaDraft, SchemaVersion, ViewPublication
from documents.policies import check_schema_in_use, may_manage_schema, may_share_schema, schemas_visible_to
from documents.selectors.doors import schema_get_for
from idp_project.core.errors import Forbidden, NotFound
from idp_project.core.reasons import Reason

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class SchemaView:
    """One version of a schema, and which others there are, the newest first."""

    schema: Schema
    version: SchemaVersion
    spec: SchemaSpec
    versions: list[SchemaVersion]
    may_manage: bool
    may_share: bool
    publication: ViewPublication | None = None  # of its typed views; none where an earlier release published it

    @property
    def is_newest(self) -> bool:
        return self.version.id == self.versions[0].id

    @property
    def why_closed(self) -> Reason | None:
        """Why the asker may not change it; None where they may."""
        return None if self.may_manage else why_closed(self.schema)


@dataclass(frozen=True)
class SchemaDetail:
    """A type, also one that was never published; `versions` has the newest first, `definition` is that of the newest."""

    schema: Schema
    versions: list[SchemaVersion]
    may_manage: bool
    has_draft: bool

    @property
    def definition(self) -> dict[str, Any] | None:
        """None before the first version. Raises UnreadableSchema."""
        return self.versions[0].spec.to_dict() if self.versions else None


@dataclass(frozen=True)
class SchemaRow:
    """A line of the list; `newest` is empty where nothing was published yet."""

    schema: Schema
    newest: SchemaVersion | None
    spec: SchemaSpec | None
    version_count: int
    may_manage: bool
    has_draft: bool

    @property
    def why_closed(self) -> Reason | None:
        """Why the asker may not change it; None where they may."""
        return None if self.may_manage else why_closed(self.schema)


def schema_rows(access: Access) -> list[SchemaRow]:
    """Every visible schema by name, retired ones last."""
    published = SchemaVersion.objects.filter(published_at__isnull=False).order_by("-published_at")
    schemas = schemas_visible_to(access).select_related("team").order_by("is_retired", "name")
    drafted = _drafted_by(access)
    rows = []
    for schema in schemas.prefetch_related(Prefetch("versions", queryset=published, to_attr="published")):
        versions: list[SchemaVersion] = schema.published
        newest = versions[0] if versions else None
        spec = newest.spec if newest else None
        rows.append(
            SchemaRow(schema, newest, spec, len(versions), may_manage_schema(access, schema), schema.id in drafted)
        )
    return rows


def _drafted_by(access: Access) -> set[UUID]:
    """Types of which the asker has a draft."""
    if access.user_id is None:
        return set()
    return set(SchemaDraft.objects.filter(user_id=access.user_id).values_list("schema_id", flat=True))


def schema_engines(access: Access) -> list[SchemaRow]:
    """Schemas of the organisation in use that name engines of their own, for org admins."""
    organization_managed_by(access)
    return [row for row in schema_rows(access) if row.spec and row.spec.engine and not row.schema.is_retired]


def readable_specs(versions: Iterable[SchemaVersion]) -> Iterator[SchemaSpec]:
    """What the versions say, those left out that cannot be understood."""
    for version in versions:
        try:
            yield version.spec
        except UnreadableSchema:
            logger.warning("schema version %s cannot be understood", version.pk)


def schema_view_for(access: Access, schema_id: UUID, number: str = "") -> SchemaView:
    """The version of that number, else the newest published one; NotFound if none exists."""
    schema = schema_get_for(access, schema_id)
    versions = list(schema.versions.filter(published_at__isnull=False).order_by("-published_at"))
    chosen = next((version for version in versions if not number or version.number == number), None)
    if chosen is None:
        raise NotFound
    may_manage, may_share = may_manage_schema(access, schema), may_share_schema(access, schema)
    publication = ViewPublication.objects.filter(schema_version=chosen).first()
    return SchemaView(schema, chosen, chosen.spec, versions, may_manage, may_share, publication)


def schema_detail_for(access: Access, schema_id: UUID) -> SchemaDetail:
    """A visible type with its published versions."""
    schema = schema_get_for(access, schema_id)
    versions = schema.versions.filter(published_at__isnull=False).select_related("schema", "published_by")
    return SchemaDetail(
        schema,
        list(versions.order_by("-published_at")),
        may_manage_schema(access, schema),
        schema.id in _drafted_by(access),
    )


def schema_tunable_by(access: Access, schema_id: UUID) -> Schema:
    """A schema of which the asker may publish the next version. Raises also Conflict where it is retired."""
    schema = schema_managed_by(access, schema_id)
    check_schema_in_use(schema)
    return schema


def schema_managed_by(access: Access, schema_id: UUID) -> Schema:
    """A schema that the asker may change; Forbidden where they only see it."""
    schema = schema_get_for(access, schema_id)
    if not may_manage_schema(access, schema):
        raise Forbidden(why_closed(schema))
    return schema


def why_closed(schema: Schema) -> Reason:
    """Who else may change it, for those who may not."""
    return SCHEMA_MANAGED_BY_TEAM() if schema.team_id else SCHEMA_MANAGED_BY_ORGANIZATION()
