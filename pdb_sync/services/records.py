"""Reading records for people, with the audit entries that go with it."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from accounts.access import Access
from accounts.services.audit.trail import audit_record, audit_record_once
from pdb_sync.domain.record_filter import RecordFilter
from pdb_sync.selectors import RecordDetail, record_export, record_get_for


def record_open(access: Access, record_id: UUID) -> RecordDetail:
    """`record_get_for`, noted as a look once an hour."""
    detail = record_get_for(access, record_id)
    audit_record_once(access, "record_seen", object_kind="record", object_id=record_id)
    return detail


def records_export(access: Access, record_filter: RecordFilter) -> Iterator[list[str]]:
    """`record_export`, noted with what was asked for."""
    lines = record_export(access, record_filter)
    details = {name: str(value) for name, value in record_filter.as_arguments().items() if value}
    audit_record(access, "records_exported", object_kind="record", details=details)
    return lines
