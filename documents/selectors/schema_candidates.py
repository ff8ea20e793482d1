"""The document types that a document of a batch may have. The caller has passed a door, or runs inside a job."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet

from documents.domain.schema_spec import SchemaSpec
from documents.models import Batch, Schema, SchemaVersion


def candidate_specs(batch: Batch) -> list[tuple[UUID, SchemaSpec]]:
    """`(schema version id, spec)` of the types a document of this batch may be: the batch's own, else all its team's.

    The newest published version of each schema counts.
    """
    newest = (
        SchemaVersion.objects.filter(schema__in=candidate_schemas(batch), published_at__isnull=False)
        .select_related("schema")
        .order_by("schema_id", "-published_at")
        .distinct("schema_id")
    )
    return [(version.id, version.spec) for version in newest]


def candidate_schemas(batch: Batch) -> QuerySet[Schema]:
    """The types a document of this batch may be."""
    if batch.schema_id:
        return Schema.objects.filter(id=batch.schema_id)
    return Schema.objects.filter(Q(team__isnull=True) | Q(team_id=batch.team_id), is_retired=False)
