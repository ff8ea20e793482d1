"""Approved versions, that they happened (events), and their way to each consumer (deliveries)."""

from django.db import models

from documents.domain.approved import ApprovedContent
from documents.models.document import Document, SubDocument
from documents.models.tenant import TenantModel
from idp_project.core.leases import Leased
from idp_project.core.reason_fields import ReasonField
from idp_project.core.reasons import text_of


class ApprovedVersion(TenantModel):
    """What was approved: immutable, numbered within its sub-document. `content` is an ApprovedContent as JSON."""

    sub_document = models.ForeignKey(SubDocument, on_delete=models.PROTECT, related_name="approved_versions")
    number = models.IntegerField()
    content = models.JSONField()
    approved_by = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    is_automatic = models.BooleanField(default=False)

    class Meta:
        ordering = ["sub_document", "number"]
        constraints = [models.UniqueConstraint(fields=["sub_document", "number"], name="approved_version_number_once")]

    def __str__(self) -> str:
        return f"version {self.number}"

    @property
    def approved(self) -> ApprovedContent:
        return ApprovedContent.from_dict(self.content)


class EventKind(models.TextChoices):
    """What happened to an approved version; the names are past tense."""

    APPROVED = "sub_document_approved", "Approved"
    CORRECTED = "sub_document_corrected", "Corrected"
    WITHDRAWN = "sub_document_withdrawn", "Withdrawn"
    DELETED = "sub_document_deleted", "Deleted"


class Event(TenantModel):
    """That it happened, written in the transaction in which it did.

    `sequence` orders the events of a sub-document, `document_sequence` those of a document: anyone who sees one of them sees all
    before it too.
    """

    kind = models.CharField(max_length=40, choices=EventKind.choices)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="events")
    sub_document = models.ForeignKey(SubDocument, on_delete=models.PROTECT, related_name="events")
    sequence = models.IntegerField()
    document_sequence = models.IntegerField()
    payload = models.JSONField()

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(fields=["sub_document", "sequence"], name="event_sequence_once"),
            models.UniqueConstraint(fields=["document", "document_sequence"], name="event_document_sequence_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.sequence}"


class DeliveryStatus(models.TextChoices):
    """`dead` needs a person: the reason is shown, with a retry button; or they discard it. Until then it holds up what comes
    after it in its document, like every other unfinished one."""

    PENDING = "pending", "Pending"
    DELIVERING = "delivering", "Delivering"
    DELIVERED = "delivered", "Delivered"
    DEAD = "dead", "Dead"
    DISCARDED = "discarded", "Discarded"


UNFINISHED_DELIVERIES = (DeliveryStatus.PENDING, DeliveryStatus.DELIVERING, DeliveryStatus.DEAD)


class Delivery(TenantModel, Leased):
    """An event's way to one consumer: at-least-once here, exactly-once by the consumer's receipt.

    `document` and `document_sequence` repeat the event's, so that one short index tells what comes before it.
    """

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="deliveries", db_index=False)
    document_sequence = models.IntegerField()
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="deliveries")
    consumer = models.CharField(max_length=40)
    status = models.CharField(max_length=20, choices=DeliveryStatus.choices, default=DeliveryStatus.PENDING)
    attempts = models.IntegerField(default=0)
    not_before = models.DateTimeField(null=True, blank=True)
    error_code = models.CharField(max_length=60, blank=True)
    error = ReasonField(db_column="error_data")
    delivered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "deliveries"
        ordering = ["created_at"]
        constraints = [models.UniqueConstraint(fields=["event", "consumer"], name="delivery_once_a_consumer")]
        indexes = [
            models.Index(
                fields=["consumer", "not_before"],
                condition=models.Q(status__in=["pending", "delivering"]),
                name="delivery_open",
            ),
            models.Index(
                fields=["document", "consumer", "document_sequence"],
                condition=models.Q(status__in=["pending", "delivering", "dead"]),
                name="delivery_unfinished",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.consumer}: {self.status}"

    @property
    def error_message(self) -> str:
        """Why it could not be delivered, for people."""
        return text_of(self.error)
