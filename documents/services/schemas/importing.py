"""Document types from files."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.db import transaction

from accounts.access import Access
from accounts.models import Team
from documents.domain.drafts.changes import changes_between, is_major
from documents.domain.drafts.files import definition_in
from documents.domain.drafts.numbering import FIRST, next_number
from documents.domain.drafts.shape import spec_from
from documents.models import Schema, SchemaVersion
from documents.policies import schemas_visible_to
from documents.selectors.drafts import newest_version
from documents.services.schemas.drafts import check_publishable, schema_draft_open, schema_draft_save
from documents.services.schemas.schemas import schema_publish
from documents.services.schemas.types import checked_key, schema_create
from idp_project.core.errors import NotFound


@transaction.atomic
def schema_import(
    access: Access, *, content: str, team_id: UUID | None = None, key: str = "", name: str = ""
) -> Schema:
    """What the file says becomes the asker's draft of the type of its key; the type is made where it is new.

    `key` and `name` take the place of those in the file, `team_id` counts for a new type only. Nothing is published. Raises
    InvalidInput for a file of another form or with a wrong shape, Forbidden where the asker does not manage that type or team.
    """
    definition = definition_in(content)
    key = key or _text(definition.get("key"))
    name = name or _text(definition.get("name")) or key
    known = schemas_visible_to(access).filter(key=key).first() if key else None
    if known is None:
        return schema_create(access, name=name, team_id=team_id, key=key, definition=definition)
    draft = schema_draft_open(access, known.pk)
    drafted = {**definition, "name": name or known.name}
    schema_draft_save(access, known.pk, definition=drafted, revision=draft.revision)
    return known


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


@transaction.atomic
def schema_import_published(access: Access, *, content: str, team: str = "", key: str = "") -> SchemaVersion:
    """What the file says, published at once: for the command line, which has no drafts. The same file again gives the version
    that is there.

    `team` names the team of a new type, empty for every team. Raises InvalidInput for a file of another form and for what would
    break a document, NotFound for a team that is not there, Conflict for a retired type.
    """
    definition = definition_in(content)
    key = checked_key(key or _text(definition.get("key")))
    schema = Schema.objects.filter(organization_id=access.required_organization_id, key=key).first()
    newest = newest_version(schema) if schema else None
    spec = spec_from(definition, key=key, version=newest.number if newest else FIRST)
    if newest:
        changes = changes_between(newest.spec, spec)
        if not changes:
            return newest
        spec = replace(spec, version=next_number(newest.number, is_major=is_major(changes)))
    check_publishable(access, spec)
    team_id = _team_id(access, team) if schema is None and team else None
    return schema_publish(organization_id=access.required_organization_id, spec=spec, team_id=team_id, access=access)


def _team_id(access: Access, name: str) -> UUID:
    found = Team.objects.filter(organization_id=access.required_organization_id, name=name).first()
    if found is None:
        raise NotFound
    return found.pk
