"""The production database in Django admin: everything to be seen, nothing to be changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db import OperationalError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from unfold.admin import ModelAdmin, TabularInline

from idp_project.core.errors import TransientFailure
from idp_project.core.tenancy import system_scope
from pdb_sync.domain.refusals import PDB_AWAY_FOR_ADMIN
from pdb_sync.models import (
    AnalystGrant,
    DeliveryReceipt,
    PdbCell,
    PdbRecord,
    PdbRecordVersion,
    Reconciliation,
    ReconciliationDifference,
)


class ReadOnly:
    """Viewing is for people who may enter the admin (super admins); there is nothing to add, change or delete."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class PdbAdmin(ReadOnly, ModelAdmin):
    """Pages are read and rendered inside one system scope on `pdb`: outside it row-level security shows no rows."""

    actions = None
    list_per_page = 50
    show_full_result_count = False

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        """Never by a person: the length of the list would be a figure about them."""
        return not lookup.startswith("approved_by") and super().lookup_allowed(lookup, value, request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return self.model._default_manager.using("pdb")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return self._inside(super().changelist_view, request, extra_context)

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return self._inside(super().changeform_view, request, object_id, form_url, extra_context)

    def _inside(self, view: Callable[..., HttpResponse], *arguments: Any) -> HttpResponse:
        try:
            with system_scope("admin: production database", using="pdb"):
                response = view(*arguments)
                if hasattr(response, "render") and not getattr(response, "is_rendered", True):
                    response.render()
                return response
        except OperationalError as error:
            raise TransientFailure(PDB_AWAY_FOR_ADMIN()) from error


class CellInline(ReadOnly, TabularInline):
    """The current version's cells."""

    model = PdbCell
    extra = 0
    fields = (
        "table_name",
        "row_number",
        "name",
        "type",
        "value",
        "value_number",
        "value_date",
        "raw_text",
        "provenance",
    )


class VersionInline(ReadOnly, TabularInline):
    """The record's history."""

    model = PdbRecordVersion
    extra = 0
    fields = (
        "version",
        "change",
        "schema_version",
        "approved_by",
        "approved_at",
        "overrides",
        "delivered_at",
        "event_uuid",
    )


@admin.register(PdbRecord)
class PdbRecordAdmin(PdbAdmin):
    """Records of all organisations with their cells and versions."""

    list_display = ("file_name", "schema_key", "version", "team_name", "approved_by", "approved_at", "is_withdrawn")
    list_filter = ("schema_key", "team_name", "is_withdrawn", "approved_at")
    search_fields = ("file_name", "file_sha256", "id", "document_id", "sub_document_id")
    date_hierarchy = "approved_at"
    inlines = (VersionInline, CellInline)


@admin.register(DeliveryReceipt)
class DeliveryReceiptAdmin(PdbAdmin):
    """Which events have been applied."""

    list_display = ("event_uuid", "organization_id", "outcome", "applied_at")
    list_filter = ("outcome", "applied_at")
    search_fields = ("event_uuid",)


@admin.register(AnalystGrant)
class AnalystGrantAdmin(PdbAdmin):
    """Which login roles of the production database read which organisation."""

    list_display = ("role_name", "organization_id")
    search_fields = ("role_name",)


class DifferenceInline(ReadOnly, TabularInline):
    """The records that differ."""

    model = ReconciliationDifference
    extra = 0
    fields = (
        "schema_key",
        "file_name",
        "kind",
        "places",
        "approved_version",
        "recorded_version",
        "is_repaired",
        "sub_document_id",
    )


@admin.register(Reconciliation)
class ReconciliationAdmin(PdbAdmin):
    """Comparisons of what was approved with what stands here."""

    list_display = ("organization_id", "started_at", "finished_at", "unsettled", "is_dry")
    list_filter = ("is_dry", "started_at")
    inlines = (DifferenceInline,)
