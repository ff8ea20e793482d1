"""The outbox from its owner's side: claiming, acknowledging and failing deliveries, each fenced by a lease token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts.access import Access
from accounts.domain.roles import Permission
from accounts.services.audit.trail import audit_record
from documents import progress
from documents.domain.approved import ApprovedContent
from documents.domain.consumers import PDB_SYNC, RAG
from documents.domain.pipeline import StepName
from documents.domain.reasons import DELIVERY_DISCARDED, SENT_AGAIN, WAITS_FOR_DEAD, WAITS_FOR_EARLIER
from documents.domain.refusals import CONTENT_UNREADABLE, NOT_DEAD
from documents.domain.statuses import StepStatus, SubDocumentStatus
from documents.models import Delivery, StepRun, SubDocument
from documents.models.approval import DeliveryStatus, EventKind
from documents.selectors.doors import delivery_get_for
from documents.selectors.outbox import deliveries_ahead, deliveries_behind, deliveries_due
from documents.services.intake.batches import document_wake
from documents.services.locks import document_lock
from documents.services.running.step_runs import step_runs_note, step_runs_skip
from documents.services.running.sub_document_statuses import sub_documents_move
from idp_project.core import leases
from idp_project.core.backoff import backoff_seconds
from idp_project.core.enqueue import enqueue
from idp_project.core.errors import Conflict, PermanentFailure
from idp_project.core.job_names import JobName
from idp_project.core.logs import log_bind
from idp_project.core.reasons import Reason, legacy
from idp_project.core.tenancy import system_scope

_JOBS = {PDB_SYNC: JobName.EVENT_DELIVER, RAG: JobName.EVENT_INDEX}
MAX_BACKOFF_SECONDS = 20.0  # drained within a minute of an outage's end


@dataclass(frozen=True)
class ClaimedDelivery:
    """What a consumer's relay needs; `lease_token` must come back with the acknowledgement."""

    id: UUID
    organization_id: UUID
    document_id: UUID
    lease_token: int
    event_id: UUID
    kind: str
    payload: dict[str, Any]
    attempts: int

    @property
    def content(self) -> ApprovedContent:
        """Raises PermanentFailure for a payload that is not valid."""
        try:
            return ApprovedContent.from_dict(self.payload)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise PermanentFailure(CONTENT_UNREADABLE(), code="bad_content") from error


def delivery_enqueue(delivery: Delivery) -> None:
    """Wakes the relay of its consumer after this transaction; the clock does so should the job be lost."""
    enqueue(_JOBS[delivery.consumer], organization_id=delivery.organization_id, delivery_id=delivery.id)


def deliveries_enqueue_due(consumer: str, most: int) -> int:
    """The same for all due deliveries to a consumer, in every organisation; returns their number."""
    with system_scope("relay: find due deliveries"):
        due = deliveries_due(consumer, limit=most)
    for delivery in due:
        delivery_enqueue(delivery)
    return len(due)


@transaction.atomic
def delivery_claim(delivery_id: UUID, consumer: str) -> ClaimedDelivery | None:
    """Claims a due delivery to that consumer for one lease, or gives None: taken, done, dead, not due, or behind another.

    A document's deliveries are made in the order of its events: 1. nothing that comes before an event is committed after it
    (`approval._next_of`), 2. what is unfinished before it is therefore seen here, 3. and no finished one is opened again.
    """
    due = Q(status=DeliveryStatus.PENDING) & leases.is_due()
    lapsed = Q(status=DeliveryStatus.DELIVERING) & leases.is_lapsed()
    delivery = leases.claim(
        Delivery.objects.select_related("event__document").filter(due | lapsed, id=delivery_id, consumer=consumer),
        settings.LEASE_SECONDS,
        unless=lambda locked: deliveries_ahead(locked).exists(),
        status=DeliveryStatus.DELIVERING,
        attempts=F("attempts") + 1,
    )
    if delivery is None:
        return None
    event = delivery.event
    log_bind(document_id=delivery.document_id, batch_id=event.document.batch_id)
    return ClaimedDelivery(
        delivery.id,
        delivery.organization_id,
        delivery.document_id,
        delivery.lease_token,
        event.id,
        event.kind,
        event.payload,
        delivery.attempts,
    )


@transaction.atomic
def delivery_acknowledge(delivery_id: UUID, lease_token: int) -> None:
    """The consumer has it. Raises LeaseLost (the receipt makes the repeat harmless)."""
    leases.finish(
        Delivery,
        delivery_id,
        lease_token,
        status=DeliveryStatus.DELIVERED,
        delivered_at=timezone.now(),
        error_code="",
        error=None,
    )
    delivery = Delivery.objects.select_related("event__document").get(id=delivery_id)
    document_lock(delivery.document_id)
    if delivery.consumer == PDB_SYNC:
        _end_of_run(delivery)
    _next_enqueue(delivery)


