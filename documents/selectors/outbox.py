"""Deliveries of the outbox: which are due, which wait for others, what a receiver refused.

The caller has passed a door, or runs inside a job.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import BooleanField, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from documents.domain.reasons import ON_ITS_WAY, WAITS_FOR_APPROVAL, WAITS_FOR_DEAD, WAITS_FOR_EARLIER
from documents.models import Delivery
from documents.models.approval import UNFINISHED_DELIVERIES, DeliveryStatus
from idp_project.core import leases
from idp_project.core.reasons import Reason


def deliveries_due(consumer: str, *, limit: int = 100) -> list[Delivery]:
    """Deliveries that should be on their way: due, or left behind by a relay that lost its lease. Oldest first; what waits
    for one that is not due is left out, so that no document fills the list for the others.
    """
    pending, delivering = Q(status=DeliveryStatus.PENDING), Q(status=DeliveryStatus.DELIVERING)
    due, lapsed = pending & leases.is_due(), delivering & leases.is_lapsed()
    later = pending & ~leases.is_due() | delivering & ~leases.is_lapsed()
    ahead = _ahead_of(OuterRef("document_id"), OuterRef("consumer"), OuterRef("document_sequence"))
    is_held_up = ExpressionWrapper(later | Q(status=DeliveryStatus.DEAD), BooleanField())
    first = Subquery(ahead.order_by("document_sequence").values(held=is_held_up)[:1])  # no other has been tried
    found = Delivery.objects.filter(due | lapsed, ~Coalesce(first, False), consumer=consumer)
    return list(found.order_by("created_at", "document_sequence")[:limit])


def deliveries_ahead(delivery: Delivery) -> QuerySet[Delivery]:
    """What its consumer has to be done with first: of earlier events of its document; dead ones too. In their order."""
    rows = _ahead_of(delivery.document_id, delivery.consumer, delivery.document_sequence)
    return rows.order_by("document_sequence")


def deliveries_behind(delivery: Delivery) -> QuerySet[Delivery]:
    """What is sent to its consumer only after it, in that order."""
    rows = _unfinished(delivery.document_id, delivery.consumer)
    return rows.filter(document_sequence__gt=delivery.document_sequence).order_by("document_sequence")


def _ahead_of(document_id: Any, consumer: Any, document_sequence: Any) -> QuerySet[Delivery]:
    return _unfinished(document_id, consumer).filter(document_sequence__lt=document_sequence)


def _unfinished(document_id: Any, consumer: Any) -> QuerySet[Delivery]:
    return Delivery.objects.filter(document_id=document_id, consumer=consumer, status__in=UNFINISHED_DELIVERIES)


def delivery_state_of(sub_document_id: UUID, consumer: str) -> tuple[bool, Reason | None]:
    """`(is delivered, why not)` for the newest event of a sub-document."""
    delivery = (
        Delivery.objects.filter(event__sub_document_id=sub_document_id, consumer=consumer)
        .order_by("-event__sequence")
        .first()
    )
    if delivery is None:
        return False, WAITS_FOR_APPROVAL()
    if delivery.status == DeliveryStatus.DELIVERED:
        return True, None
    if first := deliveries_ahead(delivery).first():
        return False, WAITS_FOR_DEAD() if first.status == DeliveryStatus.DEAD else WAITS_FOR_EARLIER()
    return False, delivery.error or ON_ITS_WAY()


def refusal_of(document_id: UUID) -> Reason | None:
    """Why a receiver refused what was approved of the document, where it lies among the dead letters; else None."""
    dead = Delivery.objects.filter(document_id=document_id, status=DeliveryStatus.DEAD)
    return dead.values_list("error", flat=True).first()
