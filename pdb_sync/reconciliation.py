"""Comparing what was approved with what stands in the production database, by count and hash, an organisation at a time.

1. A chunk of sub-documents: the newest event of each here, its record there. 2. What differs is read once more, so that
nothing that moved meanwhile is taken for a difference. 3. What is missing, older or changed is delivered again; newer or
unknown records are named and left alone. Nothing is ever deleted, and no transaction is open over both databases.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.db.models import F
from django.db.models.functions import Greatest

from documents.models import SubDocument
from documents.models.approval import EventKind
from documents.selectors.approved import NewestEvent, earlier_events_of, newest_event_of, newest_events
from documents.selectors.sensitive import sensitive_paths_now
from idp_project.core.errors import PermanentFailure
from idp_project.core.tenancy import organization_scope
from pdb_sync import queries
from pdb_sync.domain.record_digest import Places, added, differing, digest, places_approved, places_recorded
from pdb_sync.models import DifferenceKind

logger = logging.getLogger(__name__)
CHUNK = 200
_REPAIRED = (DifferenceKind.MISSING, DifferenceKind.BEHIND, DifferenceKind.CHANGED)


@dataclass(frozen=True)
class Difference:
    """See `ReconciliationDifference`."""

    sub_document_id: UUID
    schema_key: str
    file_name: str
    kind: DifferenceKind
    places: tuple[str, ...]
    approved_version: int | None
    recorded_version: int | None
    is_repaired: bool = False


@dataclass
class Chunk:
    """The result of one chunk. `last` is None where nothing comes after it."""

    last: UUID | None
    schemas: dict[str, dict[str, Any]] = field(default_factory=dict)
    unsettled: int = 0
    differences: list[Difference] = field(default_factory=list)

    def count(self, side: str, schema_key: str, sub_document_id: UUID, places: Places) -> None:
        totals = self.schemas.setdefault(schema_key, dict(NOTHING))
        totals[side] += 1
        totals[f"{side}_hash"] = added(totals[f"{side}_hash"], digest(sub_document_id, places))


NOTHING = {"approved": 0, "recorded": 0, "approved_hash": "0" * 16, "recorded_hash": "0" * 16}


def chunk_compare(organization_id: UUID, after: UUID | None, *, is_dry: bool) -> Chunk:
    """Compares the next chunk and repairs it, unless it is a dry run. Raises TransientFailure where the database is away."""
    with organization_scope(organization_id):
        events = newest_events(organization_id, after=after, limit=CHUNK)
    last = events[-1].sub_document_id if len(events) == CHUNK else None
    chunk = Chunk(last)
    by_id = {event.sub_document_id: event for event in events}
    known = set()
    for record in _records(organization_id, after, last):
        known.add(record["sub_document_id"])
        _compare(chunk, organization_id, by_id.get(record["sub_document_id"]), record, is_dry=is_dry)
    for event in events:
        if event.sub_document_id not in known:
            _compare(chunk, organization_id, event, None, is_dry=is_dry)
    return chunk


def _records(organization_id: UUID, after: UUID | None, until: UUID | None) -> Iterator[dict[str, Any]]:
    while True:
        rows = queries.fetch_all(
            organization_id,
            "records_between",
            organization_id=organization_id,
            after=after,
            until=until,
            row_limit=CHUNK,
        )
        yield from rows
        if len(rows) < CHUNK:
            return
        after = rows[-1]["sub_document_id"]


def _compare(
    chunk: Chunk, organization_id: UUID, event: NewestEvent | None, record: dict[str, Any] | None, *, is_dry: bool
) -> None:
    sub_document_id = event.sub_document_id if event else record["sub_document_id"]  # type: ignore[index]
    if not _is_alike(event, record):
        event, record = _again(organization_id, sub_document_id)
    if event is not None and not event.is_settled:
        chunk.unsettled += 1
        return
    kind = None if _is_alike(event, record) else _kind(event, record)
    if kind is not None:
        found = _difference(sub_document_id, kind, event, record)
        if not is_dry and event is not None:
            found, record = _repaired(organization_id, found, event, record)
        chunk.differences.append(found)
    approved, recorded = _approved(event), _recorded(record)
    if approved is not None and event is not None:
        chunk.count("approved", event.payload["schema_key"], sub_document_id, approved)
    if recorded is not None and record is not None:
        chunk.count("recorded", record["schema_key"], sub_document_id, recorded)


def _again(organization_id: UUID, sub_document_id: UUID) -> tuple[NewestEvent | None, dict[str, Any] | None]:
    """Event and record of one moment: the event is read before and after. Unsettled where it has changed in between."""
    before = _event(organization_id, sub_document_id)
    record = _record(organization_id, sub_document_id)
    after = _event(organization_id, sub_document_id)
    if before != after and after is not None:
        return replace(after, is_settled=False), record
    return after, record


def _event(organization_id: UUID, sub_document_id: UUID) -> NewestEvent | None:
    with organization_scope(organization_id):
        return newest_event_of(organization_id, sub_document_id)


def _record(organization_id: UUID, sub_document_id: UUID) -> dict[str, Any] | None:
    before = UUID(int=sub_document_id.int - 1)
    arguments = {"organization_id": organization_id, "after": before, "until": sub_document_id, "row_limit": 1}
    return next(iter(queries.fetch_all(organization_id, "records_between", **arguments)), None)


def _is_alike(event: NewestEvent | None, record: dict[str, Any] | None) -> bool:
    return _approved(event) == _recorded(record)


def _approved(event: NewestEvent | None) -> Places | None:
    """None where nothing should stand there."""
    if event is None or event.kind == EventKind.DELETED:
        return None
    try:
        return places_approved(event.content, is_withdrawn=event.kind == EventKind.WITHDRAWN)
    except (PermanentFailure, KeyError, TypeError, ValueError):  # a discarded delivery's: it never was there
        return None


def _recorded(record: dict[str, Any] | None) -> Places | None:
    return None if record is None or record["is_deleted"] else places_recorded(record)


def _kind(event: NewestEvent | None, record: dict[str, Any] | None) -> DifferenceKind:
    if event is None:
        return DifferenceKind.EXTRA
    if record is None:
        return DifferenceKind.MISSING
    if record["version"] == event.sequence:
        return DifferenceKind.CHANGED
    return DifferenceKind.BEHIND if record["version"] < event.sequence else DifferenceKind.AHEAD


def _difference(
    sub_document_id: UUID, kind: DifferenceKind, event: NewestEvent | None, record: dict[str, Any] | None
) -> Difference:
    shown = record or (event.payload if event else {})
    places = differing(_approved(event) or {}, _recorded(record) or {}) if kind is DifferenceKind.CHANGED else []
    return Difference(
        sub_document_id=sub_document_id,
        schema_key=shown["schema_key"],
        file_name=shown["file_name"],
        kind=kind,
        places=tuple(places),
        approved_version=event.sequence if event else None,
        recorded_version=record["version"] if record else None,
    )


def _repaired(
    organization_id: UUID, found: Difference, event: NewestEvent, record: dict[str, Any] | None
) -> tuple[Difference, dict[str, Any] | None]:
    """What stands there afterwards, and whether that is right now."""
    if found.kind in _REPAIRED:
        try:
            _deliver_again(organization_id, event)
        except PermanentFailure as error:
            logger.warning("%s cannot be delivered again: %s", found.sub_document_id, error)
        record = _record(organization_id, found.sub_document_id)
        return replace(found, is_repaired=_is_alike(event, record)), record
    if found.kind is DifferenceKind.AHEAD and found.recorded_version is not None:
        _continue_after(organization_id, found.sub_document_id, found.recorded_version)
    return found, record


def _deliver_again(organization_id: UUID, newest: NewestEvent) -> None:
    """Every event once more, which its receipt makes harmless; then the newest, receipt or not, over its own version."""
    with organization_scope(organization_id):
        events = [*earlier_events_of(newest), newest]
        closed = [sensitive_paths_now(organization_id, event.content) for event in events]
    for event, paths in zip(events, closed, strict=True):
        queries.pdb_record_apply(event.event_id, event.kind, event.content, closed=paths, is_repair=event is newest)


def _continue_after(organization_id: UUID, sub_document_id: UUID, version: int) -> None:
    """The next version approved here is newer than what stands there: nothing that is ahead is ever overwritten."""
    with organization_scope(organization_id):
        SubDocument.objects.filter(id=sub_document_id).update(
            approved_version_number=Greatest(F("approved_version_number"), version)
        )
