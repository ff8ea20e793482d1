"""Pauses: work that somebody has stopped for a while."""

import uuid

from django.conf import settings
from django.db import models


class Pause(models.Model):
    """No new step begins: of an organisation's documents, or (without an organisation) of a whole queue."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        "accounts.Organization", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    queue = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    paused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(organization__isnull=False, queue="")
                | (models.Q(organization__isnull=True) & ~models.Q(queue="")),
                name="pause_of_one_thing",
            ),
            models.UniqueConstraint(
                fields=["organization"], condition=models.Q(organization__isnull=False), name="pause_once_a_tenant"
            ),
            models.UniqueConstraint(fields=["queue"], condition=~models.Q(queue=""), name="pause_once_a_queue"),
        ]

    def __str__(self) -> str:
        return self.queue or str(self.organization)
