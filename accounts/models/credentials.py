"""API keys of machines and invitations of people. Their secrets are kept as SHA-256 only. Under row-level security."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.utils import timezone

from accounts.domain.roles import MEMBERSHIP_ROLES
from accounts.models.people import Organization, Team, User


class ApiKey(models.Model):
    """Lets a machine use the API in one organisation with part of its owner's permissions, until it expires."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=16, unique=True, help_text="The beginning of the key, to recognise it by.")
    key_hash = models.CharField(max_length=64)
    scopes = models.JSONField(default=list, help_text="Permissions; those that the owner loses are lost here as well.")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True, help_text="To the minute.")
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        verbose_name = "API key"
        verbose_name_plural = "API keys"

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @property
    def state(self) -> str:
        """ "live", "revoked" or "expired"."""
        if self.revoked_at:
            return "revoked"
        return "live" if self.expires_at > timezone.now() else "expired"


class Invitation(models.Model):
    """Asks one e-mail address into an organisation, with a role. Its link works once.

    `mailed_at`: when the present link was mailed by the system's server. Only such a link proves the address.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    email = models.EmailField()
    display_name = models.CharField(max_length=150, blank=True)
    role = models.CharField(max_length=20, choices=[(role.value, role.label) for role in MEMBERSHIP_ROLES])
    may_download = models.BooleanField(default=True)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.email

    @property
    def state(self) -> str:
        """ "accepted", "revoked", "expired" or "open"."""
        if self.accepted_at or self.revoked_at:
            return "accepted" if self.accepted_at else "revoked"
        return "open" if self.expires_at > timezone.now() else "expired"
