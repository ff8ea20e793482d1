"""Provider endpoints in Django admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminTextInputWidget

from accounts.admin.base import AuditedAdmin
from accounts.models import ProviderEndpoint
from accounts.services.providers import ai_models, providers
from idp_project.core.errors import IdpError


class ProviderEndpointForm(forms.ModelForm):
    """The stored key is never shown; an empty field keeps it."""

    api_base = forms.CharField(
        label=_("Address"),
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=_(
            "Of a server in the network; an organisation's must be on the list of local hosts (System settings). Empty for "
            "a cloud provider: its key goes to its own host and to no other."
        ),
    )
    api_key = forms.CharField(
        required=False,
        strip=True,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "off"}),
        help_text=_("Stored encrypted and never shown again. Leave it empty to keep the present key."),
    )

    class Meta:
        model = ProviderEndpoint
        fields = [
            "organization",
            "purpose",
            "provider",
            "model",
            "api_base",
            "api_key",
            "location",
            "context_tokens",
            "is_active",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["api_key"] = ""  # an empty field is no change
        self._stored = ai_models.connection_of(self.instance) if self.instance.api_key else None

    def clean_api_key(self) -> str | None:
        return self.cleaned_data["api_key"] or self.instance.api_key

    def _post_clean(self) -> None:
        """What the service demands of an org admin's endpoint holds here too."""
        super()._post_clean()  # type: ignore[misc]
        if self.errors:
            return
        try:
            providers.provider_endpoint_check(self.instance)
            if self._stored and "api_key" not in self.changed_data:
                providers.check_key_stays(self._stored.provider, self._stored.base, self.instance)
        except IdpError as error:
            self.add_error(None, error.message)


@admin.register(ProviderEndpoint)
class ProviderEndpointAdmin(AuditedAdmin):
    """Where AI calls go; without an organisation, the system's default."""

    form = ProviderEndpointForm
    change_form_after_template = "accounts/admin/provider_test.html"
    list_display = ["provider", "model", "purpose", "organization", "location", "has_key", "is_active", "updated_at"]
    list_filter = ["provider", "purpose", "location", "is_active", "organization"]
    list_select_related = ["organization"]
    search_fields = ["model", "api_base", "organization__name"]
    autocomplete_fields = ["organization"]

    @display(description=_("Key"), boolean=True)
    def has_key(self, endpoint: ProviderEndpoint) -> bool:
        return bool(endpoint.api_key)
