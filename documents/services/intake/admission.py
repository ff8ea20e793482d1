"""Admission: how many documents of an organisation are at work at once.

Jobs exist for admitted documents only, so one organisation's thousand uploads never stand in front of another's one, and
Redis stays small. Who waits is a fact in PostgreSQL: an emptied Redis changes nothing.
"""

from __future__ import annotations

from uuid import UUID

from django.conf import settings

from documents import queries
from idp_project.core.enqueue import enqueue
from idp_project.core.job_names import JobName
from idp_project.core.tenancy import organization_scope, system_scope


def documents_admit(organization_id: UUID) -> int:
    """Begins waiting documents of an organisation while it has places; returns their number. Inside its tenancy scope."""
    admitted = queries.fetch_all(
        "runs_admit",
        organization_id=organization_id,
        places=settings.DOCUMENTS_AT_ONCE,
        wake_up_seconds=settings.WAKE_UP_SECONDS,
    )
    for row in admitted:
        enqueue(JobName.DOCUMENT_ADVANCE, organization_id=organization_id, document_id=row["document_id"])
    return len(admitted)


def documents_admit_everywhere() -> int:
    """For the clock: what a lost moment left waiting."""
    with system_scope("reconciler: documents that wait for their turn"):
        rows = queries.fetch_all("tenants_with_waiting_runs")
    admitted = 0
    for row in rows:
        with organization_scope(row["organization_id"]):
            admitted += documents_admit(row["organization_id"])
    return admitted
