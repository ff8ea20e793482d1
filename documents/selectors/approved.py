"""What was approved, for comparing it with what a consumer has. For jobs: inside an organisation's tenancy scope."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from documents import queries
from documents.domain.approved import ApprovedContent
from documents.models import Event


@dataclass(frozen=True)
class NewestEvent:
    """The newest event of one sub-document. `is_settled`: the production database has taken all of its events over."""

    sub_document_id: UUID
    event_id: UUID
    kind: str
    sequence: int
    payload: dict[str, Any]
    is_settled: bool

    @property
    def content(self) -> ApprovedContent:
        return ApprovedContent.from_dict(self.payload)


def newest_events(organization_id: UUID, *, after: UUID | None, limit: int) -> list[NewestEvent]:
    """Of the sub-documents after `after`, in order of their ids."""
    rows = queries.fetch_all("newest_events", organization_id=organization_id, after=after, only=None, row_limit=limit)
    return [NewestEvent(**row) for row in rows]


def newest_event_of(organization_id: UUID, sub_document_id: UUID) -> NewestEvent | None:
    """None where nothing of it was ever approved here."""
    rows = queries.fetch_all(
        "newest_events", organization_id=organization_id, after=None, only=sub_document_id, row_limit=1
    )
    return NewestEvent(**rows[0]) if rows else None


def earlier_events_of(newest: NewestEvent) -> list[NewestEvent]:
    """Those of the same sub-document before it, in the order in which they happened; not what was erased meanwhile."""
    earlier = Event.objects.filter(sub_document_id=newest.sub_document_id, sequence__lt=newest.sequence)
    rows = earlier.exclude(payload={}).order_by("sequence").values_list("id", "kind", "sequence", "payload")
    return [
        replace(newest, event_id=event_id, kind=kind, sequence=sequence, payload=payload)
        for event_id, kind, sequence, payload in rows
    ]
