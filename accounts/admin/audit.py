"""The audit trail in Django admin: to be read only."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.admin.base import ReadOnlyAdmin
from accounts.domain.audit_kinds import ACTIONS, AuditKind
from accounts.models import AuditEntry


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """Who did what; append-only. Not to be searched by person: the length of the list would be a figure about them."""

    list_display = ["at", "organization", "number", "actor_name", "action", "object_kind", "object_id"]
    list_filter = ["organization", "action", "object_kind", "at"]
    list_select_related = ["organization"]
    search_fields = ["action", "object_id"]
    date_hierarchy = "at"
    ordering = ["-at"]
    linked_by = ("object_id__exact",)
    of_person = ("actor_id", "actor_name")

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditEntry]:
        """Who looked at what is told on the organisation's own page, to an auditor with a purpose."""
        return super().get_queryset(request).exclude(action__in=ACTIONS[AuditKind.SEEN])
