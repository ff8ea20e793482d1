"""Drafts of document types: opened, saved by themselves while somebody types, published or thrown away."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.access import Access
from documents.domain.drafts.changes import changes_between, is_major
from documents.domain.drafts.numbering import next_number
from documents.domain.drafts.problems import problems_of
from documents.domain.drafts.refusals import (
    DRAFT_ELSEWHERE,
    DRAFT_OVERTAKEN,
    DRAFT_PROBLEMS,
    DRAFT_UNCHANGED,
)
from documents.domain.drafts.shape import spec_from
from documents.domain.schema_spec import SchemaSpec
from documents.models import Schema, SchemaDraft, SchemaVersion
from documents.policies import check_schema_in_use
from documents.selectors.drafts import (
    beginning_of,
    definition_to_edit,
    engine_names,
    list_columns,
    newest_version,
    own_draft,
    own_draft_get,
)
from documents.selectors.schemas import schema_managed_by, schema_tunable_by
from documents.services.schemas.schemas import schema_publish
from idp_project.core.errors import Conflict, InvalidInput, NotFound


@transaction.atomic
def schema_draft_open(access: Access, schema_id: UUID, *, number: str = "") -> SchemaDraft:
    """The asker's draft; a new one begins with the newest version. With `number` it begins with that version, and says in
    place of an earlier draft what that version said.

    For managers of the type. Raises Conflict for a retired type, NotFound for a version that does not exist.
    """
    schema = schema_tunable_by(access, schema_id)
    draft = own_draft(access, schema, is_locked=True)
    if draft and not number:
        return draft
    newest = newest_version(schema)
    begun = schema.versions.filter(number=number, published_at__isnull=False).first() if number else newest
    if number and begun is None:
        raise NotFound
    return _store(schema, access, beginning_of(schema, begun), base=newest.number if newest else "")


def _store(schema: Schema, access: Access, definition: dict[str, Any], *, base: str) -> SchemaDraft:
    draft, is_new = SchemaDraft.objects.get_or_create(
        organization_id=schema.organization_id,
        schema=schema,
        user_id=access.required_user_id,
        defaults={"definition": definition, "base": base},
    )
    if not is_new:
        draft.definition, draft.base, draft.revision = definition, base, draft.revision + 1
        draft.save(update_fields=["definition", "base", "revision", "updated_at"])
    return draft


@transaction.atomic
def schema_draft_save(access: Access, schema_id: UUID, *, definition: Any, revision: int) -> SchemaDraft:
    """Stores what the draft says now; it may be incomplete. `revision` is that of the draft it was changed from.

    Raises InvalidInput that names the place where the shape is wrong, Conflict where the draft was changed elsewhere
    meanwhile, where the type is retired and where the asker has no draft of it.
    """
    schema = schema_tunable_by(access, schema_id)
    draft = own_draft_get(access, schema, is_locked=True)
    if draft.revision != revision:
        raise Conflict(DRAFT_ELSEWHERE(), code="draft_elsewhere")
    draft.definition = definition_to_edit(spec_from(definition, key=schema.key, version=draft.base))
    draft.revision += 1
    draft.save(update_fields=["definition", "revision", "updated_at"])
    return draft


@transaction.atomic
def schema_draft_discard(access: Access, schema_id: UUID) -> None:
    """Throws the asker's draft away; what is published stays. Raises Conflict where the asker has no draft."""
    own_draft_get(access, schema_managed_by(access, schema_id), is_locked=True).delete()


@transaction.atomic
def schema_draft_publish(access: Access, schema_id: UUID, *, revision: int, note: str = "") -> SchemaVersion:
    """Publishes the asker's draft as the next version, for documents to come, and ends the draft. Audited with every change.

    The version begins a new major version where other values are looked for than before. Raises InvalidInput with everything
    that keeps it from being published, and where nothing changed; Conflict where the draft was changed elsewhere meanwhile,
    where another version was published since it began, and for a retired type.
    """
    schema = schema_tunable_by(access, schema_id)
    check_schema_in_use(Schema.objects.select_for_update().get(id=schema.id))
    draft = own_draft_get(access, schema, is_locked=True)
    if draft.revision != revision:
        raise Conflict(DRAFT_ELSEWHERE(), code="draft_elsewhere")
    newest = newest_version(schema)
    if newest and newest.number != draft.base:
        raise Conflict(DRAFT_OVERTAKEN(newest=newest.number, base=draft.base or "–"), code="draft_overtaken")
    check_publishable(access, draft.spec)
    changes = changes_between(newest.spec, draft.spec) if newest else ()
    if newest and not changes:
        raise InvalidInput(DRAFT_UNCHANGED(version=newest.number), code="draft_unchanged")
    spec = replace(draft.spec, version=next_number(draft.base, is_major=is_major(changes)))
    version = schema_publish(
        organization_id=schema.organization_id,
        spec=spec,
        access=access,
        note=note,
        base=draft.base,
        changes=[change.reason.source_text for change in changes],
    )
    draft.delete()
    return version


def check_publishable(access: Access, spec: SchemaSpec) -> None:
    """Raises InvalidInput with every problem of the definition."""
    if problems := problems_of(spec, engine_names(access), list_columns(access)):
        raise InvalidInput(DRAFT_PROBLEMS(problems=[problem.said for problem in problems]), code="draft_problems")
