"""Schemas in Django admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.decorators import action, display

from accounts.admin import AuditedAdmin, ReadOnlyAdmin, related_list
from accounts.admin.base import confirmed, for_each
from documents.models import ReviewRule, Schema, SchemaVersion
from documents.services.schemas.library import library_type_take

# Changed on the page of the type only, where the plan stands beside it and the change is audited.
_SWITCH = ("auto_approval", "target", "auto_approval_changed_by", "auto_approval_changed_at")


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

    list_display = ("name", "key", "organization", "team", "version_count", "auto_approval", "is_retired")
    list_filter = ("organization", "auto_approval", "is_retired")
    search_fields = ("name", "key")
    fields = ("name", "key", "organization", "team", "is_retired", *_SWITCH, "batches", "audit_entries")
    readonly_fields = ("key", "organization", *_SWITCH, "batches", "audit_entries")
    inlines = (SchemaVersionInline,)
    actions = ("take_into_library",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @action(description=_("Put the newest version into the library"))
    @confirmed(
        _("Offer these types in the library to every organisation? Their names and labels become visible to all.")
    )
    def take_into_library(self, request: Any, queryset: QuerySet[Schema]) -> None:
        for_each(self, request, queryset, library_type_take, _("put into the library"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Schema]:
        return (
            super().get_queryset(request).select_related("organization", "team").annotate(versions_=Count("versions"))
        )

    @display(description=_("batches submitted for it"))
    def batches(self, schema: Schema) -> str:
        return related_list("documents_batch", _("show"), schema__id__exact=schema.pk)

    @display(description=_("audit entries about it"))
    def audit_entries(self, schema: Schema) -> str:
        return related_list("accounts_auditentry", _("show"), object_id__exact=schema.pk)

    @display(description=_("versions"), ordering="versions_")
    def version_count(self, schema: Any) -> int:
        return int(schema.versions_)


@admin.register(ReviewRule)
class ReviewRuleAdmin(ReadOnlyAdmin):
    """By when, and by how many people, documents of a type are decided; changed on the page of the type."""

    list_display = ("schema", "working_days", "is_second_always", "second_amount", "second_percent", "changed_at")
    list_filter = ("organization", "is_second_always", "is_second_blind", "is_second_automatic")
    list_select_related = ("schema",)
