"""Logins of analysts in the production database, as they were asked for."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from documents.models.tenant import TenantModel
from idp_project.core.reason_fields import ReasonField


class AnalystLoginStatus(models.TextChoices):
    """`making` and `closing` wait for the publisher, who alone knows the database's owner."""

    MAKING = "making", "Being made"
    OPEN = "open", "Open"
    FAILED = "failed", "Failed"
    CLOSING = "closing", "Being closed"
    CLOSED = "closed", "Closed"


class AnalystLogin(TenantModel):
    """A login that reads an organisation's typed views. `verifier` is what its password is checked by, never the password; it is
    emptied once the login is made. `reason` says why it was not."""

    name = models.CharField(max_length=63)
    sees_sensitive = models.BooleanField("sees sensitive values", default=False)
    verifier = models.CharField(max_length=200, blank=True, default="")
    status = models.CharField(max_length=20, choices=AnalystLoginStatus.choices, default=AnalystLoginStatus.MAKING)
    reason = ReasonField(db_column="reason_data")
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]
        verbose_name = "analyst’s login"
        verbose_name_plural = "analysts’ logins"
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="analyst_login_once")]
        indexes = [
            models.Index(
                fields=["asked_at"], condition=models.Q(status__in=["making", "closing"]), name="analyst_login_waiting"
            )
        ]

    def __str__(self) -> str:
        return self.name
