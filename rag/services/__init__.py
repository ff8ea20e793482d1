"""Writing side of questions: indexing documents, asking, conversations."""

from rag.services.indexing import document_index, documents_index_due, documents_to_index

__all__ = ["document_index", "documents_index_due", "documents_to_index"]
