"""The audit trail: entries are chained by MAC, an organisation at a time, inside the transaction of the change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from accounts.access import Access
from accounts.domain.refusals import (
    AUDIT_ADDED_BEHIND,
    AUDIT_CHANGED,
    AUDIT_HEAD_CHANGED,
    AUDIT_HEAD_MISSING,
    AUDIT_MISSING,
    AUDIT_REWRITTEN,
    AUDIT_TAIL_CUT,
)
from accounts.domain.secrets import chain_mac, chain_value, is_same
from accounts.models import AuditEntry, AuditHead
from idp_project.core.reasons import Reason
from idp_project.core.tenancy import organization_scope, system_scope

SEEN_AGAIN = timedelta(hours=1)
"""Who looks at one object again within this leaves no second entry."""


@dataclass(frozen=True)
class AuditFault:
    """The first entry of a chain that is not as it was written; `number` is one past the end if the tail was cut."""

    number: int
    reason: Reason


@dataclass(eq=False)
class _Noted:
    """An entry that is written at the end of its request."""

    organization_id: UUID | None
    access: Access | None
    action: str
    object_kind: str
    object_id: object
    details: Mapping[str, object] | None
    id: UUID = field(default_factory=uuid4)

    def stand(self) -> None:
        """Does nothing. Registered for the commit: Django forgets it with a savepoint that is rolled back."""

    @property
    def is_standing(self) -> bool:
        """Whether what it records was not rolled back."""
        return any(registered[1] == self.stand for registered in connection.run_on_commit)

    @property
    def mark(self) -> tuple[object, ...]:
        """Returns what entries of the same person, action and object share."""
        actor_id = self.access.user_id if self.access else None
        return self.organization_id, str(self.object_id)[:64], actor_id, self.action


_noted: ContextVar[list[_Noted] | None] = ContextVar("audit entries of this request", default=None)


@contextmanager
def audit_at_end() -> Iterator[None]:
    """Inside, entries are kept and written at the end, in the same transaction; nothing is written where that fails.

    1. An entry locks its organisation's chain until the commit. 2. A request that changes several objects would hold it
    while it waits for the second one's rows. 3. Who has those may be waiting for the chain.
    """
    noted: list[_Noted] = []
    token = _noted.set(noted)
    try:
        yield
    finally:
        _noted.reset(token)
    for entry in sorted(noted, key=lambda entry: str(entry.organization_id or "")):
        if entry.is_standing:
            _write(entry)


def audit_record(
    access: Access | None,
    action: str,
    *,
    object_kind: str = "",
    object_id: object = "",
    details: Mapping[str, object] | None = None,
    organization_id: UUID | None = None,
) -> UUID:
    """Adds an entry to the organisation's chain, by default the actor's; without any organisation, to the system's.

    Call it last in the change's transaction: it locks the chain until that commits (a request writes all of its entries at
    its end). Details are JSON values, never the content of a document. `access` may be empty where nobody is known (a
    refused sign-in).
    """
    organization_id = organization_id or (access.organization_id if access else None)
    entry = _Noted(organization_id, access, action, object_kind, object_id, details)
    noted = _noted.get()
    if noted is None:
        _write(entry)
    else:
        transaction.on_commit(entry.stand)
        noted.append(entry)
    return entry.id


def _write(noted: _Noted) -> None:
    organization_id, access = noted.organization_id, noted.access
    with _chain_scope(organization_id):
        head = _locked_head(organization_id)
        entry = AuditEntry(
            id=noted.id,
            organization_id=organization_id,
            number=head.length + 1,
            at=timezone.now(),
            actor_id=access.user_id if access else None,
            actor_name=access.display_name[:150] if access else "",
            action=noted.action,
            object_kind=noted.object_kind,
            object_id="" if noted.object_id is None else str(noted.object_id)[:64],
            details=chain_value(dict(noted.details or {})),
            previous_mac=head.last_mac,
        )
        entry.mac = entry_mac(entry)
        entry.save(force_insert=True)
        head.length, head.last_mac = entry.number, entry.mac
        head.mac = head_mac(head)
        head.save(update_fields=["length", "last_mac", "mac"])


def _locked_head(organization_id: UUID | None) -> AuditHead:
    heads = AuditHead.objects.select_for_update().filter(**_of(organization_id))
    if (head := heads.first()) is None:
        AuditHead.objects.get_or_create(**_of(organization_id))
        head = heads.get()
    return head


def audit_record_once(
    access: Access,
    action: str,
    *,
    object_kind: str,
    object_id: object,
    within: timedelta = SEEN_AGAIN,
    details: Mapping[str, object] | None = None,
) -> None:
    """`audit_record`, unless the same person has left the same action on the same object within that time."""
    with _chain_scope(access.organization_id):
        earlier = AuditEntry.objects.filter(
            **_of(access.organization_id),
            object_id=str(object_id)[:64],
            actor_id=access.user_id,
            action=action,
            at__gt=timezone.now() - within,
        )
        mark = (access.organization_id, str(object_id)[:64], access.user_id, action)
        if not earlier.exists() and mark not in {entry.mark for entry in _noted.get() or () if entry.is_standing}:
            audit_record(access, action, object_kind=object_kind, object_id=object_id, details=details)


def audit_verify(organization_id: UUID | None, anchors: Mapping[int, str] | None = None) -> AuditFault | None:
    """Walks the chain and names its first bad entry: changed, missing, inserted, reordered, foreign, or a cut tail.

    `anchors` (entry number → MAC, see `audit_anchors_read`) are what the chain said of itself earlier, kept elsewhere:
    they reveal an older head that was put back together with its entries.
    """
    with _chain_scope(organization_id):
        head = AuditHead.objects.filter(**_of(organization_id)).first()
        entries = AuditEntry.objects.filter(**_of(organization_id)).order_by("number").iterator()
        return _first_fault(head, entries, anchors or {})


def head_mac(head: AuditHead, key: str = "") -> str:
    """What `head.mac` must be under this key, by default the present one."""
    return chain_mac(
        key or settings.AUDIT_MAC_KEY, head.last_mac, ["head", str(head.organization_id or ""), head.length]
    )


def _first_fault(
    head: AuditHead | None, entries: Iterator[AuditEntry], anchors: Mapping[int, str]
) -> AuditFault | None:
    previous, number = "", 0
    for number, entry in enumerate(entries, start=1):
        if entry.number != number:
            return AuditFault(number, AUDIT_MISSING())
        if entry.previous_mac != previous or not is_same(entry.mac, entry_mac(entry)):
            return AuditFault(number, AUDIT_CHANGED())
        if not is_same(anchors.get(number, entry.mac), entry.mac):
            return AuditFault(number, AUDIT_REWRITTEN())
        previous = entry.mac
    if max(anchors, default=0) > number:
        return AuditFault(number + 1, AUDIT_TAIL_CUT())
    return _head_fault(head, number, previous)


def _head_fault(head: AuditHead | None, number: int, last_mac: str) -> AuditFault | None:
    if head is None:
        return AuditFault(1, AUDIT_HEAD_MISSING()) if number else None
    if not is_same(head.mac, head_mac(head)) or (head.length and not head.mac):
        return AuditFault(number + 1, AUDIT_HEAD_CHANGED())
    if (head.length, head.last_mac) != (number, last_mac):
        return AuditFault(
            min(number, head.length) + 1, AUDIT_TAIL_CUT() if head.length > number else AUDIT_ADDED_BEHIND()
        )
    return None


def entry_mac(entry: AuditEntry, key: str = "") -> str:
    """What `entry.mac` must be under this key, by default the present one."""
    values = [
        str(entry.organization_id or ""),
        entry.number,
        entry.at.astimezone(UTC).isoformat(),
        str(entry.actor_id or ""),
        entry.actor_name,
        entry.action,
        entry.object_kind,
        entry.object_id,
        entry.details,
    ]
    return chain_mac(key or settings.AUDIT_MAC_KEY, entry.previous_mac, values)


def _of(organization_id: UUID | None) -> dict[str, Any]:
    return {"organization_id": organization_id}


def _chain_scope(organization_id: UUID | None) -> AbstractContextManager[None]:
    return organization_scope(organization_id) if organization_id else system_scope("audit trail of the system")
