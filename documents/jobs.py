"""RQ's entry points of the document model."""

from documents import services


def uploads_expire() -> None:
    services.uploads_expire()


def retention_due() -> None:
    """Deletes what the organisations' rules of retention say, once a night; called by the clock."""
    services.retention_due()
