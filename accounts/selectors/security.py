"""Reading what organisations require of those who sign in."""

from __future__ import annotations

from uuid import UUID

from accounts.domain.security import SecurityRules, SessionLimits
from accounts.models import Organization


def security_rules_of(organization: Organization) -> SecurityRules:
    """Reads the organisation's rules as they are stored."""
    return SecurityRules(
        is_second_factor_required=organization.is_second_factor_required,
        session_hours=organization.session_hours,
        idle_minutes=organization.idle_minutes,
        email_domains=tuple(organization.email_domains),
    )


def session_limits_in(organization_id: UUID | None) -> SessionLimits:
    """What holds for sessions while they work in that organisation; in none, the system's own limits."""
    if organization_id is None:
        return SessionLimits()
    rows = Organization.objects.filter(id=organization_id, is_active=True)
    found = rows.values_list("session_hours", "idle_minutes").first()
    return SessionLimits(*found) if found else SessionLimits()
