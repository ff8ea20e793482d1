"""Publishing versions of document types."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.access import Access
from accounts.services.audit.trail import audit_record
from documents.domain.auto_approval import AutoApproval
from documents.domain.drafts.problems import problems_of
from documents.domain.drafts.refusals import DRAFT_PROBLEMS
from documents.domain.field_ids import with_ids
from documents.domain.refusals import FIELD_ID_TWICE, SCHEMA_VERSION_IMMUTABLE
from documents.domain.schema_spec import SchemaSpec
from documents.models import Schema, SchemaVersion, ViewPublication
from documents.policies import check_schema_in_use
from documents.selectors.schemas import readable_specs
from idp_project.core.errors import Conflict, InvalidInput


@transaction.atomic
def schema_publish(
    *,
    organization_id: UUID,
    spec: SchemaSpec,
    team_id: UUID | None = None,
    access: Access | None = None,
    auto_approval: AutoApproval = AutoApproval.EARNED,
    note: str = "",
    **details: object,
) -> SchemaVersion:
    """Publishes `spec` as an immutable version of the schema of its key, made where it is new.

    `auto_approval` says what a new schema may earn; a further version leaves that of its schema as it is.

    A field that has an id keeps it, whatever its name is now; one without gets that of the same name in an earlier version,
    else a new one. The schema takes the name of its newest version; `note` is what `access` wrote about it. Audited with
    `details` as done by `access`, without one by the system. The same version with the same definition gives the existing
    one; with another definition raises Conflict, and so does a new version of a retired schema. InvalidInput for an id that
    occurs twice and for what would break a document (see `domain.drafts.problems`). Its typed views in the production
    database are asked for in the same transaction: see `ViewPublication`.
    """
    schema, _ = Schema.objects.get_or_create(
        organization_id=organization_id,
        key=spec.key,
        defaults={"name": spec.name, "team_id": team_id, **_first_settings(auto_approval)},
    )
    existing = schema.versions.filter(number=spec.version).first()
    definition = _with_ids(schema, spec, existing).to_dict()
    if existing:
        if definition not in (existing.definition, *(known.to_dict() for known in readable_specs([existing]))):
            raise Conflict(SCHEMA_VERSION_IMMUTABLE(version=spec.version, name=spec.name))
        return existing
    check_schema_in_use(schema)
    if problems := problems_of(spec):
        raise InvalidInput(DRAFT_PROBLEMS(problems=[problem.said for problem in problems]), code="draft_problems")
    version = SchemaVersion.objects.create(
        organization_id=organization_id,
        schema=schema,
        number=spec.version,
        definition=definition,
        published_at=timezone.now(),
        published_by_id=access.user_id if access else None,
        note=note,
    )
    if schema.name != spec.name:
        schema.name = spec.name
        schema.save(update_fields=["name"])
    audit_record(
        access or Access.for_system(organization_id),
        "schema_published",
        object_kind="schema",
        object_id=schema.pk,
        details={"schema": schema.key, "version": version.number, **details},
        organization_id=organization_id,
    )
    ViewPublication.objects.create(organization_id=organization_id, schema_version=version)
    return version


def _first_settings(auto_approval: AutoApproval) -> dict[str, Any]:
    """A demonstration is the same every time: no blind sample, until somebody sets one."""
    chosen: dict[str, Any] = {"auto_approval": auto_approval.value}
    is_shown = auto_approval is AutoApproval.DEMONSTRATION
    return chosen | ({"blind_percent": 0, "blind_percent_earned": 0} if is_shown else {})


def _with_ids(schema: Schema, spec: SchemaSpec, existing: SchemaVersion | None) -> SchemaSpec:
    """`existing`: the version of the same number."""
    earlier = [existing] if existing else schema.versions.order_by("-published_at", "-created_at")
    try:
        return with_ids(spec, schema.pk, list(readable_specs(earlier)))
    except ValueError as error:
        raise InvalidInput(FIELD_ID_TWICE()) from error
