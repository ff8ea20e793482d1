"""Requests for typed views, for the publisher."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from documents.models import ViewPublication, ViewPublicationStatus

_AT_ONCE = 100


def view_publications_due() -> list[tuple[UUID, UUID, UUID]]:
    """`(organization, request, schema version)` of what waits and whose time has come, the oldest first. In a system scope."""
    is_due = Q(not_before=None) | Q(not_before__lte=timezone.now())
    waiting = ViewPublication.objects.filter(is_due, status=ViewPublicationStatus.WAITING).order_by("requested_at")
    return list(waiting.values_list("organization_id", "id", "schema_version_id")[:_AT_ONCE])
