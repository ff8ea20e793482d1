"""Batches and documents in Django admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.decorators import action, display

from accounts.admin import ReadOnlyAdmin, confirmed, for_each, related_list, row_link
from documents.admin.statuses import STATUS_COLORS
from documents.domain.statuses import DocumentStatus
from documents.models import Batch, Document, SubDocument
from documents.services.running import cancellation, retry

BROKEN = (DocumentStatus.FAILED.value, DocumentStatus.QUARANTINED.value)


@admin.register(Batch)
class BatchAdmin(ReadOnlyAdmin):
    """Batches with a way to stop them and to try again what failed."""

    list_display = (
        "name",
        "organization",
        "team",
        "documents",
        "failed",
        "submitted_by",
        "source",
        "cancelled_at",
        "created_at",
    )
    list_filter = ("organization", "team", "source", "created_at")
    search_fields = ("id", "name", "source_files__name")
    date_hierarchy = "created_at"
    list_select_related = ("organization", "team", "submitted_by")
    readonly_fields = ("documents", "failed", "step_runs", "deliveries")
    linked_by = ("schema__id__exact",)
    actions = ("retry_failed", "cancel_batches")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Batch]:
        broken = Q(documents__status__in=BROKEN)
        counts = {"documents_": Count("documents"), "failed_": Count("documents", filter=broken)}
        return super().get_queryset(request).annotate(**counts)

    @display(description=_("documents"), ordering="documents_")
    def documents(self, batch: Any) -> str:
        return related_list("documents_document", batch.documents_, batch__id__exact=batch.pk)

    @display(description=_("failed"), ordering="failed_")
    def failed(self, batch: Any) -> str:
        narrowed = {"batch__id__exact": batch.pk, "status__in": ",".join(BROKEN)}
        return related_list("documents_document", batch.failed_, **narrowed)

    @display(description=_("step runs"))
    def step_runs(self, batch: Batch) -> str:
        return related_list("documents_steprun", _("show"), run__document__batch__id__exact=batch.pk)

    @display(description=_("deliveries"))
    def deliveries(self, batch: Batch) -> str:
        return related_list("documents_delivery", _("show"), event__document__batch__id__exact=batch.pk)

    @action(description=_("Cancel what has not ended"))
    @confirmed(_("Cancel these batches? What runs is stopped, and no further step starts."))
    def cancel_batches(self, request: Any, batches: QuerySet[Batch]) -> None:
        for_each(
            self, request, batches, lambda access, batch: cancellation.batch_cancel(access, batch.pk), _("cancelled")
        )

    @action(description=_("Try the failed documents again"))
    def retry_failed(self, request: Any, batches: QuerySet[Batch]) -> None:
        documents = Document.objects.filter(batch__in=batches, status__in=BROKEN).select_related("source_file")
        for_each(
            self, request, documents, lambda access, d: retry.document_retry(access, d.pk), _("documents woken up")
        )


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

    list_display = (
        "file_name",
        "organization",
        "team",
        "batch_link",
        "shown_status",
        "page_count",
        "error_code",
        "step_runs",
        "created_at",
    )
    list_filter = ("status", "organization", "team", "error_code", "created_at")
    search_fields = ("source_file__name", "source_file__sha256", "id")
    list_select_related = ("source_file", "organization", "team", "batch")
    date_hierarchy = "created_at"
    readonly_fields = ("step_runs", "events", "deliveries", "review_tasks")
    linked_by = ("batch__id__exact", "status__in")
    inlines = (SubDocumentInline,)
    actions = ("retry_documents",)

    @display(description=_("file"), ordering="source_file__name")
    def file_name(self, document: Document) -> str:
        return document.source_file.name

    @display(description=_("batch"), ordering="batch__name")
    def batch_link(self, document: Document) -> str:
        return row_link(document.batch)

    @display(description=_("status"), ordering="status", label=STATUS_COLORS)
    def shown_status(self, document: Document) -> str:
        return document.status

    @display(description=_("step runs"))
    def step_runs(self, document: Document) -> str:
        return related_list("documents_steprun", _("show"), run__document__id__exact=document.pk)

    @display(description=_("events"))
    def events(self, document: Document) -> str:
        return related_list("documents_event", _("show"), document__id__exact=document.pk)

    @display(description=_("deliveries"))
    def deliveries(self, document: Document) -> str:
        return related_list("documents_delivery", _("show"), event__document__id__exact=document.pk)

    @display(description=_("review tasks"))
    def review_tasks(self, document: Document) -> str:
        return related_list("review_reviewtask", _("show"), sub_document__document__id__exact=document.pk)

    @action(description=_("Try the failed steps again"))
    def retry_documents(self, request: Any, documents: QuerySet[Document]) -> None:
        for_each(self, request, documents, lambda access, d: retry.document_retry(access, d.pk), _("woken up"))
