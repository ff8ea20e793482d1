"""The production database as a consumer of the outbox: one transaction there with a receipt, none over both databases."""

from __future__ import annotations

from uuid import UUID

from documents.domain.consumers import PDB_SYNC
from documents.selectors.sensitive import sensitive_paths_now
from documents.services.delivering.deliveries import ClaimedDelivery
from documents.services.delivering.relay import Consumer, DeliveryOutcome, deliveries_relay_due, delivery_attempt
from idp_project.core.tenancy import organization_scope
from pdb_sync.queries import ApplyOutcome, pdb_record_apply


def _apply(claimed: ClaimedDelivery) -> ApplyOutcome:
    content = claimed.content
    with organization_scope(claimed.organization_id):
        closed = sensitive_paths_now(claimed.organization_id, content)
    return pdb_record_apply(claimed.event_id, claimed.kind, content, closed=closed)


CONSUMER = Consumer(PDB_SYNC, _apply, outage_code="pdb_unavailable")


def event_deliver(delivery_id: UUID, organization_id: UUID, *, is_patient: bool = True) -> DeliveryOutcome:
    """Attempts one delivery; see `delivery_attempt`."""
    return delivery_attempt(CONSUMER, delivery_id, organization_id, is_patient=is_patient)


def events_relay_due(limit: int = 1000) -> dict[str, int]:
    """Attempts every due delivery of every organisation; see `deliveries_relay_due`."""
    return deliveries_relay_due(CONSUMER, limit)
