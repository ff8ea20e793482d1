"""Approved versions, events and deliveries in Django admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from unfold.decorators import action, display

from accounts.admin import ReadOnlyAdmin, for_each
from documents import services
from documents.admin.statuses import STATUS_COLORS
from documents.models import ApprovedVersion, Delivery, Event


@admin.register(ApprovedVersion)
class ApprovedVersionAdmin(ReadOnlyAdmin):
    """What was approved, immutable."""

    list_display = ("sub_document", "number", "organization", "approved_by", "is_automatic", "created_at")
    list_filter = ("is_automatic", "organization", "created_at")
    list_select_related = ("sub_document__schema_version__schema", "organization", "approved_by")


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """That it happened."""

    list_display = ("kind", "document", "sequence", "organization", "created_at")
    list_filter = ("kind", "organization", "created_at")
    list_select_related = ("document__source_file", "organization")


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """The outbox; a dead delivery can be sent again."""

    list_display = (
        "event",
        "consumer",
        "shown_status",
        "attempts",
        "error_code",
        "error_message",
        "not_before",
        "delivered_at",
    )
    list_filter = ("status", "consumer", "organization", "error_code")
    search_fields = ("event__id", "event__document__source_file__name")
    list_select_related = ("event",)
    actions = ("retry_deliveries",)

    @display(description="status", ordering="status", label=STATUS_COLORS)
    def shown_status(self, delivery: Delivery) -> str:
        return delivery.status

    @action(description="Send dead deliveries again")
    def retry_deliveries(self, request: Any, deliveries: QuerySet[Delivery]) -> None:
        for_each(
            self,
            request,
            deliveries,
            lambda delivery: services.delivery_retry(request.access, delivery.pk),
            "sent again",
        )
