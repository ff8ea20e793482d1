"""Writing side of questions: indexing documents, asking, conversations."""

from rag.services.asking import question_answer, question_ask
from rag.services.conversations import conversation_delete
from rag.services.indexing import document_index, documents_index_due, documents_to_index
from rag.services.outbox import event_index, events_index_due
from rag.services.settings import ask_settings_set

__all__ = [
    "ask_settings_set",
    "conversation_delete",
    "document_index",
    "documents_index_due",
    "documents_to_index",
    "event_index",
    "events_index_due",
    "question_answer",
    "question_ask",
]
