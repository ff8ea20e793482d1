"""Reading what organisations require of those who sign in."""

from __future__ import annotations

from accounts.domain.security import SecurityRules, SessionLimits, strictest
from accounts.models import Organization, User


def security_rules_of(organization: Organization) -> SecurityRules:
    """As they are stored."""
    return SecurityRules(
        is_second_factor_required=organization.is_second_factor_required,
        session_hours=organization.session_hours,
        idle_minutes=organization.idle_minutes,
        email_domains=tuple(organization.email_domains),
    )


def session_limits_of(user: User) -> SessionLimits:
    """The strictest limits of the organisations a person is in; for super admins, who enter them all, of every one."""
    organizations = Organization.objects.filter(is_active=True)
    if not user.is_superuser:
        organizations = organizations.filter(memberships__user_id=user.pk)
    return strictest(organizations.values_list("session_hours", "idle_minutes").distinct())
