"""Who may ask, and of which documents: the arguments of every statement that reads chunks or citations."""

from __future__ import annotations

from typing import Any

from accounts.access import Access
from accounts.domain.roles import Permission
from idp_project.core.errors import Forbidden
from rag.domain.refusals import ASKING_IS_OFF, MAY_NOT_ASK


def check_can_ask(access: Access) -> None:
    """Raises Forbidden unless the person may ask somewhere."""
    if not access.can(Permission.ASK_QUESTIONS):
        raise Forbidden(MAY_NOT_ASK())


def check_asking_is_on(is_on: bool) -> None:
    """Raises Forbidden where questions are switched off for the whole system."""
    if not is_on:
        raise Forbidden(ASKING_IS_OFF(), code="asking_is_off")


def asking_visibility(access: Access) -> dict[str, Any]:
    """The organisation, whether all of it, the teams, shared batches and shared documents whose documents may answer the asker.

    Seeing a document is not enough in a team: one must also be allowed to ask there.
    """
    visible = set(access.team_ids_with(Permission.VIEW_DOCUMENTS))
    may_ask = access.can(Permission.ASK_QUESTIONS)
    return {
        "organization_id": access.required_organization_id,
        "sees_all": access.can_everywhere(Permission.ASK_QUESTIONS)
        and access.can_everywhere(Permission.VIEW_DOCUMENTS),
        "team_ids": [team_id for team_id in access.team_ids_with(Permission.ASK_QUESTIONS) if team_id in visible],
        "batch_ids": access.batch_ids_with(Permission.VIEW_DOCUMENTS) if may_ask else [],
        "document_ids": access.document_ids_with(Permission.VIEW_DOCUMENTS) if may_ask else [],
    }
