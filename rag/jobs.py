"""RQ's entry points: ids only."""

from uuid import UUID

from documents.services.running.pauses import unless_paused
from rag.services import indexing, outbox


@unless_paused
def document_index(organization_id: str, document_id: str) -> None:
    """Makes a document's chunks again."""
    indexing.document_index(UUID(organization_id), UUID(document_id))


def event_index(delivery_id: str, organization_id: str) -> None:
    """Attempts one delivery."""
    outbox.event_index(UUID(delivery_id), UUID(organization_id))


def documents_index_due() -> None:
    """Finds due deliveries and documents without an up-to-date index; called by the clock."""
    outbox.events_index_due()
    indexing.documents_index_due()
