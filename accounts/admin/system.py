"""The settings of the whole installation as one page of Django admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminSelectWidget

from accounts.models import SystemSettings
from accounts.selectors.system import system_settings
from accounts.services.settings import system
from idp_project.core.isolation_state import sandbox_words
from idp_project.providers.registry import ocr_engine_names


def _ocr_choices() -> list[tuple[str, str]]:
    return [("", "---------"), *((name, name) for name in ocr_engine_names())]


class SystemSettingsForm(forms.ModelForm):
    """Names of OCR engines come from the registry."""

    ocr = forms.ChoiceField(label=_("OCR engine"), required=False, choices=_ocr_choices, widget=UnfoldAdminSelectWidget)

    class Meta:
        model = SystemSettings
        fields = [
            *("llm", "ocr", "embeddings", "auto_approval_threshold"),
            *("retention_days", "pdb_retention_days"),
            *("is_auto_approval_on", "is_asking_on", "is_cloud_allowed", "local_hosts"),
        ]


@admin.register(SystemSettings)
class SystemSettingsAdmin(ModelAdmin):
    """One page, no list; effective with the next job or request, every change audited with both values."""

    form = SystemSettingsForm
    fieldsets = [
        (
            _("Engines and models"),
            {
                "fields": ["llm", "ocr", "embeddings"],
                "description": _(
                    "Where neither schema nor organisation says otherwise. Empty: this installation's default."
                ),
            },
        ),
        (_("Approval and retention"), {"fields": ["auto_approval_threshold", "retention_days", "pdb_retention_days"]}),
        (_("Switches"), {"fields": ["is_auto_approval_on", "is_asking_on", "is_cloud_allowed"]}),
        (
            _("Sandboxes of this machine"),
            {
                "fields": ["sandboxes"],
                "description": _(
                    "How far the processes that open untrusted files are shut in; docs/security.md says what "
                    "the words mean."
                ),
            },
        ),
        (_("Network"), {"fields": ["local_hosts"]}),
    ]
    readonly_fields = ["sandboxes"]

    @admin.display(description=_("Mode and missing restrictions"))
    def sandboxes(self, _: SystemSettings) -> str:
        return format_html_join(mark_safe("<br>"), "{}", ((line,) for line in sandbox_words()))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:accounts_systemsettings_change", args=[1]))

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> SystemSettings | None:
        return system_settings() if object_id == "1" else None

    def save_model(self, request: Any, obj: Any, form: ModelForm[Any], change: bool) -> None:
        system.system_settings_change(request.access, {name: form.cleaned_data[name] for name in form.changed_data})
