"""Who does the work: what people tell each other, what they know, when they are away, how they look at the queue."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from documents.models.tenant import TenantModel
from idp_project.core.reason_fields import ReasonField
from review.models.tasks import ReviewTask


class CommentKind(models.TextChoices):
    """What a comment did beside saying something. `question` and `returned` wait for an answer of one person."""

    NOTE = "note", "Note"
    QUESTION = "question", "Question"
    RETURNED = "returned", "Returned to the uploader"
    ANSWER = "answer", "Answer"
    TAKEN_OVER = "taken_over", "Taken over"
    ASSIGNED = "assigned", "Given to somebody"


class TaskComment(TenantModel):
    """What a person wrote on a task; it stays with the document. `to` is whom it was for, where it was for one person."""

    task = models.ForeignKey(ReviewTask, on_delete=models.CASCADE, related_name="comments")
    kind = models.CharField(max_length=20, choices=CommentKind.choices, default=CommentKind.NOTE)
    text = models.TextField(max_length=2000)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["created_at"]

    def __str__(self) -> str:
        return f"{self.kind} on {self.task_id}"


class ReviewerProfile(TenantModel):
    """What a person says of their work at the desk: the types they know (ids of schemas; none: all), and whether e-mail tells
    them what concerns them."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    known_types = models.JSONField(default=list, blank=True)
    is_mailed = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "user"], name="reviewer_profile_once")]

    def __str__(self) -> str:
        return f"profile of {self.user_id}"


class Absence(TenantModel):
    """A person is away from `first_day` to `last_day`; `deputy` gets what is theirs meanwhile, without one everybody does."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    first_day = models.DateField()
    last_day = models.DateField()
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["first_day"]
        constraints = [
            models.CheckConstraint(condition=models.Q(first_day__lte=models.F("last_day")), name="absence_range")
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.first_day} to {self.last_day}"


class SavedView(TenantModel):
    """Filters of the queue under a name, for one person."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    filters = models.JSONField(default=dict)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "user", "name"], name="saved_view_name_once_a_person")
        ]

    def __str__(self) -> str:
        return self.name


class Notification(TenantModel):
    """What a person should know; `reason` says it. `task` is what it is about, `mailed_at` when an e-mail said so too,
    `mail_attempts` how often that was tried, last at `mail_tried_at`."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    reason = ReasonField(db_column="reason_data")
    task = models.ForeignKey(ReviewTask, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    mail_attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    mail_tried_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["user", "-created_at"], name="notification_newest")]

    def __str__(self) -> str:
        return f"notification of {self.user_id}"
