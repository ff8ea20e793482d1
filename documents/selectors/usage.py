"""What an organisation uses of what it may."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone

from accounts.access import Access
from accounts.selectors.organization import organization_managed_by
from documents import queries
from documents.models import PageUse


def organization_use(access: Access) -> dict[str, Any]:
    """For org admins: bytes kept and pages of this month, each with its quota (None: no limit)."""
    organization = organization_managed_by(access)
    return {
        "stored_bytes": stored_bytes(organization.id),
        "max_stored_bytes": organization.max_stored_bytes,
        "month": month_now(),
        "pages": pages_of_month(organization.id),
        "max_pages_a_month": organization.max_pages_a_month,
    }


def stored_bytes(organization_id: UUID) -> int:
    """Of originals, of the PDFs made of them, and of files that are coming in with the size that was declared."""
    (row,) = queries.fetch_all("stored_bytes", organization_id=organization_id)
    return int(row["bytes"])


def pages_of_month(organization_id: UUID) -> int:
    """Pages that were split since the month began."""
    used = PageUse.objects.filter(organization_id=organization_id, month=month_now())
    return used.values_list("pages", flat=True).first() or 0


def month_now() -> date:
    """The first day of the month, by the system's time zone."""
    return timezone.localdate().replace(day=1)
