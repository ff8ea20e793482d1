"""Whose an address is. Only a link that the system mailed there proves it; everything else is a note on an account."""

from __future__ import annotations

from uuid import UUID

from allauth.mfa.models import Authenticator
from axes.utils import reset as forget_failures
from django.db import transaction
from django.utils import timezone

from accounts.grants import grants_revoke
from accounts.models import Membership, Organization, User
from accounts.selectors import access_to_own_account
from accounts.services.audit import audit_record
from accounts.services.revocation import credentials_revoke_all


def address_prove(user: User) -> bool:
    """After a mailed link was used: from now on the address is this account's, and no other account states it.

    False, and nothing changes, where it is proven for another account already or a super admin states it.
    """
    if user.email_proven_at:
        return True
    others = User.objects.stating(user.email).exclude(pk=user.pk)
    is_reserved = others.filter(is_superuser=True).exists() or others.filter(email_proven_at__isnull=False).exists()
    if not user.email or is_reserved:
        return False
    with transaction.atomic():
        others.update(email="")
        user.email_proven_at = timezone.now()
        user.save(update_fields=["email_proven_at"])
        audit_record(access_to_own_account(user), "address_proven", object_kind="user", object_id=user.pk)
    return True


def account_start_again(user: User, *, display_name: str, organization: Organization) -> None:
    """Makes an unproven account that of the person who has just proven its address; the new password is already set.

    1. Sessions, API keys, second factor and recovery codes end: they may be somebody else's. 2. Roles and grants stay
    where the account was at home, for that organisation gave them to this address, and end elsewhere. 3. The earlier
    home loses its power: where its roles stay, only super admins manage the account, else `organization` does.
    """
    previous = user.home_organization_id
    with transaction.atomic():
        credentials_revoke_all(user.pk, reason="started_again")
        Authenticator.objects.filter(user=user).delete()
        if previous:
            _leave_all_but(user, previous)
        user.display_name = display_name or user.display_name
        if previous != organization.pk:
            user.home_organization = None if user.memberships.exists() else organization
        user.last_login = None
        user.save(update_fields=["password", "display_name", "home_organization", "last_login"])
        details = {"home": str(previous or "")}
        access = access_to_own_account(user)
        audit_record(access, "account_started_again", object_kind="user", object_id=user.pk, details=details)
    for name in (user.username, user.email.lower()):
        forget_failures(username=name)


def _leave_all_but(user: User, home_id: UUID) -> None:
    elsewhere = Membership.objects.filter(user=user).exclude(organization_id=home_id)
    for organization_id in set(elsewhere.values_list("organization_id", flat=True)):
        grants_revoke(user.pk, organization_id)
    elsewhere.delete()
