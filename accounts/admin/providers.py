"""Provider endpoints in Django admin."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from unfold.decorators import display
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminTextInputWidget

from accounts.admin.base import AuditedAdmin
from accounts.models import ProviderEndpoint


class ProviderEndpointForm(forms.ModelForm):
    """The stored key is never shown; an empty field keeps it."""

    api_base = forms.URLField(required=False, assume_scheme="http", widget=UnfoldAdminTextInputWidget)
    api_key = forms.CharField(
        required=False,
        strip=True,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "off"}),
        help_text="Stored encrypted and never shown again. Leave it empty to keep the present key.",
    )

    class Meta:
        model = ProviderEndpoint
        fields = ["organization", "purpose", "provider", "model", "api_base", "api_key", "location", "is_active"]

    def clean_api_key(self) -> str | None:
        return self.cleaned_data["api_key"] or self.instance.api_key


@admin.register(ProviderEndpoint)
class ProviderEndpointAdmin(AuditedAdmin):
    """Where AI calls go; without an organisation, the system's default."""

    form = ProviderEndpointForm
    list_display = ["provider", "model", "purpose", "organization", "location", "has_key", "is_active", "updated_at"]
    list_filter = ["provider", "purpose", "location", "is_active", "organization"]
    list_select_related = ["organization"]
    search_fields = ["model", "api_base", "organization__name"]
    autocomplete_fields = ["organization"]

    @display(description="Key", boolean=True)
    def has_key(self, endpoint: ProviderEndpoint) -> bool:
        return bool(endpoint.api_key)
