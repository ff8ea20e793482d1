"""Changing an organisation's rule of retention."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.access import Access
from accounts.domain.refusals import RETENTION_DAYS
from accounts.domain.retention import LONGEST
from accounts.models import Organization
from accounts.selectors.organization import organization_managed_by
from accounts.services.audit.trail import audit_record
from idp_project.core.errors import InvalidInput


@transaction.atomic
def retention_rule_set(access: Access, *, days: int | None, pdb_days: int | None) -> None:
    """For org admins. None: the system's rule holds; 0: kept for ever. What is due then goes
    with the next nightly run, not before: until then the dry run shows it."""
    organization = organization_managed_by(access)
    wanted = {"retention_days": days, "pdb_retention_days": pdb_days}
    if any(value is not None and not 0 <= value <= LONGEST for value in wanted.values()):
        raise InvalidInput(RETENTION_DAYS(most=LONGEST))
    changed = {
        name: {"before": getattr(organization, name), "after": value}
        for name, value in wanted.items()
        if getattr(organization, name) != value
    }
    if changed:
        Organization.objects.filter(pk=organization.pk).update(**wanted, retention_changed_at=timezone.now())
        audit_record(
            access, "retention_rule_set", object_kind="organization", object_id=organization.pk, details=changed
        )
