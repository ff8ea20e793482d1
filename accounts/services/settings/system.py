"""Changing the settings of the whole installation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.access import Access
from accounts.domain.roles import Permission
from accounts.models import SystemSettings
from accounts.services.audit.trail import audit_record
from idp_project.core.errors import Forbidden, InvalidInput


def system_settings_change(access: Access, changes: Mapping[str, Any]) -> SystemSettings:
    """Takes effect with the next job or request. The system's audit trail gets each changed value, before and after.

    Raises Forbidden for anyone who does not manage the system, InvalidInput for a value that is out of bounds.
    """
    if not (access.is_super and access.can_everywhere(Permission.MANAGE_SYSTEM)):
        raise Forbidden
    with transaction.atomic():
        SystemSettings.objects.get_or_create(pk=1)
        row = SystemSettings.objects.select_for_update().get(pk=1)
        changed = {name: value for name, value in changes.items() if getattr(row, name) != value}
        details = {name: {"before": getattr(row, name), "after": value} for name, value in changed.items()}
        for name, value in changed.items():
            setattr(row, name, value)
        if changed.keys() & {"retention_days", "pdb_retention_days"}:
            row.retention_changed_at = timezone.now()
        try:
            row.full_clean(validate_constraints=False)
        except ValidationError as error:
            raise InvalidInput(" ".join(error.messages)) from error
        if changed:
            row.save()
            audit_record(
                replace(access, organization_id=None),
                "system_settings_changed",
                object_kind="systemsettings",
                object_id=row.pk,
                details=details,
            )
    return row
