"""Django admin for super admins: review tasks and what people decided."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.decorators import display

from accounts.admin import ReadOnlyAdmin, row_link
from review.models import (
    Absence,
    Correction,
    Decision,
    FiguresAgreement,
    Holiday,
    Opinion,
    ReviewerProfile,
    ReviewTask,
    TableEdit,
    TaskComment,
    WorkCalendar,
)


class CorrectionInline(TabularInline):
    """Values that people changed."""

    model = Correction
    fields = readonly_fields = ("field_value", "corrected_by", "old", "new", "created_at")
    extra = 0
    can_delete = False


class TableEditInline(TabularInline):
    """What people changed in tables, rows and several cells at once."""

    model = TableEdit
    fields = readonly_fields = ("table", "action", "rows", "cells", "made_by", "created_at", "undone_at")
    extra = 0
    can_delete = False


@admin.register(ReviewTask)
class ReviewTaskAdmin(ReadOnlyAdmin):
    """Who holds what, and what is late."""

    list_display = (
        "sub_document",
        "document",
        "team",
        "status",
        "priority",
        "due_at",
        "claimed_by",
        "claimed_until",
        "created_at",
    )
    list_filter = ("status", "team", "created_at")
    search_fields = ("sub_document__document__source_file__name",)
    list_select_related = (
        "sub_document__schema_version__schema",
        "sub_document__document__source_file",
        "team",
        "claimed_by",
    )
    linked_by = ("sub_document__document__id__exact",)
    inlines = (CorrectionInline, TableEditInline)

    @display(description=_("document"))
    def document(self, task: ReviewTask) -> str:
        return row_link(task.sub_document.document)


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    """How reviews ended."""

    list_display = ("task", "kind", "decided_by", "full_reason", "created_at")
    list_filter = ("kind", "organization", "created_at")
    list_select_related = ("decided_by",)


@admin.register(TaskComment)
class TaskCommentAdmin(ReadOnlyAdmin):
    """What people wrote on tasks."""

    list_display = ("task", "kind", "text", "author", "to", "created_at")
    list_filter = ("kind", "organization", "created_at")
    list_select_related = ("task", "author", "to")


@admin.register(ReviewerProfile)
class ReviewerProfileAdmin(ReadOnlyAdmin):
    """Which types people know, and whether e-mail tells them what concerns them."""

    list_display = ("user", "organization", "known_types", "is_mailed")
    list_filter = ("organization",)
    list_select_related = ("user", "organization")


@admin.register(Absence)
class AbsenceAdmin(ReadOnlyAdmin):
    """Who is away, and who stands in."""

    list_display = ("user", "first_day", "last_day", "deputy")
    list_filter = ("organization", "first_day")
    list_select_related = ("user", "deputy")


@admin.register(Opinion)
class OpinionAdmin(ReadOnlyAdmin):
    """What the first of several people decided."""

    list_display = ("task", "stage", "kind", "user", "reason", "created_at")
    list_filter = ("kind", "stage", "organization", "created_at")
    list_select_related = ("task", "user")


@admin.register(WorkCalendar)
class WorkCalendarAdmin(ReadOnlyAdmin):
    """Which days people work."""

    list_display = ("organization", "weekdays", "ends", "mailed_on")
    list_select_related = ("organization",)


@admin.register(Holiday)
class HolidayAdmin(ReadOnlyAdmin):
    """Days on which nobody works."""

    list_display = ("day", "name", "organization")
    list_filter = ("organization", "day")
    list_select_related = ("organization",)


@admin.register(FiguresAgreement)
class FiguresAgreementAdmin(ReadOnlyAdmin):
    """Under which agreement figures per person were on, and since when."""

    list_display = ("organization", "agreement", "begun_by", "begun_at", "ended_at")
    list_filter = ("organization", "begun_at")
    list_select_related = ("organization", "begun_by")
