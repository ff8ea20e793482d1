"""Step runs in Django admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from accounts.admin import ReadOnlyAdmin, for_each, row_link
from documents.admin.statuses import STATUS_COLORS
from documents.models import Document, StepRun
from documents.services.running import retry


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
    linked_by = ("run__document__id__exact", "run__document__batch__id__exact")
    actions = ("retry_documents",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[StepRun]:
        return super().get_queryset(request).defer("output").annotate(seconds_=F("finished_at") - F("started_at"))

    @display(description=_("document"))
    def document(self, step_run: StepRun) -> str:
        return row_link(step_run.run.document)

    @display(description=_("status"), ordering="status", label=STATUS_COLORS)
    def shown_status(self, step_run: StepRun) -> str:
        return step_run.status

    @display(description=_("seconds"), ordering="seconds_")
    def seconds(self, step_run: Any) -> str:
        return f"{step_run.seconds_.total_seconds():.2f}" if step_run.seconds_ else "–"

    @action(description=_("Try the failed steps of their documents again"))
    def retry_documents(self, request: Any, step_runs: QuerySet[StepRun]) -> None:
        documents = Document.objects.filter(run__step_runs__in=step_runs).select_related("source_file").distinct()
        for_each(
            self, request, documents, lambda access, d: retry.document_retry(access, d.pk), _("documents woken up")
        )
