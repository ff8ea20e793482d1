"""Publishing schema versions."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from documents.domain.schema_spec import SchemaSpec
from documents.models import Schema, SchemaVersion
from idp_project.core.enqueue import enqueue
from idp_project.core.errors import Conflict
from idp_project.core.job_names import JobName


@transaction.atomic
def schema_publish(*, organization_id: UUID, spec: SchemaSpec, team_id: UUID | None = None) -> SchemaVersion:
    """Publishes `spec` as an immutable version of the schema of its key, made where it is new.

    The same version with the same definition gives the existing one; with another definition raises Conflict. The
    production database's typed view follows by job.
    """
    schema, _ = Schema.objects.get_or_create(
        organization_id=organization_id, key=spec.key, defaults={"name": spec.name, "team_id": team_id}
    )
    definition = spec.to_dict()
    existing = schema.versions.filter(number=spec.version).first()
    if existing:
        if existing.definition != definition:
            raise Conflict(f"Version {spec.version} of {spec.name} is published and immutable: raise its number.")
        return existing
    version = SchemaVersion.objects.create(
        organization_id=organization_id,
        schema=schema,
        number=spec.version,
        definition=definition,
        published_at=timezone.now(),
    )
    enqueue(JobName.TYPED_VIEWS_PUBLISH, organization_id=organization_id, schema_version_id=version.id)
    return version
