"""Who looked at what: opened to an auditor who says why, and that they did is an entry itself."""

from __future__ import annotations

from accounts.access import Access
from accounts.selectors.audit import AuditFilter
from accounts.services.audit.trail import audit_record


def seen_entries_open(access: Access, audit_filter: AuditFilter) -> None:
    """Records the purpose and the filters with which they were opened; nothing where no purpose was given."""
    if audit_filter.purpose:
        audit_record(access, "seen_entries_opened", details=audit_filter.as_details())
