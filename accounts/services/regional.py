"""Language, regional format and time zone: a person's own, and those of an organisation."""

from __future__ import annotations

from dataclasses import asdict

from django.db import transaction

from accounts.access import Access
from accounts.domain.refusals import REGIONAL_NOT_OFFERED
from accounts.models import Organization, User
from accounts.selectors.organization import organization_managed_by
from accounts.services.audit.trail import audit_record
from idp_project.core.errors import InvalidInput, NotFound
from idp_project.core.regional import RegionalChoice, is_valid


@transaction.atomic
def own_regional_set(access: Access, choice: RegionalChoice) -> None:
    """One's own; what is empty the organisation decides, else the browser. InvalidInput for a value that is not offered."""
    user = User.objects.filter(pk=access.user_id).first() if access.user_id else None
    if user is None:
        raise NotFound
    _set(access, user, choice)


@transaction.atomic
def organization_regional_set(access: Access, choice: RegionalChoice) -> None:
    """For org admins: holds for everybody who has set nothing themselves. InvalidInput for a value that is not offered."""
    _set(access, organization_managed_by(access), choice)


def _set(access: Access, row: User | Organization, choice: RegionalChoice) -> None:
    if not is_valid(choice):
        raise InvalidInput(REGIONAL_NOT_OFFERED(), code="regional_setting")
    before, after = asdict(row.regional_choice), asdict(choice)
    changed = {name: {"before": before[name], "after": after[name]} for name in after if before[name] != after[name]}
    if changed:
        type(row).objects.filter(pk=row.pk).update(**after)
        kind = row._meta.model_name or ""
        audit_record(access, "regional_settings_set", object_kind=kind, object_id=row.pk, details=changed)
