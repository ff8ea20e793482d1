"""The audit trail as a table, for org admins to take along; that it was taken is an entry itself."""

from __future__ import annotations

import json
from collections.abc import Iterator

from accounts.access import Access
from accounts.domain.audit_kinds import kind_of
from accounts.selectors.audit import AuditFilter, audit_list
from accounts.services.audit.trail import audit_record
from idp_project.core.tenancy import organization_scope

_STEP = 500
HEAD = ["number", "at", "who", "kind", "action", "object", "object id", "details", "mac"]


def audit_export(access: Access, audit_filter: AuditFilter) -> Iterator[list[str]]:
    """Lines of the entries that fit, the newest first, head line first; read in steps, never all in memory.

    Raises Forbidden where the asker may not see the trail. Call it outside any transaction (`opens_own_scopes`).
    """
    with organization_scope(access.required_organization_id):
        audit_list(access, audit_filter)
        audit_record(access, "audit_exported", details=audit_filter.as_details())
    return _lines(access, audit_filter)


def _lines(access: Access, audit_filter: AuditFilter) -> Iterator[list[str]]:
    yield HEAD
    before: int | None = None
    while True:
        with organization_scope(access.required_organization_id):
            entries = audit_list(access, audit_filter)
            chosen = list((entries.filter(number__lt=before) if before else entries)[:_STEP])
        for entry in chosen:
            yield [
                str(entry.number),
                entry.at.isoformat(),
                entry.actor_name,
                kind_of(entry.action).value,
                entry.action,
                entry.object_kind,
                entry.object_id,
                json.dumps(entry.details, sort_keys=True) if entry.details else "",
                entry.mac,
            ]
        if len(chosen) < _STEP:
            return
        before = chosen[-1].number
