"""The audit trail in Django admin: to be read only."""

from __future__ import annotations

from django.contrib import admin

from accounts.admin.base import ReadOnlyAdmin
from accounts.models import AuditEntry


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """Who did what; append-only."""

    list_display = ["at", "organization", "number", "actor_name", "action", "object_kind", "object_id"]
    list_filter = ["organization", "action", "object_kind", "at"]
    list_select_related = ["organization"]
    search_fields = ["actor_name", "action", "object_id"]
    date_hierarchy = "at"
    ordering = ["-at"]
    linked_by = ("object_id__exact",)
