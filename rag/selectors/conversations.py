"""The doors to conversations and citations."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from accounts.access import Access
from accounts.models import Organization
from accounts.selectors.organization import organization_managed_by
from accounts.selectors.system import preferences_for
from documents.domain.sensitive import Mask
from documents.selectors.sensitive import mask_for
from idp_project.core.errors import NotFound
from rag import queries
from rag.domain.ask_settings import AskSettings
from rag.domain.passages import AnswerMode
from rag.models import Citation, Conversation
from rag.policies import asking_visibility


def answer_mode_of(access: Access) -> AnswerMode:
    """Which mode the organisation's next answer is meant to have."""
    organization = Organization.objects.get(id=access.required_organization_id)
    return AnswerMode.QUOTATION if preferences_for(organization).llm.is_built_in else AnswerMode.LANGUAGE_MODEL


def ask_settings_of(access: Access) -> AskSettings:
    """For org admins: those of their organisation."""
    return AskSettings.of(organization_managed_by(access).settings)


def conversation_list(access: Access) -> QuerySet[Conversation]:
    """The asker's own, the last one used first."""
    own = Conversation.objects.filter(organization_id=access.required_organization_id)
    return own.filter(user_id=access.user_id) if access.user_id else own.none()


def conversation_get_for(access: Access, conversation_id: UUID) -> Conversation:
    """One's own. Raises NotFound for every other."""
    found = conversation_list(access).filter(id=conversation_id).first()
    if found is None:
        raise NotFound
    return found


def citation_get_for(access: Access, citation_id: UUID) -> Citation:
    """A citation in one's own conversation whose page may still be seen. Raises NotFound otherwise."""
    own = Citation.objects.filter(statement__answer__question__conversation__in=conversation_list(access))
    citation = own.select_related("document__source_file").filter(id=citation_id).first()
    if citation is None or citation.id not in citations_visible(access, [citation.id]):
        raise NotFound
    return citation


def citations_visible(access: Access, citation_ids: list[UUID]) -> set[UUID]:
    """Those that may still be seen: permission, withdrawal and cancellation as of now."""
    return {
        citation_id for citation_id, is_withdrawn in citations_known(access, citation_ids).items() if not is_withdrawn
    }


def citations_known(access: Access, citation_ids: list[UUID]) -> dict[UUID, bool]:
    """Those of documents that the asker may see, with whether what they cite was withdrawn: then only that may be said."""
    if not citation_ids:
        return {}
    rows = queries.fetch_all("citation_list_visible", citation_ids=citation_ids, **asking_visibility(access))
    hidden = _with_hidden_values(access, {row["id"] for row in rows})
    return {row["id"]: row["is_withdrawn"] for row in rows if row["id"] not in hidden}


def _with_hidden_values(access: Access, citation_ids: set[UUID]) -> set[UUID]:
    """Those that say a value which the asker may not see any more: they reviewed the document when they asked."""
    hidden, masks = set(), dict[UUID, Mask | None]()
    citations = Citation.objects.filter(id__in=citation_ids).select_related("document__batch", "statement")
    for citation in citations:
        if citation.document_id not in masks:
            masks[citation.document_id] = mask_for(access, citation.document)
        mask = masks[citation.document_id]
        if mask and (mask.is_unread or mask.hides(citation.quote) or mask.hides(citation.statement.text)):
            hidden.add(citation.id)
    return hidden


def searchable_count(access: Access) -> int:
    """How many documents may be asked about."""
    row = queries.fetch_one("document_count_visible", **asking_visibility(access))
    return int(row["documents"]) if row else 0
