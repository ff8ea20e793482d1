"""Taking a document type of the library into use: the organisation gets one of its own, which it may change afterwards."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.access import Access
from accounts.domain.roles import Permission
from accounts.models import Team
from documents.domain.refusals import (
    SCHEMA_ADOPTED_BY_MANAGERS,
    SCHEMA_ADOPTED_BY_ORGANIZATION,
    SCHEMA_KEY_TAKEN,
)
from documents.models import Schema
from documents.selectors.library import check_language, library_type_get
from documents.services.schemas.schemas import schema_publish
from documents.services.schemas.types import checked_key, free_key
from idp_project.core.errors import Conflict, Forbidden, NotFound


@transaction.atomic
def schema_adopt(access: Access, library_key: str, *, team_id: UUID | None, language: str, key: str = "") -> Schema:
    """Makes the organisation's own type of one of the library's and publishes version 1.0 of it. Audited.

    `team_id` None: for every team, which those may who manage schemas in the whole organisation; a team's managers for
    their team. `language` is that of names, labels and choices; printed labels stay in all languages. `key` is the
    library's unless given. NotFound for a type that the library does not have and for a team that the asker does not
    see, Forbidden, InvalidInput for a language and a key that cannot be, Conflict for a key that is taken.
    """
    _check_may_adopt(access, team_id)  # first: what hides a team says nothing else
    source = library_type_get(library_key)
    check_language(language)
    wanted = checked_key(key or source.key)
    spec = replace(source.spec(language), key=wanted)
    schema = _schema_create(access, wanted, spec.name, team_id)
    schema_publish(
        organization_id=schema.organization_id,
        spec=spec,
        team_id=team_id,
        access=access,
        library=source.key,
        language=language,
        team=str(team_id) if team_id else None,
    )
    return schema


def _check_may_adopt(access: Access, team_id: UUID | None) -> None:
    organization_id = access.required_organization_id
    if team_id is None:
        if not access.can_everywhere(Permission.MANAGE_SCHEMAS):
            raise Forbidden(SCHEMA_ADOPTED_BY_ORGANIZATION(), code="schema_adopted_by_organization")
        return
    is_seen = access.can_everywhere(Permission.MANAGE_SCHEMAS) or team_id in access.team_ids
    if not is_seen or not Team.objects.filter(id=team_id, organization_id=organization_id).exists():
        raise NotFound
    if not access.can(Permission.MANAGE_SCHEMAS, team_id=team_id):
        raise Forbidden(SCHEMA_ADOPTED_BY_MANAGERS(), code="schema_adopted_by_managers")


def _schema_create(access: Access, key: str, name: str, team_id: UUID | None) -> Schema:
    """A key is used once in an organisation, also by types that the asker does not see. The constraint decides a race."""
    organization_id = access.required_organization_id
    try:
        with transaction.atomic():
            return Schema.objects.create(organization_id=organization_id, key=key, name=name, team_id=team_id)
    except IntegrityError:
        raise Conflict(
            SCHEMA_KEY_TAKEN(key=key, offered=free_key(organization_id, key)), code="schema_key_taken"
        ) from None
