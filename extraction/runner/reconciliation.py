"""The reconciler: wakes up what lost its wake-up. PostgreSQL says what should run; Redis may have forgotten it."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from redis import Redis

from documents.models import Run
from documents.services.intake.admission import documents_admit_everywhere
from documents.services.locks import runs_lock
from extraction import queries
from idp_project.core.enqueue import enqueue
from idp_project.core.job_names import JobName
from idp_project.core.tenancy import system_scope

logger = logging.getLogger(__name__)
_MOST = 500


def reconcile() -> int:
    """Enqueues every document whose wake-up may be lost; returns their number."""
    _look_at_everything_after_a_flush()
    with system_scope("reconciler"):
        documents = queries.fetch_all("runs_to_wake", most=_MOST)
        check_at = timezone.now() + timedelta(seconds=settings.WAKE_UP_SECONDS)
        ids = [row["document_id"] for row in documents]
        free = runs_lock(document_id__in=ids, skip_locked=True)  # the others are looked at this moment
        Run.objects.filter(document_id__in=free).update(next_check_at=check_at)
        for row in documents:
            enqueue(JobName.DOCUMENT_ADVANCE, organization_id=row["organization_id"], document_id=row["document_id"])
    return len(documents) + documents_admit_everywhere()


def _look_at_everything_after_a_flush() -> None:
    """A key that only this function sets: where it is gone, Redis was emptied and every open run is looked at now."""
    connection = Redis.from_url(settings.REDIS_URL, socket_timeout=5)
    if connection.set(f"{settings.REDIS_PREFIX}:reconciled", "1", nx=True):
        with system_scope("reconciler after an empty Redis"):
            queries.run("runs_check_all_now")
