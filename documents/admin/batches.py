"""Batches and documents in Django admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from unfold.admin import TabularInline
from unfold.decorators import action, display

from accounts.admin import ReadOnlyAdmin, for_each
from documents import services
from documents.admin.statuses import STATUS_COLORS
from documents.models import Batch, Document, SubDocument


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

    @display(description="status", ordering="status", label=STATUS_COLORS)
    def shown_status(self, document: Document) -> str:
        return document.status

    @action(description="Try the failed steps again")
    def retry_documents(self, request: Any, documents: QuerySet[Document]) -> None:
        for_each(
            self, request, documents, lambda document: services.document_retry(request.access, document.pk), "woken up"
        )
