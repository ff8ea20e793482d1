"""Shares: exceptions from the roles, for one person, on one document or batch, with an end."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from accounts.grant_bases import UserGrant
from documents.models.batch import Batch
from documents.models.document import Document
from documents.models.tenant import TenantModel


class DocumentUserPermission(UserGrant):
    """A grant on one document to one person, as a share says it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    content_object = models.ForeignKey(Document, on_delete=models.CASCADE)


class Share(TenantModel):
    """Somebody may see a document or a batch of another team until `expires_at`. Exactly one of the two is set.

    What it allows is granted row by row; change it by `services.share_create` and `share_revoke` only.
    """

    document = models.ForeignKey(Document, on_delete=models.CASCADE, null=True, blank=True, related_name="shares")
    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, null=True, blank=True, related_name="shares")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    shared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    may_download = models.BooleanField(default=False)
    may_review = models.BooleanField(default=False)
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ["expires_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(document__isnull=True) ^ models.Q(batch__isnull=True), name="share_of_one_thing"
            ),
            models.UniqueConstraint(fields=["document", "batch", "user"], nulls_distinct=False, name="share_once"),
        ]

    def __str__(self) -> str:
        return f"{self.document or self.batch} with {self.user} until {self.expires_at:%Y-%m-%d}"

    @staticmethod
    def live() -> models.Q:
        """Shares that have not ended, by the database's clock."""
        return models.Q(expires_at__gt=Now())
