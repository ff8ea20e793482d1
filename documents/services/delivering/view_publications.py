"""Requests for typed views: asked for with every published version, ended by the publisher of the production database."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from documents.models import ViewPublication, ViewPublicationStatus
from idp_project.core.backoff import backoff_seconds
from idp_project.core.reasons import Reason
from idp_project.core.tenancy import organization_scope

_LONGEST_PAUSE_SECONDS = 300


def view_publication_request(organization_id: UUID, schema_version_id: UUID) -> bool:
    """Asks for the views of a version, or again for views that have gone; whether that is new.

    A request that waits or has failed for good stays as it is.
    """
    with organization_scope(organization_id):
        _, is_new = ViewPublication.objects.get_or_create(
            schema_version_id=schema_version_id, defaults={"organization_id": organization_id}
        )
        published = ViewPublication.objects.filter(
            schema_version_id=schema_version_id, status=ViewPublicationStatus.PUBLISHED
        )
        return is_new or bool(
            published.update(
                status=ViewPublicationStatus.WAITING,
                requested_at=timezone.now(),
                attempts=0,
                not_before=None,
                published_at=None,
            )
        )


def view_publication_finish(organization_id: UUID, publication_id: UUID) -> None:
    """The views stand."""
    _end(
        organization_id,
        publication_id,
        status=ViewPublicationStatus.PUBLISHED,
        reason=None,
        published_at=timezone.now(),
    )


def view_publication_fail(organization_id: UUID, publication_id: UUID, reason: Reason) -> None:
    """No views can be made of this version, ever."""
    _end(organization_id, publication_id, status=ViewPublicationStatus.FAILED, reason=reason)


def view_publication_postpone(organization_id: UUID, publication_id: UUID, reason: Reason) -> None:
    """It waits on, with the reason, for a pause that grows to five minutes."""
    with organization_scope(organization_id):
        attempts = ViewPublication.objects.filter(id=publication_id).values_list("attempts", flat=True).first() or 0
        pause = timedelta(seconds=backoff_seconds(attempts, most=_LONGEST_PAUSE_SECONDS))
        _end(organization_id, publication_id, reason=reason, not_before=timezone.now() + pause)


def _end(organization_id: UUID, publication_id: UUID, **values: object) -> None:
    with organization_scope(organization_id):
        waiting = ViewPublication.objects.filter(id=publication_id, status=ViewPublicationStatus.WAITING)
        waiting.update(attempts=F("attempts") + 1, **values)
