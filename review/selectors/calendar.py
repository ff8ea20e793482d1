"""The organisation's working days as its deadlines count them."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from accounts.access import Access
from accounts.models import Organization
from accounts.selectors.organization import organization_managed_by
from documents.domain.deadline_rules import WorkingDays
from review.models import Holiday, WorkCalendar


def working_days_of(organization_id: UUID) -> WorkingDays:
    """For deadlines and mails; Monday to Friday where nobody has set anything."""
    calendar = WorkCalendar.objects.filter(organization_id=organization_id).first()
    holidays = frozenset(Holiday.objects.filter(organization_id=organization_id).values_list("day", flat=True))
    zone = Organization.objects.values_list("time_zone", flat=True).get(id=organization_id) or settings.TIME_ZONE
    if calendar is None:
        return WorkingDays(holidays=holidays, zone=zone)
    return WorkingDays(frozenset(calendar.weekdays), holidays, calendar.ends, zone)


def calendar_managed_by(access: Access) -> WorkCalendar:
    """The calendar of the asker's organisation; unsaved if nobody has set one. For org admins."""
    organization = organization_managed_by(access)
    found = WorkCalendar.objects.filter(organization=organization).first()
    return found or WorkCalendar(organization=organization)


def holidays_managed_by(access: Access) -> QuerySet[Holiday]:
    """For org admins, by day."""
    return Holiday.objects.filter(organization=organization_managed_by(access))
