"""Reading conversations, answers and citations: one's own, and of these what may still be seen."""

from rag.selectors.conversations import (
    answer_mode_of,
    ask_settings_of,
    citation_get_for,
    conversation_get_for,
    conversation_list,
    searchable_count,
)
from rag.selectors.shown import conversation_as_shown

__all__ = [
    "answer_mode_of",
    "ask_settings_of",
    "citation_get_for",
    "conversation_as_shown",
    "conversation_get_for",
    "conversation_list",
    "searchable_count",
]
