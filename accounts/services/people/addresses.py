"""Whose an address is. Only a link that the system mailed there proves it; everything else is a note on an account."""

from __future__ import annotations

from hashlib import sha256
from uuid import UUID

from allauth.mfa.models import Authenticator
from axes.utils import reset as forget_failures
from django.db import connection, transaction
from django.utils import timezone

from accounts.grants import grants_revoke
from accounts.models import Membership, User
from accounts.selectors.access import access_to_own_account
from accounts.services.audit.trail import audit_record
from accounts.services.sign_in.revocation import credentials_revoke_all

_LOCKS = 0x61646472
"""The advisory locks of addresses, apart from other locks of the database."""


def address_lock(address: str) -> None:
    """Until the transaction ends, no other one proves this address or makes its account.

    Take it before any row of an account, so that two links of one address never wait for each other.
    """
    number = int.from_bytes(sha256(address.strip().lower().encode()).digest()[:4], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCKS, number])


def address_prove(user: User, *, although_stated: bool) -> bool:
    """After a mailed link was used, under `address_lock`: from now on the address is this account's.

    False, and nothing changes, where it is proven for another account already or a super admin states it; without
    `although_stated` also where any other account states it. What others state stays, unproven.
    """
    if user.email_proven_at:
        return True
    others = User.objects.stating(user.email).exclude(pk=user.pk)
    if not although_stated and others.exists():
        return False
    is_reserved = others.filter(is_superuser=True).exists() or others.filter(email_proven_at__isnull=False).exists()
    if not user.email or is_reserved:
        return False
    with transaction.atomic():
        user.email_proven_at = timezone.now()
        user.save(update_fields=["email_proven_at"])
        audit_record(access_to_own_account(user), "address_proven", object_kind="user", object_id=user.pk)
    return True


def account_start_again(user: User) -> None:
    """Nothing that opened this unproven account opens it any more; its password in memory is the new one.

    1. Sessions, API keys, second factor and recovery codes end: they may be somebody else's. 2. The home stays, with
    the roles and grants that it gave; those elsewhere end.
    """
    with transaction.atomic():
        credentials_revoke_all(user.pk, reason="started_again")
        Authenticator.objects.filter(user=user).delete()
        if user.home_organization_id:
            _leave_all_but(user, user.home_organization_id)
        user.last_login = None
        user.save(update_fields=["password", "display_name", "last_login"])
        audit_record(access_to_own_account(user), "account_started_again", object_kind="user", object_id=user.pk)
    for name in (user.username, user.email.lower()):
        forget_failures(username=name)


def others_start_again(owner: User) -> None:
    """Every other account that only states the owner's address starts again without a password.

    Home, roles at home and the stated address stay, so its home's power does not change.
    """
    others = User.objects.stating(owner.email).filter(email_proven_at__isnull=True, is_superuser=False)
    for user in others.exclude(pk=owner.pk).order_by("pk").select_for_update(of=("self",)):
        user.set_unusable_password()
        account_start_again(user)


def _leave_all_but(user: User, home_id: UUID) -> None:
    elsewhere = Membership.objects.filter(user=user).exclude(organization_id=home_id)
    for organization_id in set(elsewhere.values_list("organization_id", flat=True)):
        grants_revoke(user.pk, organization_id)
    elsewhere.delete()
