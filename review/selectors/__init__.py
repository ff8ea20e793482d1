"""What is read of the review queue, the desk and the people who work there."""

from review.selectors.next_best import open_task_count, skipped_task_ids, task_next_for
from review.selectors.tasks import (
    QUEUE_LENGTH,
    SKIP_HOURS,
    EarlierFor,
    RereadingView,
    decision_of,
    desk_preferences_of,
    draft_of,
    earlier_for,
    rereading_view_for,
    table_edits_of,
    task_get_for,
    task_list,
    task_of_document,
    waiting_with_older,
)

__all__ = [
    "QUEUE_LENGTH",
    "SKIP_HOURS",
    "EarlierFor",
    "RereadingView",
    "decision_of",
    "desk_preferences_of",
    "draft_of",
    "earlier_for",
    "open_task_count",
    "rereading_view_for",
    "skipped_task_ids",
    "table_edits_of",
    "task_get_for",
    "task_list",
    "task_next_for",
    "task_of_document",
    "waiting_with_older",
]
