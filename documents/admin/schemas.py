"""Schemas in Django admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.decorators import display

from accounts.admin import AuditedAdmin, ReadOnlyAdmin, related_list
from documents.models import ReviewRule, Schema, SchemaVersion

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

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

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
