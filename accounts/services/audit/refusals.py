"""Who was refused what: answers of 403, wrong sign-ins, lock-outs. Recorded after the request's own "
"transaction is gone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from axes.signals import user_locked_out
from django.contrib.auth.signals import user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.access import Access
from accounts.models import User
from accounts.services.audit.trail import audit_record, audit_record_once

REPEATED = timedelta(minutes=1)
"""The same person refused the same thing again within this leaves no second entry."""


def refusal_record(access: Access, method: str, route: str, object_id: str = "") -> None:
    """`route` is the view's name, `object_id` what was asked for."""
    audit_record_once(
        access,
        "refused",
        object_kind=route[:60],
        object_id=object_id,
        within=REPEATED,
        details={"method": method},
    )


@receiver(user_login_failed, dispatch_uid="audit")
def _sign_in_failed(sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    _record("sign_in_failed", credentials.get("username"), request)


@receiver(user_locked_out, dispatch_uid="audit")
def _locked_out(sender: Any, request: HttpRequest | None = None, username: str = "", **_: Any) -> None:
    _record("sign_in_locked", username, request)


def _record(action: str, username: Any, request: HttpRequest | None) -> None:
    """Records a refusal in the chain of the account's home, else in the system's; unknown names are not kept, people type
    passwords there."""
    try:
        user = User.objects.get_by_natural_key(str(username or ""))
    except User.DoesNotExist:
        user = None
    audit_record(
        None,
        action,
        object_kind="user" if user else "",
        object_id=user.pk if user else "",
        details={"ip": request.META.get("REMOTE_ADDR") if request else None, "name": user.username if user else None},
        organization_id=user.home_organization_id if user else None,
    )
