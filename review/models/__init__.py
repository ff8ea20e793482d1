"""Human work: review tasks and what came of them, and the people who do it."""

from review.models.tasks import (
    DONE,
    UNDECIDED,
    Correction,
    Decision,
    DecisionKind,
    DeskPreference,
    Draft,
    Examination,
    Rereading,
    ReviewTask,
    TableEdit,
    TaskSkip,
    TaskStatus,
    UndoStep,
)
from review.models.work import Absence, CommentKind, Notification, ReviewerProfile, SavedView, TaskComment

__all__ = [
    "DONE",
    "UNDECIDED",
    "Absence",
    "CommentKind",
    "Correction",
    "Decision",
    "DecisionKind",
    "DeskPreference",
    "Draft",
    "Examination",
    "Notification",
    "Rereading",
    "ReviewTask",
    "ReviewerProfile",
    "SavedView",
    "TableEdit",
    "TaskComment",
    "TaskSkip",
    "TaskStatus",
    "UndoStep",
]
