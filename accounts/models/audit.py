"""The audit trail: one MAC'd hash chain an organisation. Entries can be added and read, never changed."""

from __future__ import annotations

from uuid import uuid4

from django.db import models

from accounts.models.people import Organization


class AuditEntry(models.Model):
    """Who did what to which object. The actor is kept by id and name, so that the entry outlives the person."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, null=True, related_name="+")
    number = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=150, blank=True)
    action = models.CharField(max_length=60)
    object_kind = models.CharField(max_length=60, blank=True)
    object_id = models.CharField(max_length=64, blank=True)
    details = models.JSONField(default=dict)
    previous_mac = models.CharField(max_length=64)
    mac = models.CharField(max_length=64)

    class Meta:
        ordering = ["organization", "number"]
        verbose_name_plural = "audit entries"
        constraints = [
            models.UniqueConstraint(fields=["organization", "number"], name="audit_number", nulls_distinct=False)
        ]
        indexes = [
            models.Index(fields=["organization", "-at"], name="audit_by_time"),
            models.Index(fields=["object_id", "actor_id", "-at"], name="audit_by_object"),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.action}"


class AuditHead(models.Model):
    """How long an organisation's chain is, and its last MAC: locked while an entry is added; a cut tail shows."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, null=True, related_name="+")
    length = models.PositiveBigIntegerField(default=0)
    last_mac = models.CharField(max_length=64, blank=True)
    mac = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization"], name="audit_head_once", nulls_distinct=False)]

    def __str__(self) -> str:
        return f"{self.length} entries"
