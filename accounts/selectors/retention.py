"""Which rule of retention holds for an organisation."""

from __future__ import annotations

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
