"""Approved versions, events and deliveries in Django admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from accounts.admin import ReadOnlyAdmin, for_each, related_list, row_link
from documents.admin.statuses import STATUS_COLORS
from documents.models import ApprovedVersion, Delivery, Event
from documents.models.approval import DeliveryStatus
from documents.services.delivering import deliveries as deliveries_services


@admin.register(ApprovedVersion)
class ApprovedVersionAdmin(ReadOnlyAdmin):
    """What was approved, immutable."""

    list_display = ("sub_document", "document", "number", "organization", "approved_by", "is_automatic", "created_at")
    search_fields = ("sub_document__id", "sub_document__document__id", "sub_document__document__source_file__name")
    list_filter = ("is_automatic", "organization", "created_at")
    list_select_related = (
        "sub_document__schema_version__schema",
        "sub_document__document__source_file",
        "organization",
        "approved_by",
    )

    @display(description=_("document"))
    def document(self, version: ApprovedVersion) -> str:
        return row_link(version.sub_document.document)


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """That it happened."""

    list_display = ("kind", "document_link", "sequence", "organization", "deliveries", "created_at")
    list_filter = ("kind", "organization", "created_at")
    search_fields = ("id", "document__id", "document__source_file__name")
    list_select_related = ("document__source_file", "organization")
    readonly_fields = ("deliveries",)

    @display(description=_("document"))
    def document_link(self, event: Event) -> str:
        return row_link(event.document)

    @display(description=_("deliveries"))
    def deliveries(self, event: Event) -> str:
        return related_list("documents_delivery", _("show"), event__id__exact=event.pk)


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """The outbox; a dead delivery can be sent again."""

    list_display = (
        "event",
        "document",
        "organization",
        "consumer",
        "shown_status",
        "attempts",
        "under_way_for",
        "error_code",
        "error_message",
        "not_before",
        "delivered_at",
    )
    list_filter = ("status", "consumer", "organization", "error_code")
    search_fields = ("id", "event__id", "event__document__id", "event__document__source_file__name")
    list_select_related = ("event__document__source_file", "organization")
    linked_by = ("event__id__exact", "event__document__id__exact", "event__document__batch__id__exact")
    actions = ("retry_deliveries",)

    @display(description=_("document"))
    def document(self, delivery: Delivery) -> str:
        return row_link(delivery.event.document)

    @display(description=_("status"), ordering="status", label=STATUS_COLORS)
    def shown_status(self, delivery: Delivery) -> str:
        return delivery.status

    @display(description=_("under way for"), ordering="-created_at")
    def under_way_for(self, delivery: Delivery) -> str:
        """Only of those that are."""
        is_open = delivery.status in (DeliveryStatus.PENDING, DeliveryStatus.DELIVERING)
        return timesince(delivery.created_at) if is_open else ""

    @action(description=_("Send dead deliveries again"))
    def retry_deliveries(self, request: Any, deliveries: QuerySet[Delivery]) -> None:
        for_each(
            self,
            request,
            deliveries,
            lambda access, delivery: deliveries_services.delivery_retry(access, delivery.pk),
            _("sent again"),
        )
