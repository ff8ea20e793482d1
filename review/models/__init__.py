"""Human work: review tasks and what came of them, and the people who do it."""

from review.models.calendar import Holiday, WorkCalendar
from review.models.figures import FiguresAgreement
from review.models.tasks import (
    DONE,
    UNDECIDED,
    Correction,
    Decision,
    DecisionKind,
    DeskPreference,
    Draft,
    Examination,
    Opinion,
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
    "FiguresAgreement",
    "Holiday",
    "Notification",
    "Opinion",
    "Rereading",
    "ReviewTask",
    "ReviewerProfile",
    "SavedView",
    "TableEdit",
    "TaskComment",
    "TaskSkip",
    "TaskStatus",
    "UndoStep",
    "WorkCalendar",
]
