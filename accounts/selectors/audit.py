"""The audit trail of one organisation, for its admins."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.access import Access
from accounts.domain.audit_kinds import ACTIONS, AuditKind
from accounts.domain.roles import Permission
from accounts.models import AuditEntry
from accounts.selectors.access import organization_get_for


@dataclass(frozen=True)
class AuditFilter:
    """Which entries are wanted; what is empty does not narrow. `text` looks at names, actions and object ids.

    Who looked at what is among them only where a `purpose` says why somebody has to know (`seen_entries_open` records it).
    """

    kind: AuditKind | None = None
    text: str = ""
    object_id: str = ""
    since: datetime | None = None
    until: datetime | None = None
    purpose: str = ""

    def as_details(self) -> dict[str, str]:
        """What an entry about an export says of it."""
        return {name: str(value) for name, value in asdict(self).items() if value}


def audit_list(access: Access, audit_filter: AuditFilter | None = None) -> QuerySet[AuditEntry]:
    """The audit trail of the asker's organisation, the newest first. Forbidden for all but its admins."""
    organization_get_for(access, access.required_organization_id, Permission.MANAGE_ORGANIZATION)
    wanted = audit_filter or AuditFilter()
    entries = AuditEntry.objects.filter(organization_id=access.required_organization_id).order_by("-number")
    if not wanted.purpose:
        entries = entries.exclude(action__in=ACTIONS[AuditKind.SEEN])
    if wanted.kind is AuditKind.CHANGED:
        entries = entries.exclude(action__in=frozenset().union(*ACTIONS.values()))
    elif wanted.kind:
        entries = entries.filter(action__in=ACTIONS[wanted.kind])
    if wanted.text:
        found = Q(actor_name__icontains=wanted.text) | Q(action__icontains=wanted.text)
        entries = entries.filter(found | Q(object_kind__icontains=wanted.text) | Q(object_id__iexact=wanted.text))
    if wanted.object_id:
        entries = entries.filter(object_id=wanted.object_id)
    if wanted.since:
        entries = entries.filter(at__gte=wanted.since)
    if wanted.until:
        entries = entries.filter(at__lt=wanted.until)
    return entries
