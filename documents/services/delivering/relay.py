"""The relay of the outbox, the same for every consumer. At least once from here, once there.

1. Claim: a lease with a fencing token, committed. 2. Apply: the consumer's, outside any transaction of ours. 3. Acknowledge:
committed here. Dying between 2 and 3 repeats all three; consumers promise that applying twice is idempotent.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.db.models.functions import Now

from documents.domain.reasons import UNEXPECTED_ERROR
from documents.models import Delivery
from documents.models.approval import DeliveryStatus
from documents.selectors.outbox import deliveries_due
from documents.services.delivering.deliveries import (
    ClaimedDelivery,
    delivery_acknowledge,
    delivery_claim,
    delivery_fail,
)
from idp_project.core.errors import IdpError, LeaseLost
from idp_project.core.logs import log_scope
from idp_project.core.tenancy import organization_scope, system_scope

logger = logging.getLogger(__name__)
MOST_UNEXPECTED_ATTEMPTS = 10  # of errors that are neither an outage nor the content's fault; outages never count out
SWEEP_SECONDS = 45.0


class DeliveryOutcome(StrEnum):
    """Of one attempt. `not_due`: taken, done, dead, not yet due, or behind an earlier event of its document.

    `outage`: the consumer is away (or was a moment ago, and another delivery waits to try it again).
    """

    DELIVERED = "delivered"
    NOT_DUE = "not_due"
    POSTPONED = "postponed"
    OUTAGE = "outage"
    DEAD = "dead"


@dataclass(frozen=True)
class Consumer:
    """Who takes deliveries. `apply` takes one over: idempotent, raises an IdpError where it cannot.

    While a delivery backs off from `outage_code`, patient ones do not try: a hanging server would otherwise hold every
    worker for its time-out, one delivery after the other.
    """

    name: str
    apply: Callable[[ClaimedDelivery], object]
    outage_code: str = ""


def delivery_attempt(
    consumer: Consumer, delivery_id: UUID, organization_id: UUID, *, is_patient: bool = True
) -> DeliveryOutcome:
    """Attempts one delivery. Never raises for an outage or bad content: those are on the delivery row."""
    with log_scope(organization_id=organization_id, delivery_id=delivery_id):
        return _attempt(consumer, delivery_id, organization_id, is_patient=is_patient)


def _attempt(consumer: Consumer, delivery_id: UUID, organization_id: UUID, *, is_patient: bool) -> DeliveryOutcome:
    with organization_scope(organization_id):
        if is_patient and _is_backing_off(consumer):
            return DeliveryOutcome.OUTAGE
        claimed = delivery_claim(delivery_id, consumer.name)
    if claimed is None:
        return DeliveryOutcome.NOT_DUE
    try:
        outcome = consumer.apply(claimed)
    except Exception as error:
        return _give_back(consumer, claimed, error)
    logger.info("delivery %s to %s: %s", delivery_id, consumer.name, outcome)
    try:
        with organization_scope(organization_id):
            delivery_acknowledge(claimed.id, claimed.lease_token)
    except LeaseLost:
        logger.info("delivery %s went to another relay; its repeat is harmless", delivery_id)
        return DeliveryOutcome.NOT_DUE
    return DeliveryOutcome.DELIVERED


def deliveries_relay_due(consumer: Consumer, limit: int = 1000) -> dict[str, int]:
    """Attempts every due delivery of every organisation, for at most 45 s; returns how many had which outcome.

    For the clock: it repeats what a lost job left behind. Stops at the second outage in a row: all others would meet
    it as well.
    """
    with system_scope("relay: find due deliveries"):
        deliveries = deliveries_due(consumer.name, limit=limit)
        due = [(delivery.id, delivery.organization_id) for delivery in deliveries]
    counts = dict.fromkeys(DeliveryOutcome, 0)
    deadline, outages = time.monotonic() + SWEEP_SECONDS, 0
    for delivery_id, organization_id in due:
        outcome = delivery_attempt(consumer, delivery_id, organization_id, is_patient=False)
        counts[outcome] += 1
        outages = outages + 1 if outcome is DeliveryOutcome.OUTAGE else 0
        if outages == 2 or time.monotonic() > deadline:
            break
    return {outcome.value: count for outcome, count in counts.items()}


def _is_backing_off(consumer: Consumer) -> bool:
    if not consumer.outage_code:
        return False
    return Delivery.objects.filter(
        consumer=consumer.name,
        status=DeliveryStatus.PENDING,
        error_code=consumer.outage_code,
        not_before__gt=Now(),
    ).exists()


def _give_back(consumer: Consumer, claimed: ClaimedDelivery, error: Exception) -> DeliveryOutcome:
    """Writes the failure on the delivery: dead with its reason, or pending again with a back-off."""
    if isinstance(error, IdpError):
        code, reason, is_permanent = error.code, error.reason, not error.is_retryable
    else:
        logger.error("delivery %s failed unexpectedly", claimed.id, exc_info=error)
        code, reason = "unexpected_error", UNEXPECTED_ERROR(error=type(error).__name__)
        is_permanent = claimed.attempts >= MOST_UNEXPECTED_ATTEMPTS
    try:
        with organization_scope(claimed.organization_id):
            delivery_fail(claimed.id, claimed.lease_token, code=code, reason=reason, is_permanent=is_permanent)
    except LeaseLost:
        return DeliveryOutcome.NOT_DUE
    if is_permanent:
        return DeliveryOutcome.DEAD
    return DeliveryOutcome.OUTAGE if code == consumer.outage_code else DeliveryOutcome.POSTPONED
