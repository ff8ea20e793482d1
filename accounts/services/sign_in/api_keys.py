"""Named keys of machines: part of their owner's permissions in one organisation, until they expire."""

from __future__ import annotations

import secrets
import time
from collections.abc import Collection
from contextlib import AbstractContextManager
from datetime import timedelta
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from accounts.access import Access
from accounts.domain.refusals import (
    KEY_ABOVE_OWNER,
    KEY_DAYS,
    KEY_MAKES_NO_KEYS,
    KEY_NAME,
    KEY_WITHOUT_SCOPES,
    KEYS_ENOUGH,
)
from accounts.domain.roles import ORGANIZATION_PERMISSIONS, Permission
from accounts.domain.secrets import is_same, sha256_hex
from accounts.models import ApiKey, User
from accounts.selectors.access import access_resolve
from accounts.selectors.credentials import (
    api_key_get_for,
    api_key_list,
    is_second_factor_on,
    is_second_factor_required_in,
)
from accounts.services.audit.trail import audit_record
from accounts.services.mail.notices import Notice, account_notice_send
from idp_project.core.errors import Conflict, Forbidden, InvalidInput
from idp_project.core.tenancy import organization_scope, system_scope

KEY_MARK = "idp_"
LONGEST_DAYS = 365
MOST_KEYS = 20
_PREFIX_LENGTH = len(KEY_MARK) + 8
_USE_RECORDED_EVERY = timedelta(minutes=1)
_FAMILIAR_SECONDS = 900
_MOST_FAMILIAR = 10_000
_found_live: dict[str, float] = {}  # hash of a key: until when it is familiar to this process


def api_key_scopes_for(access: Access) -> list[Permission]:
    """What a key of this person can be given: permissions they hold themselves, in an organisation."""
    return [name for name in Permission if name in ORGANIZATION_PERMISSIONS and access.can(name)]


def api_key_create(access: Access, *, name: str, scopes: Collection[str], days: int) -> tuple[ApiKey, str]:
    """A key for 1 to 365 days, and its text: `idp_…`, shown now and never again, for only its hash is kept.

    For people at a browser only, whose password or code the caller has checked; they are told by e-mail. InvalidInput
    for no name, no scope or a wrong time, Forbidden for a scope that one does not hold.
    """
    if access.session_id is None or access.user_id is None:
        raise Forbidden(KEY_MAKES_NO_KEYS())
    _check(access, name, scopes, days)
    prefix = KEY_MARK + secrets.token_hex(4)
    text = f"{prefix}_{secrets.token_urlsafe(32)}"
    with organization_scope(access.required_organization_id):
        if api_key_list(access).filter(revoked_at__isnull=True, expires_at__gt=Now()).count() >= MOST_KEYS:
            raise Conflict(KEYS_ENOUGH(most=MOST_KEYS))
        key = ApiKey.objects.create(
            organization_id=access.required_organization_id,
            user_id=access.user_id,
            name=name.strip(),
            prefix=prefix,
            key_hash=sha256_hex(text),
            scopes=sorted(set(scopes)),
            expires_at=timezone.now() + timedelta(days=days),
        )
        _record(access, "api_key_created", key, name=key.name, scopes=key.scopes, days=days)
        account_notice_send(access.user_id, Notice.KEY_CREATED)
    return key, text


def api_key_revoke(access: Access, key_id: UUID) -> None:
    """One's own key, or as an org admin anybody's in the organisation; it is refused from the next request on."""
    with scope_of(access):
        key = api_key_get_for(access, key_id)
        if ApiKey.objects.filter(pk=key.pk, revoked_at__isnull=True).update(revoked_at=Now()):
            _record(access, "api_key_revoked", key, name=key.name, owner=str(key.user))


def api_key_identify(text: str) -> tuple[User, Access] | None:
    """The owner, and what the key may do now: its scopes, as far as the owner still holds them.

    None: no live key, or its organisation requires a second factor and the owner has none.
    """
    found, trace = _identified(text), sha256_hex(text)
    if found is None:
        _found_live.pop(trace, None)
    else:
        if len(_found_live) >= _MOST_FAMILIAR:
            _found_live.clear()
        _found_live[trace] = time.monotonic() + _FAMILIAR_SECONDS
    return found


def api_key_is_familiar(text: str) -> bool:
    """Whether this process found the key live in the last quarter of an hour. No database, and no permission: it only
    spares a key the queue of made-up ones; `api_key_identify` follows."""
    return _found_live.get(sha256_hex(text), 0.0) > time.monotonic()


def _identified(text: str) -> tuple[User, Access] | None:
    with system_scope("API key by its prefix"):
        keys = ApiKey.objects.filter(revoked_at__isnull=True, expires_at__gt=Now(), user__is_active=True)
        key = keys.select_related("user").filter(prefix=text[:_PREFIX_LENGTH]).first()
        if key is None or not is_same(key.key_hash, sha256_hex(text)):
            return None
        stale = Q(last_used_at__isnull=True) | Q(last_used_at__lt=timezone.now() - _USE_RECORDED_EVERY)
        ApiKey.objects.filter(stale, pk=key.pk).update(last_used_at=Now())
    access = access_resolve(key.user, None, organization_id=key.organization_id)
    if access is None or access.organization_id != key.organization_id:
        return None
    if is_second_factor_required_in(key.organization_id, key.user) and not is_second_factor_on(key.user_id):
        return None
    return key.user, access.limited_to(key.scopes, f"{key.user} by the key {key.name}")


def scope_of(access: Access) -> AbstractContextManager[None]:
    """Opens the scope of the credentials that one may end: one's organisation, for super admins all of them."""
    if access.is_super:
        return system_scope("super admin ends a credential")
    return organization_scope(access.required_organization_id)


def _check(access: Access, name: str, scopes: Collection[str], days: int) -> None:
    if not name.strip() or len(name.strip()) > 100:
        raise InvalidInput(KEY_NAME())
    if not 1 <= days <= LONGEST_DAYS:
        raise InvalidInput(KEY_DAYS(most=LONGEST_DAYS))
    if not scopes:
        raise InvalidInput(KEY_WITHOUT_SCOPES())
    if not set(scopes) <= set(api_key_scopes_for(access)):
        raise Forbidden(KEY_ABOVE_OWNER())


def _record(access: Access, action: str, key: ApiKey, **details: object) -> None:
    audit_record(
        access,
        action,
        object_kind="api_key",
        object_id=key.pk,
        details={"prefix": key.prefix, **details},
        organization_id=key.organization_id,
    )
