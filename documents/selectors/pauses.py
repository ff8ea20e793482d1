"""Pauses that hold an organisation or a queue. Inside the tenancy scope."""

from __future__ import annotations

from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet

from documents.models import Pause
from idp_project.core.job_names import DOCUMENT_QUEUES


def is_paused(organization_id: UUID, queue: str) -> bool:
    """Whether no further step may begin, of that organisation or in that queue. Inside the tenancy scope."""
    return Pause.objects.filter(Q(organization_id=organization_id) | Q(queue=queue)).exists()


def pauses_of(organization_id: UUID | OuterRef) -> QuerySet[Pause]:
    """What holds the organisation's documents: its own pause first, then those of queues. Inside the tenancy scope."""
    holding = Q(organization_id=organization_id) | Q(queue__in=DOCUMENT_QUEUES)
    return Pause.objects.filter(holding).order_by("queue")
