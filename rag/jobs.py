"""RQ's entry points: ids only."""

from uuid import UUID

from documents.services.running.pauses import unless_paused
from idp_project.core.job_names import by_earlier_name
from rag.services import indexing, outbox

__getattr__ = by_earlier_name(globals())


@unless_paused
def document_index_job(organization_id: str, document_id: str) -> None:
    """Makes a document's chunks again."""
    indexing.document_index(UUID(organization_id), UUID(document_id))


def event_index_job(delivery_id: str, organization_id: str) -> None:
    """Attempts one delivery."""
    outbox.event_index(UUID(delivery_id), UUID(organization_id))


def documents_index_due_job() -> None:
    """Finds due deliveries and documents without an up-to-date index; called by the clock."""
    outbox.events_index_due()
    indexing.documents_index_due()
