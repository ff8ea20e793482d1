"""Facts of one document or sub-document, for callers that have passed a door (or run inside a job)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from documents.domain.pipeline import StepName
from documents.domain.schema_spec import SchemaSpec
from documents.domain.statuses import SubDocumentStatus
from documents.models import (
    ApprovedVersion,
    Batch,
    Delivery,
    FieldValue,
    Pause,
    Schema,
    SchemaVersion,
    StepRun,
    SubDocument,
    TableRow,
)
from documents.models.approval import UNFINISHED_DELIVERIES, DeliveryStatus
from idp_project.core.job_names import DOCUMENT_QUEUES

WAITS_FOR_EARLIER = "Waits for an earlier delivery of this document."
WAITS_FOR_DEAD = "Waits for a dead letter of this document, which comes first: it has to be sent again or discarded."


def sub_document_step_runs(document_id: UUID, sub_document_id: UUID) -> list[StepRun]:
    """All 14 step runs of a sub-document: its document's 7 and its own 7, in the pipeline's order."""
    return list(StepRun.objects.filter(unit_id__in=[document_id, sub_document_id]).order_by("position"))


def decision_on(sub_document: SubDocument) -> str:
    """How a person ended it without approving: `reject` or `none_of_ours`; empty for everything else."""
    if sub_document.status != SubDocumentStatus.REJECTED:
        return ""
    reviews = StepRun.objects.filter(unit_id=sub_document.id, step=StepName.HUMAN_REVIEW)
    output = reviews.values_list("output", flat=True).first()
    return str((output or {}).get("decision", ""))


def field_values_of(sub_document_id: UUID) -> QuerySet[FieldValue]:
    """The plain fields of a sub-document (not table cells), in the schema's order."""
    return FieldValue.objects.filter(sub_document_id=sub_document_id, table_row__isnull=True).select_related(
        "corrected_by"
    )


def table_rows_of(sub_document_id: UUID) -> QuerySet[TableRow]:
    """All table rows with their cells."""
    return TableRow.objects.filter(sub_document_id=sub_document_id).prefetch_related("cells")


def candidate_specs(batch: Batch) -> list[tuple[UUID, SchemaSpec]]:
    """`(schema version id, spec)` of the types a document of this batch may be: the batch's own, else all its team's.

    The newest published version of each schema counts.
    """
    newest = (
        SchemaVersion.objects.filter(schema__in=candidate_schemas(batch), published_at__isnull=False)
        .select_related("schema")
        .order_by("schema_id", "-published_at")
        .distinct("schema_id")
    )
    return [(version.id, version.spec) for version in newest]


def candidate_schemas(batch: Batch) -> QuerySet[Schema]:
    """The types a document of this batch may be."""
    if batch.schema_id:
        return Schema.objects.filter(id=batch.schema_id)
    return Schema.objects.filter(Q(team__isnull=True) | Q(team_id=batch.team_id), is_retired=False)


def deliveries_due(consumer: str, *, now: datetime, limit: int = 100) -> list[Delivery]:
    """Deliveries that should be on their way: due, or left behind by a relay that lost its lease. Oldest first; what waits
    for one that is not due is left out, so that no document fills the list for the others.
    """
    due = Q(status=DeliveryStatus.PENDING) & (Q(not_before__isnull=True) | Q(not_before__lte=now))
    lapsed = Q(status=DeliveryStatus.DELIVERING, lease_until__lt=now)
    later = Q(status=DeliveryStatus.PENDING, not_before__gt=now) | Q(
        status=DeliveryStatus.DELIVERING, lease_until__gte=now
    )
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


def delivery_state_of(sub_document_id: UUID, consumer: str) -> tuple[bool, str]:
    """`(is delivered, why not)` for the newest event of a sub-document."""
    delivery = (
        Delivery.objects.filter(event__sub_document_id=sub_document_id, consumer=consumer)
        .order_by("-event__sequence")
        .first()
    )
    if delivery is None:
        return False, "Waiting for approval."
    if delivery.status == DeliveryStatus.DELIVERED:
        return True, ""
    if first := deliveries_ahead(delivery).first():
        return False, WAITS_FOR_DEAD if first.status == DeliveryStatus.DEAD else WAITS_FOR_EARLIER
    return False, delivery.error_message or "On its way to the production database."


def corrected_values(document_id: UUID) -> dict[int, list[tuple[str, str]]]:
    """By page: (name, value) of what people corrected in the newest approved versions, withdrawn ones left out.

    A value without a place counts for its sub-document's first page.
    """
    versions = ApprovedVersion.objects.filter(sub_document__document_id=document_id).exclude(content={})
    newest = versions.exclude(sub_document__status=SubDocumentStatus.WITHDRAWN).order_by("sub_document_id", "-number")
    found: dict[int, list[tuple[str, str]]] = {}
    for version in newest.distinct("sub_document_id"):
        content = version.approved
        for cell in content.cells:
            if cell.corrected_by and cell.value:
                page = cell.provenance.page_number if cell.provenance else content.first_page
                found.setdefault(page, []).append((cell.name, cell.value))
    return found


def is_paused(organization_id: UUID, queue: str) -> bool:
    """Whether no further step may begin, of that organisation or in that queue. Inside the tenancy scope."""
    return Pause.objects.filter(Q(organization_id=organization_id) | Q(queue=queue)).exists()


def pauses_of(organization_id: UUID | OuterRef) -> QuerySet[Pause]:
    """What holds the organisation's documents: its own pause first, then those of queues. Inside the tenancy scope."""
    holding = Q(organization_id=organization_id) | Q(queue__in=DOCUMENT_QUEUES)
    return Pause.objects.filter(holding).order_by("queue")


def refusal_of(document_id: UUID) -> str:
    """Why a receiver refused what was approved of the document, where it lies among the dead letters; else empty."""
    dead = Delivery.objects.filter(document_id=document_id, status=DeliveryStatus.DEAD)
    return dead.values_list("error_message", flat=True).first() or ""
