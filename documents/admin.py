"""Django admin for super admins: schemas, batches, documents, step runs, approved versions, deliveries."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, F, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from unfold.admin import TabularInline
from unfold.decorators import action, display

from accounts.admin import AuditedAdmin, ReadOnlyAdmin, for_each
from documents import services
from documents.models import (
    ApprovedVersion,
    Batch,
    Delivery,
    Document,
    Event,
    Schema,
    SchemaVersion,
    StepRun,
    SubDocument,
)

_STATUS_COLORS = {
    "succeeded": "success",
    "completed": "success",
    "delivered": "success",
    "running": "info",
    "processing": "info",
    "delivering": "info",
    "waiting": "warning",
    "in_review": "warning",
    "pending": "info",
    "failed": "danger",
    "quarantined": "danger",
    "dead": "danger",
}


class SchemaVersionInline(TabularInline):
    """Published versions are immutable."""

    model = SchemaVersion
    fields = readonly_fields = ("number", "published_at", "created_at")
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Schema)
class SchemaAdmin(AuditedAdmin):
    """Retiring a schema keeps its documents."""

    list_display = ("name", "key", "organization", "team", "version_count", "is_retired")
    list_filter = ("organization", "is_retired")
    search_fields = ("name", "key")
    fields = ("name", "key", "organization", "team", "is_retired")
    readonly_fields = ("key", "organization")
    inlines = (SchemaVersionInline,)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Schema]:
        return (
            super().get_queryset(request).select_related("organization", "team").annotate(versions_=Count("versions"))
        )

    @display(description="versions", ordering="versions_")
    def version_count(self, schema: Any) -> int:
        return int(schema.versions_)


@admin.register(Batch)
class BatchAdmin(ReadOnlyAdmin):
    """Batches with a way to stop them."""

    list_display = ("name", "organization", "team", "document_count", "submitted_by", "source", "created_at")
    list_filter = ("organization", "team", "source", "created_at")
    search_fields = ("name", "source_files__name")
    date_hierarchy = "created_at"
    list_select_related = ("organization", "team", "submitted_by")
    actions = ("cancel_batches",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Batch]:
        return super().get_queryset(request).annotate(documents_=Count("documents"))

    @display(description="documents", ordering="documents_")
    def document_count(self, batch: Any) -> str:
        url = f"{reverse('admin:documents_document_changelist')}?batch__id__exact={batch.pk}"
        return format_html('<a href="{}">{}</a>', url, batch.documents_)

    @action(description="Cancel the selected batches")
    def cancel_batches(self, request: Any, batches: QuerySet[Batch]) -> None:
        for_each(self, request, batches, lambda batch: services.batch_cancel(request.access, batch.pk), "cancelled")


class SubDocumentInline(TabularInline):
    """What was found in the document."""

    model = SubDocument
    fields = readonly_fields = ("first_page", "last_page", "schema_version", "status", "route", "confidence")
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Document)
class DocumentAdmin(ReadOnlyAdmin):
    """Documents with the reason of a failure and a way to try again."""

    list_display = ("file_name", "organization", "team", "shown_status", "page_count", "error_code", "created_at")
    list_filter = ("status", "organization", "team", "error_code", "created_at")
    search_fields = ("source_file__name", "source_file__sha256", "id")
    list_select_related = ("source_file", "organization", "team")
    date_hierarchy = "created_at"
    inlines = (SubDocumentInline,)
    actions = ("retry_documents",)

    @display(description="file", ordering="source_file__name")
    def file_name(self, document: Document) -> str:
        return document.source_file.name

    @display(description="status", ordering="status", label=_STATUS_COLORS)
    def shown_status(self, document: Document) -> str:
        return document.status

    @action(description="Try the failed steps again")
    def retry_documents(self, request: Any, documents: QuerySet[Document]) -> None:
        for_each(
            self, request, documents, lambda document: services.document_retry(request.access, document.pk), "woken up"
        )


@admin.register(StepRun)
class StepRunAdmin(ReadOnlyAdmin):
    """Every step of every unit, with its lease and its error."""

    list_display = (
        "step",
        "unit_kind",
        "document",
        "shown_status",
        "attempt",
        "crash_count",
        "error_code",
        "seconds",
        "lease_owner",
        "lease_until",
    )
    list_filter = ("status", "step", "unit_kind", "organization", "error_code")
    search_fields = ("unit_id", "run__document__id", "run__document__source_file__name", "error_code")
    list_select_related = ("run__document__source_file",)
    ordering = ("-created_at", "position")
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[StepRun]:
        return super().get_queryset(request).defer("output").annotate(seconds_=F("finished_at") - F("started_at"))

    @display(description="document")
    def document(self, step_run: StepRun) -> str:
        url = reverse("admin:documents_document_change", args=[step_run.run.document_id])
        return format_html('<a href="{}">{}</a>', url, step_run.run.document)

    @display(description="status", ordering="status", label=_STATUS_COLORS)
    def shown_status(self, step_run: StepRun) -> str:
        return step_run.status

    @display(description="seconds", ordering="seconds_")
    def seconds(self, step_run: Any) -> str:
        return f"{step_run.seconds_.total_seconds():.2f}" if step_run.seconds_ else "–"


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

    @display(description="status", ordering="status", label=_STATUS_COLORS)
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
