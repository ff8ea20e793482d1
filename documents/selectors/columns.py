"""The typed views of a document type, as the production database has them or will have them."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from accounts.access import Access
from documents.domain.drafts.change_words import COLUMN_FORMER, COLUMN_NEW
from documents.domain.field_ids import with_ids
from documents.domain.schema_spec import SchemaSpec
from documents.domain.typed_columns import TypedView, typed_views
from documents.models import Schema
from documents.selectors.doors import schema_get_for
from documents.selectors.schemas import readable_specs
from idp_project.core.reasons import Reason


def schema_views_for(access: Access, schema_id: UUID) -> list[TypedView]:
    """Of a visible type; none before its first version."""
    schema = schema_get_for(access, schema_id)
    versions = published_specs(schema)
    return typed_views(versions, schema.retired_columns) if versions else []


def published_specs(schema: Schema) -> list[SchemaSpec]:
    """Of all published versions that can be understood, the oldest first."""
    return list(readable_specs(schema.versions.filter(published_at__isnull=False).order_by("published_at")))


def former_names(views: Iterable[TypedView]) -> list[str]:
    """What a person may take away, as `view.column` or `view`."""
    found = []
    for view in views:
        if view.is_former:
            found.append(view.name)
        else:
            found += [f"{view.name}.{column.name}" for column in view.columns if column.is_former]
    return found


def column_effects(schema: Schema, draft: SchemaSpec) -> list[Reason]:
    """What publishing the draft does to the columns of analysts; it takes none away."""
    versions = published_specs(schema)
    if not versions or not (draft.fields or draft.tables):
        return []
    newest_first = versions[::-1]
    try:
        planned = [*versions, with_ids(draft, schema.pk, newest_first)]
    except ValueError:  # an id stands twice: a problem of the draft that is told elsewhere
        return []
    before, after = typed_views(versions, schema.retired_columns), typed_views(planned, schema.retired_columns)
    return [
        *(COLUMN_NEW(column=name) for name in _present(after) if name not in _present(before)),
        *(COLUMN_FORMER(column=name) for name in former_names(after) if name not in former_names(before)),
    ]


def _present(views: Iterable[TypedView]) -> list[str]:
    return [f"{view.name}.{column.name}" for view in views for column in view.columns if not column.is_former]
