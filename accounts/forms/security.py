"""Forms of what an organisation requires, and of invitations."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.domain.security import IDLE_MINUTES, SESSION_HOURS, SecurityRules, email_domains_of
from accounts.forms.organization import RoleForm
from accounts.forms.screen import ScreenForm


class SecurityRulesForm(ScreenForm):
    """Empty limits mean the system's own."""

    is_second_factor_required = forms.BooleanField(
        label=_("Everybody signs in with a second factor"),
        required=False,
        help_text=_(
            "A code of an authenticator app, beside the password. Who has none sets one up at the next sign-in."
        ),
    )
    session_hours = forms.IntegerField(
        label=_("Hours until a new sign-in is needed"),
        required=False,
        min_value=SESSION_HOURS[0],
        max_value=SESSION_HOURS[-1],
        help_text=_("1 to 12. Empty: twelve."),
    )
    idle_minutes = forms.IntegerField(
        label=_("Minutes without activity until somebody is signed out"),
        required=False,
        min_value=IDLE_MINUTES[0],
        max_value=IDLE_MINUTES[-1],
        help_text=_("5 to 720. Empty: nobody is signed out for being idle."),
    )
    email_domains = forms.CharField(
        label=_("Domains of e-mail addresses that may be invited"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=_("One a line, such as example.org. Empty: any address may be invited."),
    )

    def __init__(self, data: Any, rules: SecurityRules) -> None:
        initial = {
            "is_second_factor_required": rules.is_second_factor_required,
            "session_hours": rules.session_hours,
            "idle_minutes": rules.idle_minutes,
            "email_domains": "\n".join(rules.email_domains),
        }
        super().__init__(data, initial=initial)

    def clean_email_domains(self) -> tuple[str, ...]:
        """Returns the domains as bare names."""
        try:
            return email_domains_of(self.cleaned_data["email_domains"])
        except ValueError as error:
            text = _("“%(name)s” is no e-mail domain such as example.org.")
            raise forms.ValidationError(text, params={"name": str(error)}) from error

    @property
    def rules(self) -> SecurityRules:
        return SecurityRules(**self.cleaned_data)


class InvitationForm(RoleForm):
    """Who is asked in, and as what."""

    email = forms.EmailField(label=_("E-mail"))
    display_name = forms.CharField(label=_("Name"), max_length=150, required=False)
    field_order = ["email", "display_name", "team", "role", "may_download"]
