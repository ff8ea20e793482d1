"""The status of a batch, derived from the statuses of its documents. Lists (SQL), pages, API and browser use these rules."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from documents.domain.statuses import DocumentStatus


class BatchStatus(StrEnum):
    """`finished`: nothing is left to do, whatever became of its documents."""

    DELETING = "deleting"
    CANCELLED = "cancelled"
    PROCESSING = "processing"
    IN_REVIEW = "in_review"
    FINISHED = "finished"


# The first rule of which the batch has a document says its status; without any it is finished. A batch that is being deleted
# or was cancelled has that status whatever its documents have.
RULES: Mapping[BatchStatus, tuple[DocumentStatus, ...]] = {
    BatchStatus.PROCESSING: (DocumentStatus.RECEIVED, DocumentStatus.PROCESSING, DocumentStatus.DELIVERING),
    BatchStatus.IN_REVIEW: (DocumentStatus.IN_REVIEW,),
}


def batch_status(counts: Mapping[str, int], *, is_cancelled: bool, is_deleting: bool) -> BatchStatus:
    """`counts`: how many documents have which status."""
    if is_deleting:
        return BatchStatus.DELETING
    if is_cancelled:
        return BatchStatus.CANCELLED
    matching = (status for status, documents in RULES.items() if any(counts.get(document) for document in documents))
    return next(matching, BatchStatus.FINISHED)
