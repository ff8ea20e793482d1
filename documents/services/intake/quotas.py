"""Quotas of an organisation: bytes of files kept, pages a month. An empty one limits nothing."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from accounts.models import Organization
from documents import queries
from documents.domain.refusals import PAGE_QUOTA_REACHED, PAGE_QUOTA_TOO_SMALL, STORAGE_QUOTA_REACHED
from documents.selectors.usage import month_now, pages_of_month, stored_bytes
from idp_project.core.errors import IdpError, PermanentFailure, TooLarge

PAGE_QUOTA = "page_quota_reached"


class PageQuotaReached(IdpError):
    """No further page is processed this month."""

    code = PAGE_QUOTA
    http_status = HTTPStatus.TOO_MANY_REQUESTS


def quotas_check(organization_id: UUID, *, more_bytes: int) -> None:
    """Raises TooLarge if the bytes do not fit, PageQuotaReached if the month is full; call it before receiving them."""
    quota = Organization.objects.values("max_stored_bytes", "max_pages_a_month").get(id=organization_id)
    _check_bytes(organization_id, quota["max_stored_bytes"], more_bytes)
    most_pages = quota["max_pages_a_month"]
    if most_pages is not None and (pages := pages_of_month(organization_id)) >= most_pages:
        raise PageQuotaReached(PAGE_QUOTA_REACHED(most=most_pages, pages=pages))


def room_take(organization_id: UUID, *, more_bytes: int) -> None:
    """Call before adding this many bytes in a transaction; where bytes are limited, others that add some wait for its end.

    Raises TooLarge. Without the wait two at once would both take the last room.
    """
    limited = Organization.objects.filter(id=organization_id, max_stored_bytes__isnull=False)
    if organization := limited.select_for_update(no_key=True).first():
        _check_bytes(organization_id, organization.max_stored_bytes, more_bytes)


def pages_charge(organization_id: UUID, pages: int) -> None:
    """Counts the pages of a document that was split. Raises PermanentFailure where the month has no room for all of them."""
    charged = queries.run("pages_charge", organization_id=organization_id, month=month_now(), pages=pages)
    if not charged:
        most = Organization.objects.values_list("max_pages_a_month", flat=True).get(id=organization_id)
        used = pages_of_month(organization_id)
        raise PermanentFailure(PAGE_QUOTA_TOO_SMALL(pages=pages, used=used, most=most), code=PAGE_QUOTA)


def _check_bytes(organization_id: UUID, most: int | None, more: int) -> None:
    if most is None or not more:
        return
    kept = stored_bytes(organization_id)
    if kept + more > most:
        raise TooLarge(STORAGE_QUOTA_REACHED(kept=kept, most=most, more=more), code="storage_quota_reached")