def _end_of_run(delivery: Delivery) -> None:
    """The document's last step waits for the production database, and for no other consumer."""
    event = delivery.event
    if event.kind != EventKind.WITHDRAWN:
        approved = SubDocument.objects.filter(id=event.sub_document_id, status=SubDocumentStatus.APPROVED)
        sub_documents_move(approved, SubDocumentStatus.DELIVERED)
    document_wake(delivery.organization_id, event.document_id)
    _show(delivery)


def _show(delivery: Delivery) -> None:
    """To those who watch its batch."""
    progress.document_changed(delivery.organization_id, delivery.event.document.batch_id, delivery.document_id)


def _next_enqueue(delivery: Delivery) -> None:
    """Wakes what waits behind a delivery that is done with."""
    if waiting := deliveries_behind(delivery).first():
        delivery_enqueue(waiting)


@transaction.atomic
def delivery_fail(delivery_id: UUID, lease_token: int, *, code: str, reason: Reason, is_permanent: bool) -> None:
    """Backs off with jitter (transient) or declares the delivery dead (permanent): visible, with a retry button.

    Raises LeaseLost.
    """
    delivery = Delivery.objects.get(id=delivery_id)
    failure = {"error_code": code, "error": reason}
    if is_permanent:
        leases.finish(Delivery, delivery_id, lease_token, status=DeliveryStatus.DEAD, not_before=None, **failure)
    else:
        delay = backoff_seconds(delivery.attempts, most=MAX_BACKOFF_SECONDS)
        pending = DeliveryStatus.PENDING
        leases.give_back(Delivery, delivery_id, lease_token, seconds=delay, status=pending, **failure)
    document_lock(delivery.document_id)
    _say_why(delivery, reason, behind=WAITS_FOR_DEAD() if is_permanent else WAITS_FOR_EARLIER())
    _show(delivery)


def _say_why(delivery: Delivery, reason: Reason, *, behind: Reason) -> None:
    """On the steps that wait for the production database: its own, and those of its document that wait behind it."""
    if delivery.consumer != PDB_SYNC:
        return
    own = delivery.event.sub_document_id
    waiting = StepRun.objects.filter(
        run__document_id=delivery.document_id, step=StepName.PDB_SYNC, status=StepStatus.WAITING
    )
    step_runs_note(waiting.filter(unit_id=own), reason=reason)
    behind_it = deliveries_behind(delivery).exclude(event__sub_document_id=own)
    others = waiting.filter(unit_id__in=behind_it.values("event__sub_document_id"))
    step_runs_note(others.exclude(reason=behind), reason=behind)


@transaction.atomic
def delivery_retry(access: Access, delivery_id: UUID) -> None:
    """A person sends a dead delivery on its way again; what waits behind it follows."""
    delivery = delivery_get_for(access, delivery_id, Permission.MANAGE_BATCHES)
    dead = Delivery.objects.filter(id=delivery.id, status=DeliveryStatus.DEAD)
    if dead.update(status=DeliveryStatus.PENDING, not_before=None, attempts=0, error_code="", error=None):
        document_lock(delivery.document_id)
        _say_why(delivery, SENT_AGAIN(), behind=WAITS_FOR_EARLIER())
        _show(delivery)
    delivery_enqueue(delivery)
    audit_record(
        access,
        "delivery_retried",
        object_kind="delivery",
        object_id=delivery.id,
        organization_id=delivery.organization_id,
    )


@transaction.atomic
def delivery_discard(access: Access, delivery_id: UUID) -> None:
    """Discards a dead delivery: it is never sent again. What waits behind it is sent; the sub-document's step ends without it.

    Raises Conflict where it is not dead.
    """
    delivery = delivery_get_for(access, delivery_id, Permission.MANAGE_BATCHES)
    dead = Delivery.objects.filter(id=delivery.id, status=DeliveryStatus.DEAD)
    if not dead.update(status=DeliveryStatus.DISCARDED, lease_until=None):
        raise Conflict(NOT_DEAD(), code="not_dead")
    document_lock(delivery.document_id)
    if delivery.consumer == PDB_SYNC:
        reason = DELIVERY_DISCARDED(by=access.display_name, failure=delivery.error or legacy(""))
        steps = StepRun.objects.filter(unit_id=delivery.event.sub_document_id, step=StepName.PDB_SYNC)
        step_runs_skip(steps.filter(status=StepStatus.WAITING), reason)
        document_wake(delivery.organization_id, delivery.event.document_id)
    _show(delivery)
    _next_enqueue(delivery)
    audit_record(
        access,
        "delivery_discarded",
        object_kind="delivery",
        object_id=delivery.id,
        details={"consumer": delivery.consumer, "error_code": delivery.error_code},
    )
