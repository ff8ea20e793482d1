"""RQ entry points: ids only."""

from uuid import UUID

from pdb_sync import relay
from pdb_sync.services import publishing, reconciling


def event_deliver(*, delivery_id: str, organization_id: str) -> None:
    """Attempts one delivery."""
    relay.event_deliver(UUID(delivery_id), UUID(organization_id))


def events_relay_due() -> None:
    """Attempts all due deliveries of all organisations; called by the clock."""
    relay.events_relay_due()


def typed_views_reconcile() -> None:
    """Asks the publisher for typed views that are missing or of another version; called by the clock."""
    publishing.typed_views_reconcile()


def pdb_reconcile(*, reconciliation_id: str, organization_id: str) -> None:
    """Continues one comparison of the databases."""
    reconciling.reconciliation_continue(UUID(organization_id), UUID(reconciliation_id))


def pdb_reconcile_due() -> None:
    """Compares the databases where that is due tonight; called by the clock."""
    reconciling.pdb_reconcile_due()
