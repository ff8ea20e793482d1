"""RQ's entry points of the review desk."""

from uuid import UUID

from review.services import rereading


def rereading_advance(organization_id: str, schema_id: str) -> None:
    rereading.rereading_advance(UUID(organization_id), UUID(schema_id))


def rereadings_due() -> None:
    """Readings again that lost their job; called by the clock."""
    rereading.rereadings_wake()
