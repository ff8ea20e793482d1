"""The search index as a consumer of the outbox: a withdrawal takes pages out of it, a correction is searched for too."""

from __future__ import annotations

from uuid import UUID

from documents.domain.consumers import RAG
from documents.services.delivering.deliveries import ClaimedDelivery, deliveries_enqueue_due
from documents.services.delivering.relay import Consumer, DeliveryOutcome, delivery_attempt
from idp_project.core.errors import LeaseLost, TransientFailure
from rag.domain.refusals import INDEX_BUSY
from rag.services.indexing import document_reindex


def _apply(claimed: ClaimedDelivery) -> int | None:
    try:
        return document_reindex(claimed.organization_id, claimed.document_id)
    except LeaseLost as error:
        raise TransientFailure(INDEX_BUSY(), code="index_busy") from error


CONSUMER = Consumer(RAG, _apply)


def event_index(delivery_id: UUID, organization_id: UUID) -> DeliveryOutcome:
    """Attempts one delivery; see `delivery_attempt`."""
    return delivery_attempt(CONSUMER, delivery_id, organization_id)


def events_index_due(most: int = 200) -> int:
    """Enqueues due deliveries, a job each because embedding takes its time; returns their number. For the clock."""
    return deliveries_enqueue_due(CONSUMER.name, most)
