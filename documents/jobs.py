"""RQ's entry points of the document model."""

from uuid import UUID

from documents.services.intake import uploads
from documents.services.removing import batch_deletion, retention, stored_file_sweeps, stored_files
from idp_project.core.job_names import by_earlier_name

__getattr__ = by_earlier_name(globals())


def uploads_expire_job() -> None:
    uploads.uploads_expire()


def retention_due_job() -> None:
    """Deletes what the organisations' rules of retention say, once a night; called by the clock."""
    retention.retention_due()


def file_sweeps_due_job() -> None:
    """Deletes files that no row names, once a night; called by the clock."""
    stored_file_sweeps.file_sweeps_due()


def batch_deletion_advance_job(organization_id: str, batch_id: str) -> None:
    batch_deletion.batch_deletion_advance(UUID(organization_id), UUID(batch_id))


def deletions_due_job() -> None:
    """What was deleted and lost its job: batches on their way out, files of deleted rows; called by the clock."""
    batch_deletion.batch_deletions_wake()
    stored_files.files_remove_everywhere()
