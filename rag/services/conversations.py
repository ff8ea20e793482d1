"""Conversations belong to one person, who may delete them."""

from __future__ import annotations

from uuid import UUID

from accounts.access import Access
from rag.selectors.conversations import conversation_get_for


def conversation_delete(access: Access, conversation_id: UUID) -> None:
    """With its questions and answers. Raises NotFound for anybody else's."""
    conversation_get_for(access, conversation_id).delete()
