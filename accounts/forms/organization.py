"""Forms of the organisation's own pages: teams, people, roles. They check shapes; services check rights."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.domain.roles import MEMBERSHIP_ROLES, TEAM_ROLES, Role
from accounts.forms.screen import FilterForm, ScreenForm
from accounts.selectors.organization import PERSON_STATES, PeopleFilter

Choices = Iterable[tuple[UUID, str]]
ROLE_LABELS: dict[Role, Any] = {
    Role.VIEWER: _("Viewer"),
    Role.OPERATOR: _("Operator"),
    Role.MANAGER: _("Manager"),
    Role.ORG_ADMIN: _("Organisation admin"),
}
_STATE_LABELS = {"active": _("Active"), "deactivated": _("Deactivated")}


def role_choices(roles: Iterable[Role]) -> list[tuple[str, Any]]:
    """Returns (value, label) of each role, for a menu."""
    return [(role.value, ROLE_LABELS[role]) for role in roles]


class TeamForm(ScreenForm):
    """A team's name."""

    name = forms.CharField(label=_("Name"), max_length=200)


class RoleForm(ScreenForm):
    """A role in one team, or in the whole organisation where `team` is empty."""

    team = forms.TypedChoiceField(label=_("Where"), required=False, coerce=UUID, empty_value=None)
    role = forms.TypedChoiceField(label=_("Role"), coerce=Role, choices=role_choices(MEMBERSHIP_ROLES))
    may_download = forms.BooleanField(label=_("May download files"), required=False, initial=True)

    def __init__(self, *args: Any, teams: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("Whole organisation")), *((str(key), name) for key, name in teams)]
        self.fields["team"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """An organisation admin is one of the whole organisation."""
        if self.cleaned_data.get("role") is Role.ORG_ADMIN and self.cleaned_data.get("team"):
            self.add_error("role", _("An organisation admin is one of the whole organisation, not of one team."))
        return self.cleaned_data


class NewPersonForm(RoleForm):
    """Somebody who has no account yet, with a first password and a first role."""

    username = forms.CharField(label=_("User name"), max_length=80)
    display_name = forms.CharField(label=_("Name"), max_length=150, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    password = forms.CharField(
        label=_("First password"),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 12 characters. Hand it over personally; it can be changed later."),
    )
    field_order = ["display_name", "username", "email", "password", "team", "role", "may_download"]


class TeamMemberForm(ScreenForm):
    """Somebody of the organisation, for one team."""

    person = forms.TypedChoiceField(label=_("Person"), coerce=UUID)
    role = forms.TypedChoiceField(label=_("Role"), coerce=Role, choices=role_choices(TEAM_ROLES))
    may_download = forms.BooleanField(label=_("May download files"), required=False, initial=True)

    def __init__(self, *args: Any, people: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [(str(key), name) for key, name in people]  # type: ignore[attr-defined]


class PeopleFilterForm(FilterForm, ScreenForm):
    """Reads a PeopleFilter from a query string; InvalidInput for what is malformed."""

    text = forms.CharField(required=False, label=_("Name or e-mail"), max_length=200)
    role = forms.ChoiceField(
        required=False, label=_("Role"), choices=[("", _("Every role")), *role_choices(MEMBERSHIP_ROLES)]
    )
    team = forms.TypedChoiceField(required=False, label=_("Team"), coerce=UUID, empty_value=None)
    state = forms.ChoiceField(
        required=False,
        label=_("State"),
        choices=[("", _("Every state")), *((name, _STATE_LABELS[name]) for name in PERSON_STATES)],
    )

    def __init__(self, data: Any, teams: Choices) -> None:
        super().__init__(data)
        choices = [("", _("Every team")), *((str(key), name) for key, name in teams)]
        self.fields["team"].choices = choices  # type: ignore[attr-defined]
        for name in ("role", "team", "state"):
            self.fields[name].widget.attrs["data-submit-on-change"] = True
        self.fields["text"].widget = forms.TextInput(
            attrs={"type": "search", "class": "form-control", "placeholder": _("Name or e-mail")}
        )

    @property
    def people_filter(self) -> PeopleFilter:
        chosen = self.chosen
        return PeopleFilter(
            text=chosen.get("text", ""),
            role=chosen.get("role", ""),
            state=chosen.get("state", ""),
            team_id=chosen.get("team"),
        )
