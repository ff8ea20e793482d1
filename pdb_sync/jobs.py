"""RQ entry points: ids only."""

from uuid import UUID

from idp_project.core.job_names import by_earlier_name
from pdb_sync import relay
from pdb_sync.services import publishing, reconciling

__getattr__ = by_earlier_name(globals())


def event_deliver_job(*, delivery_id: str, organization_id: str) -> None:
    """Attempts one delivery."""
    relay.event_deliver(UUID(delivery_id), UUID(organization_id))


def events_relay_due_job() -> None:
    """Attempts all due deliveries of all organisations; called by the clock."""
    relay.events_relay_due()


def typed_views_reconcile_job() -> None:
    """Asks the publisher for typed views that are missing or of another version; called by the clock."""
    publishing.typed_views_reconcile()


def pdb_reconcile_job(*, reconciliation_id: str, organization_id: str) -> None:
    """Continues one comparison of the databases."""
    reconciling.reconciliation_continue(UUID(organization_id), UUID(reconciliation_id))


def pdb_reconcile_due_job() -> None:
    """Compares the databases where that is due tonight; called by the clock."""
    reconciling.pdb_reconcile_due()
