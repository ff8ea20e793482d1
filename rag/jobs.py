"""RQ's entry points: ids only."""

from uuid import UUID

from documents.services import unless_paused
from rag import services


@unless_paused
def document_index(organization_id: str, document_id: str) -> None:
    """Makes a document's chunks again."""
    services.document_index(UUID(organization_id), UUID(document_id))


def event_index(delivery_id: str, organization_id: str) -> None:
    """Attempts one delivery."""
    services.event_index(UUID(delivery_id), UUID(organization_id))


def documents_index_due() -> None:
    """Finds due deliveries and documents without an up-to-date index; called by the clock."""
    services.events_index_due()
    services.documents_index_due()
