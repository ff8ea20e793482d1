"""Logins of analysts, asked for by super admins; the publisher makes and drops them, because it alone knows the owner.

1. A row says what is wanted; 2. the publisher does it and settles the row, unless somebody wanted something else meanwhile.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.access import Access
from accounts.services.audit.trail import audit_record
from documents.domain.refusals import ANALYST_LOGIN_CLOSED, ANALYST_LOGIN_TAKEN, SUPER_ADMINS_ONLY
from documents.models import AnalystLogin, AnalystLoginStatus
from idp_project.core.errors import Conflict, Forbidden
from idp_project.core.reasons import Reason
from idp_project.core.tenancy import organization_scope, system_scope

_GONE = (AnalystLoginStatus.CLOSED, AnalystLoginStatus.FAILED)


@transaction.atomic
def analyst_login_ask(
    access: Access, organization_id: UUID, *, name: str, verifier: str, sees_sensitive: bool = False
) -> AnalystLogin:
    """Asks for a login that may read the organisation's typed views. For super admins; audited. Conflict for a name in use."""
    _check_super(access)
    with system_scope("logins of analysts: names are those of the server"):
        if AnalystLogin.objects.filter(name=name).exclude(status__in=_GONE).exists():
            raise Conflict(ANALYST_LOGIN_TAKEN(name=name), code="analyst_login_taken")
    wanted: dict[str, Any] = {
        "status": AnalystLoginStatus.MAKING,
        "verifier": verifier,
        "sees_sensitive": sees_sensitive,
        "asked_by_id": access.user_id,
        "asked_at": timezone.now(),
        "reason": None,
    }
    with organization_scope(organization_id):
        login, _ = AnalystLogin.objects.update_or_create(organization_id=organization_id, name=name, defaults=wanted)
        _record(access, "analyst_login_asked", login)
    return login


@transaction.atomic
def analyst_login_renew(access: Access, organization_id: UUID, login_id: UUID, *, verifier: str) -> AnalystLogin:
    """Asks for another password; the present one holds until then. For super admins; audited. Conflict for a closed login."""
    _check_super(access)
    with organization_scope(organization_id):
        login = AnalystLogin.objects.select_for_update().get(id=login_id)
        if login.status in (AnalystLoginStatus.CLOSED, AnalystLoginStatus.CLOSING):
            raise Conflict(ANALYST_LOGIN_CLOSED(name=login.name), code="analyst_login_closed")
        login.status, login.verifier, login.reason = AnalystLoginStatus.MAKING, verifier, None
        login.save()
        _record(access, "analyst_login_renewed", login)
    return login


@transaction.atomic
def analyst_login_close(access: Access, organization_id: UUID, login_id: UUID) -> None:
    """Asks for its end, with open sessions and all that it may read. For super admins; audited."""
    _check_super(access)
    with organization_scope(organization_id):
        login = AnalystLogin.objects.select_for_update().get(id=login_id)
        if login.status != AnalystLoginStatus.CLOSED:
            login.status, login.verifier, login.reason = AnalystLoginStatus.CLOSING, "", None
            login.save()
            _record(access, "analyst_login_closing", login)


def analyst_login_settle(login: AnalystLogin, status: AnalystLoginStatus, reason: Reason | None = None) -> None:
    """What came of what the row asked for as it was read; a row that asks for something else by now stays."""
    with organization_scope(login.organization_id):
        as_read = AnalystLogin.objects.filter(id=login.pk, status=login.status, verifier=login.verifier)
        as_read.update(status=status, reason=reason, verifier="", changed_at=timezone.now())


def analyst_login_note(organization_id: UUID, name: str, *, is_open: bool, sees_sensitive: bool = False) -> None:
    """That the command line made or dropped a login: the list shows it too."""
    status = AnalystLoginStatus.OPEN if is_open else AnalystLoginStatus.CLOSED
    found: dict[str, Any] = {"status": status, "verifier": "", "reason": None}
    with organization_scope(organization_id):
        if is_open:
            found = {**found, "sees_sensitive": sees_sensitive}
            AnalystLogin.objects.update_or_create(organization_id=organization_id, name=name, defaults=found)
        else:
            AnalystLogin.objects.filter(name=name).update(**found)


def _check_super(access: Access) -> None:
    if not access.is_super:
        raise Forbidden(SUPER_ADMINS_ONLY(), code="super_admins_only")


def _record(access: Access, action: str, login: AnalystLogin) -> None:
    """Names, never the verifier."""
    details = {"login": login.name, "sees_sensitive": login.sees_sensitive}
    organization_id = login.organization_id
    audit_record(
        access,
        action,
        object_kind="analyst_login",
        object_id=login.pk,
        details=details,
        organization_id=organization_id,
    )
