"""Which rule of retention holds for an organisation."""

from __future__ import annotations

from datetime import datetime

from accounts.domain.retention import RetentionRule, effective_days
from accounts.models import Organization, SystemSettings
from accounts.selectors.system import system_settings


def retention_rule_of(organization: Organization, system: SystemSettings | None = None) -> RetentionRule:
    """`system` is read now unless given."""
    system = system or system_settings()
    return RetentionRule(
        effective_days(organization.retention_days, system.retention_days),
        effective_days(organization.pdb_retention_days, system.pdb_retention_days),
    )


def retention_rule_changed_at(organization: Organization) -> datetime | None:
    """When somebody last changed the rule that holds, the organisation's or the system's; None for nobody."""
    moments = (organization.retention_changed_at, system_settings().retention_changed_at)
    return max((moment for moment in moments if moment), default=None)
