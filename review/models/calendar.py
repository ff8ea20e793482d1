"""The organisation's working days: which days of the week, until when, and its holidays."""

from __future__ import annotations

from datetime import time

from django.db import models

from documents.models.tenant import TenantModel

WEEKDAYS = (0, 1, 2, 3, 4)


def _weekdays() -> list[int]:
    return list(WEEKDAYS)


class WorkCalendar(TenantModel):
    """One of an organisation; without one, Monday to Friday until 17:00. `mailed_on`: the day of the last morning mail."""

    weekdays = models.JSONField(default=_weekdays)
    ends = models.TimeField(default=time(17))
    mailed_on = models.DateField(null=True, blank=True, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization"], name="work_calendar_once")]

    def __str__(self) -> str:
        return f"calendar of {self.organization_id}"


class Holiday(TenantModel):
    """A day on which nobody works."""

    day = models.DateField()
    name = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["organization", "day"], name="holiday_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.name}".strip()
