"""Deadlines: which printed date sets one, and how it is counted in the organisation's working days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Self
from zoneinfo import ZoneInfo

_FAR = 366 * 5  # days searched for a working day; a calendar without any is refused


class DeadlineSource(StrEnum):
    """Where a deadline comes from. TERMS is a time that is written out: “within two weeks of receipt”."""

    DUE_DATE = "due_date"
    DISCOUNT_DATE = "discount_date"
    TERMS = "terms"
    RECEIVED = "received"
    ISSUE_DATE = "issue_date"


@dataclass(frozen=True)
class DeadlineRule:
    """The deadline is `days` after that date (below zero: before it), in working days or, where `is_working` is off, in
    calendar days."""

    source: DeadlineSource
    days: int = 0
    is_working: bool = True

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Raises ValueError, KeyError and TypeError for what it cannot read."""
        days = int(data["days"])
        if not -MOST_DAYS <= days <= MOST_DAYS:
            raise ValueError(days)
        return cls(DeadlineSource(data["source"]), days, bool(data.get("is_working", True)))

    def to_dict(self) -> dict[str, Any]:
        return {**asdict(self), "source": self.source.value}


MOST_DAYS = 366
DEFAULT_RULES = (
    DeadlineRule(DeadlineSource.DUE_DATE, -2),
    DeadlineRule(DeadlineSource.DISCOUNT_DATE, -1),
    DeadlineRule(DeadlineSource.TERMS, 0),
)
DEFAULT_WORKING_DAYS = 1


@dataclass(frozen=True)
class WorkingDays:
    """The organisation's calendar. `weekdays`: 0 is Monday; `ends` is when a working day ends, in `zone`."""

    weekdays: frozenset[int] = frozenset(range(5))
    holidays: frozenset[date] = frozenset()
    ends: time = time(17)
    zone: str = "UTC"

    def is_working(self, day: date) -> bool:
        return day.weekday() in self.weekdays and day not in self.holidays

    def on_or_before(self, day: date) -> date:
        """The last working day that is not after it: what is due on a Sunday has to be done on Friday."""
        return self._search(day, -1)

    def on_or_after(self, day: date) -> date:
        """The first working day that is not before it."""
        return self._search(day, 1)

    def shifted(self, day: date, days: int) -> date:
        """That many working days later, or earlier; of a day off, counted from the working day before it."""
        step = 1 if days > 0 else -1
        found = self.on_or_before(day)
        for _ in range(abs(days)):
            found = self._search(found + timedelta(days=step), step)
        return found

    def end_of(self, day: date) -> datetime:
        """When work ends on that day."""
        return datetime.combine(day, self.ends, ZoneInfo(self.zone))

    def day_of(self, moment: datetime) -> date:
        """The day that a moment is on, where the organisation is."""
        return moment.astimezone(ZoneInfo(self.zone)).date()

    def first_end(self, moment: datetime, days: int = 0) -> datetime:
        """End of the working day at or after `moment`, plus `days` working days."""
        day = self.on_or_after(self.day_of(moment))
        if moment >= self.end_of(day):
            day = self.on_or_after(day + timedelta(days=1))
        return self.end_of(self.shifted(day, days))

    def _search(self, day: date, step: int) -> date:
        for distance in range(_FAR):
            found = day + timedelta(days=step * distance)
            if self.is_working(found):
                return found
        return day


@dataclass(frozen=True)
class Deadline:
    """`at`, and what sets it: the source and its date; both are empty if no printed date does."""

    at: datetime
    source: DeadlineSource | None = None
    day: date | None = None


def deadline_of(
    rules: Sequence[DeadlineRule],
    dates: Mapping[DeadlineSource, date],
    calendar: WorkingDays,
    *,
    arrived_at: datetime,
    opened_at: datetime,
    working_days: int,
) -> Deadline:
    """The earliest that the rules make of the dates, else `working_days` after the arrival.

    That may be over when somebody first has to decide (`opened_at`): then the end of that working day is the deadline, never a
    day gone by.
    """
    earliest = calendar.first_end(opened_at)
    found = [(_shifted(rule, dates[rule.source], calendar), rule.source) for rule in rules if dates.get(rule.source)]
    if not found:
        return Deadline(max(calendar.first_end(arrived_at, working_days), earliest))
    day, source = min(found, key=lambda one: one[0])
    return Deadline(max(calendar.end_of(day), earliest), source, dates[source])


def _shifted(rule: DeadlineRule, day: date, calendar: WorkingDays) -> date:
    if rule.is_working:
        return calendar.shifted(day, rule.days)
    return calendar.on_or_before(day + timedelta(days=rule.days))
