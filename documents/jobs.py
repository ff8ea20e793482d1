"""RQ's entry points of the document model."""

from uuid import UUID

from documents import services


def uploads_expire() -> None:
    services.uploads_expire()


def retention_due() -> None:
    """Deletes what the organisations' rules of retention say, once a night; called by the clock."""
    services.retention_due()


def file_sweeps_due() -> None:
    """Deletes files that no row names, once a night; called by the clock."""
    services.file_sweeps_due()


def batch_deletion_advance(organization_id: str, batch_id: str) -> None:
    services.batch_deletion_advance(UUID(organization_id), UUID(batch_id))


def deletions_due() -> None:
    """What was deleted and lost its job: batches on their way out, files of deleted rows; called by the clock."""
    services.batch_deletions_wake()
    services.files_remove_everywhere()
