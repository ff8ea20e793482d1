"""RQ's entry points: ids only."""

from uuid import UUID

from rag import services


def document_index(organization_id: str, document_id: str) -> None:
    """Makes a document's chunks anew."""
    services.document_index(UUID(organization_id), UUID(document_id))


def documents_index_due() -> None:
    """Finds documents without an up-to-date index; called by the clock."""
    services.documents_index_due()
