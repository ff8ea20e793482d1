"""The agreement under which figures per person may be shown; without one nothing is shown."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from documents.models.tenant import TenantModel


class FiguresAgreement(TenantModel):
    """Figures per person were on from `begun_at` until `ended_at`, under an agreement that has a name."""

    agreement = models.CharField(max_length=200)
    begun_at = models.DateTimeField(default=timezone.now)
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-begun_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization"], condition=models.Q(ended_at__isnull=True), name="one_agreement_in_force"
            )
        ]

    def __str__(self) -> str:
        return self.agreement
