"""Ending what somebody signs in with: sessions and API keys together, so that no key outlives what ended "
"the sessions."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from accounts.access import Access
from accounts.models import ApiKey, User
from accounts.selectors.access import access_to_own_account
from accounts.services.audit.trail import audit_record
from accounts.services.sign_in.sessions import sessions_revoke_all
from idp_project.core.errors import NotSignedIn
from idp_project.core.tenancy import organization_scope, system_scope


def credentials_revoke_all(user_id: UUID, *, reason: str) -> int:
    """Ends every session and every API key of the person, in all organisations; says how many sessions there were.

    The caller has checked the right to do so, and records it.
    """
    with transaction.atomic():
        count = sessions_revoke_all(user_id, reason=reason)
        with system_scope("keys of a person end"):
            ApiKey.objects.filter(user_id=user_id, revoked_at__isnull=True).update(revoked_at=Now())
    return count


def api_keys_revoke_in(organization_id: UUID, user_id: UUID) -> None:
    """Ends the person's keys in one organisation, for somebody who leaves it."""
    with organization_scope(organization_id):
        ApiKey.objects.filter(user_id=user_id, revoked_at__isnull=True).update(revoked_at=Now())


def sign_out_everywhere(access: Access) -> int:
    """Ends every session of one's own, the present one too, and every API key; says how many sessions there were."""
    if access.user_id is None:
        raise NotSignedIn
    with transaction.atomic():
        count = credentials_revoke_all(access.user_id, reason="signed_out_everywhere")
        access = access_to_own_account(User.objects.get(pk=access.user_id))
        audit_record(access, "signed_out_everywhere", object_kind="user", object_id=access.user_id)
    return count
