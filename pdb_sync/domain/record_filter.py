"""What a list of records is narrowed to, and where its next page starts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Self
from uuid import UUID

from idp_project.core.storable import day_after


@dataclass(frozen=True)
class RecordFilter:
    """Empty values do not narrow. Days are approval days in UTC, both included; withdrawn records only on request."""

    schema_key: str = ""
    team_id: UUID | None = None
    approved_from: date | None = None
    approved_to: date | None = None
    has_withdrawn: bool = False

    @property
    def is_empty(self) -> bool:
        return self == RecordFilter()

    def as_arguments(self) -> dict[str, Any]:
        """For `record_list`."""
        return {
            "schema_key": self.schema_key,
            "team_id": self.team_id,
            "approved_from": _midnight(self.approved_from),
            "approved_before": _midnight(day_after(self.approved_to)),
            "has_withdrawn": self.has_withdrawn,
        }


@dataclass(frozen=True)
class PageStart:
    """The last row of the page before: lists go on after it, whatever has been added meanwhile."""

    approved_at: datetime
    record_id: UUID

    def to_text(self) -> str:
        return f"{self.approved_at.isoformat()}~{self.record_id}"

    @classmethod
    def from_text(cls, text: str) -> Self | None:
        """None for an empty or a malformed text: the list then starts at its beginning."""
        moment, _, key = text.partition("~")
        try:
            start = cls(datetime.fromisoformat(moment), UUID(key))
        except ValueError:
            return None
        return start if start.approved_at.tzinfo else None


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time.min, UTC) if day else None
