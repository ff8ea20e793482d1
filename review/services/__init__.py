"""What people do at the review desk. Services open their doors themselves and write in one transaction."""

from review.services.approved import approved_correct, approved_withdraw
from review.services.boundaries import (
    document_arrange,
    sub_document_merge,
    sub_document_move,
    sub_document_retype,
    sub_document_split,
)
from review.services.skips import task_skip
from review.services.tasks import (
    CLAIM_MINUTES,
    Corrected,
    field_value_correct,
    review_task_decide,
    review_task_open,
    review_tasks_close,
    task_claim,
    task_open,
    task_release,
)

__all__ = [
    "CLAIM_MINUTES",
    "Corrected",
    "approved_correct",
    "approved_withdraw",
    "document_arrange",
    "field_value_correct",
    "review_task_decide",
    "review_task_open",
    "review_tasks_close",
    "sub_document_merge",
    "sub_document_move",
    "sub_document_retype",
    "sub_document_split",
    "task_claim",
    "task_open",
    "task_release",
    "task_skip",
]
