"""Deciding once which kind of installation a data folder holds, and taking published passwords out of a real one."""

from __future__ import annotations

from pathlib import Path

from django.db import transaction

from accounts.access import Access
from accounts.models import Organization, User
from accounts.services.audit.trail import audit_record
from accounts.services.people.people import user_deactivate
from idp_project.core.installation import InstallationKind, kind_of, remember_kind
from idp_project.operations.demo.logins import DemoLogin, read_logins

SLUG = "demo"
LOGINS_NAME, TERMINAL_LOGINS_NAME = "demo_logins.json", "logins"


def settle_kind(data: Path, wanted: InstallationKind) -> InstallationKind:
    """What the folder remembers; where it remembers nothing, what its database says, remembered from now on.

    `wanted` decides only for a database that holds nobody yet.
    """
    kind = kind_of(data)
    if kind is None:
        kind = _kind_by_contents(data, wanted)
        remember_kind(data, kind)
    return kind


def other_organization() -> str:
    """Name of an organisation that is not the demonstration's; empty if none exists."""
    return Organization.objects.exclude(slug=SLUG).values_list("name", flat=True).first() or ""


def withdraw_published_logins(data: Path) -> list[str]:
    """Deactivates every account that still has the published password, and deletes the files; for a real installation.

    Sessions and API keys of these accounts end. Answers with the user names.
    """
    path = data / LOGINS_NAME
    stopped = [login.username for login in read_logins(path) if _stop(login)]
    if path.exists():
        access = Access.for_command_line()
        audit_record(access, "published_logins_withdrawn", details={"deactivated": stopped})
    for name in (LOGINS_NAME, TERMINAL_LOGINS_NAME):
        (data / name).unlink(missing_ok=True)
    return stopped


def _kind_by_contents(data: Path, wanted: InstallationKind) -> InstallationKind:
    if not Organization.objects.exists() and not User.objects.exists():
        return wanted
    has_demo_alone = Organization.objects.exists() and not other_organization()
    is_demonstration = has_demo_alone and (data / LOGINS_NAME).is_file()
    return InstallationKind.DEMONSTRATION if is_demonstration else InstallationKind.REAL


def _stop(login: DemoLogin) -> bool:
    user = User.objects.filter(username=login.username, is_active=True).first()
    if user is None or not user.check_password(login.password):
        return False
    access = Access.for_command_line()
    with transaction.atomic():
        user_deactivate(access, user.pk)  # ends its sessions and keys
        user.refresh_from_db()
        user.set_unusable_password()  # activating the account again does not bring the published password back
        user.save(update_fields=["password"])
    return True
