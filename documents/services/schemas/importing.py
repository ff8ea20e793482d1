"""Document types from files."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from accounts.access import Access
from documents.domain.drafts.files import definition_in
from documents.models import Schema
from documents.policies import schemas_visible_to
from documents.services.schemas.drafts import schema_draft_open, schema_draft_save
from documents.services.schemas.types import schema_create


@transaction.atomic
def schema_import(
    access: Access, *, content: str, team_id: UUID | None = None, key: str = "", name: str = ""
) -> Schema:
    """What the file says becomes the asker's draft of the type of its key; the type is made where it is new.

    `key` and `name` take the place of those in the file, `team_id` counts for a new type only. Nothing is published. Raises
    InvalidInput for a file that is none or whose shape is wrong, Forbidden where the asker does not manage that type or team.
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
