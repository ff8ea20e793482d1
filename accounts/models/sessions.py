"""Sign-in sessions and single-use socket tickets. Secrets are kept as SHA-256 only."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.utils import timezone

from accounts.models.people import Organization, Team, User


class SignInSession(models.Model):
    """One sign-in on one device. Its refresh token rotates in place; a replayed one revokes the whole family."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sign_in_sessions")
    family = models.UUIDField(default=uuid4, db_index=True, editable=False)
    jti_hash = models.CharField(max_length=64)
    previous_jti_hash = models.CharField(max_length=64, blank=True)
    rotated_at = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_reason = models.CharField(max_length=40, blank=True)
    user_agent = models.CharField(max_length=300, blank=True)
    idle_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    idle_until = models.DateTimeField(null=True, blank=True, help_text="Ends then, unless its person does something.")
    second_factor_at = models.DateTimeField(null=True, blank=True)
    ip = models.GenericIPAddressField(null=True, blank=True)
    active_organization = models.ForeignKey(Organization, on_delete=models.SET_NULL, null=True, related_name="+")
    active_team = models.ForeignKey(Team, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["user", "revoked_at", "expires_at"], name="session_of_user")]

    def __str__(self) -> str:
        return f"{self.user} since {self.created_at:%Y-%m-%d %H:%M}"

    @property
    def state(self) -> str:
        """ "live", "revoked" or "expired"."""
        if self.revoked_at:
            return "revoked"
        ends_at = min(self.expires_at, self.idle_until or self.expires_at)
        return "live" if ends_at > timezone.now() else "expired"


class SocketTicket(models.Model):
    """Opens one WebSocket once, for the session that asked."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    ticket_hash = models.CharField(max_length=64, unique=True)
    session = models.ForeignKey(SignInSession, on_delete=models.CASCADE, related_name="socket_tickets")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"ticket of {self.session_id}"
