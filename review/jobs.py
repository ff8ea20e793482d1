"""RQ's entry points of the review desk."""

from uuid import UUID

from idp_project.core.job_names import by_earlier_name
from review.services import comments, leases, rereading, work_calendar

__getattr__ = by_earlier_name(globals())


def rereading_advance_job(organization_id: str, schema_id: str) -> None:
    rereading.rereading_advance(UUID(organization_id), UUID(schema_id))


def rereadings_due_job() -> None:
    """Readings again that lost their job; called by the clock."""
    rereading.rereadings_wake()


def review_leases_due_job() -> None:
    """Leases that nobody renewed; called by the clock."""
    leases.leases_end()


def notification_mail_job(*, notification_id: str, organization_id: str) -> None:
    """E-mails what a person was told in the app."""
    comments.notification_mail(UUID(organization_id), UUID(notification_id))


def notification_mails_due_job() -> None:
    """E-mails that a server did not take; called by the clock."""
    comments.notification_mails_due()


def late_work_mail_due_job() -> None:
    """What is to be decided today, told in the morning; called by the clock."""
    work_calendar.late_work_mail_due()
