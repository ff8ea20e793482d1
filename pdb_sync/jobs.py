"""RQ entry points: ids only."""

from uuid import UUID

from idp_project.core.tenancy import organization_scope
from pdb_sync import relay, services


def event_deliver(*, delivery_id: str, organization_id: str) -> None:
    """Attempts one delivery."""
    relay.event_deliver(UUID(delivery_id), UUID(organization_id))


def events_relay_due() -> None:
    """Attempts all due deliveries of all organisations; called by the clock."""
    relay.events_relay_due()


def typed_views_publish(*, schema_version_id: str, organization_id: str) -> None:
    """Publishes the typed views of a schema."""
    with organization_scope(organization_id):
        services.schema_version_publish(UUID(organization_id), UUID(schema_version_id))
