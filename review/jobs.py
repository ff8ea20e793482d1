"""RQ's entry points of the review desk."""

from uuid import UUID

from review.services import comments, leases, rereading, work_calendar


def rereading_advance(organization_id: str, schema_id: str) -> None:
    rereading.rereading_advance(UUID(organization_id), UUID(schema_id))


def rereadings_due() -> None:
    """Readings again that lost their job; called by the clock."""
    rereading.rereadings_wake()


def review_leases_due() -> None:
    """Leases that nobody renewed; called by the clock."""
    leases.leases_end()


def notification_mail(*, notification_id: str, organization_id: str) -> None:
    """E-mails what a person was told in the app."""
    comments.notification_mail(UUID(organization_id), UUID(notification_id))


def late_work_mail_due() -> None:
    """What is to be decided today, told in the morning; called by the clock."""
    work_calendar.late_work_mail_due()
