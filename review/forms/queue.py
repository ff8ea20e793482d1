"""Forms of the queue and of a person's own work."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import Access
from accounts.domain.roles import Permission
from accounts.forms.screen import DayInput, FilterForm, ScreenForm
from documents.domain.reason_groups import ReasonGroup
from documents.selectors.doors import schema_list
from review.selectors.people import colleagues_for, managed_people
from review.selectors.queue import UNKNOWN_TYPE, WHOSE, QueueFilter, queue_choices

REASON_LABELS = {
    ReasonGroup.TYPE: gettext_lazy("Type not certain"),
    ReasonGroup.SPLIT: gettext_lazy("Pages not certain"),
    ReasonGroup.DUPLICATE: gettext_lazy("Received before"),
    ReasonGroup.CHECK: gettext_lazy("A check fails"),
    ReasonGroup.MISSING: gettext_lazy("Something is missing"),
    ReasonGroup.AMBIGUOUS: gettext_lazy("Can be read in two ways"),
    ReasonGroup.PAGES: gettext_lazy("Hard to read"),
    ReasonGroup.UNSURE: gettext_lazy("Not read with certainty"),
    ReasonGroup.OTHER: gettext_lazy("Another reason"),
    ReasonGroup.RULE: gettext_lazy("By rule"),
}
WHOSE_LABELS = {
    "mine": gettext_lazy("Mine"),
    "free": gettext_lazy("Free"),
    "held": gettext_lazy("On a desk now"),
    "asked": gettext_lazy("Waiting for an answer"),
}


class QueueFilterForm(FilterForm, ScreenForm):
    """Reads a QueueFilter from a query string; InvalidInput for what is malformed."""

    type = forms.ChoiceField(label=gettext_lazy("Type"), required=False)
    team = forms.ChoiceField(label=gettext_lazy("Team"), required=False)
    reason = forms.ChoiceField(label=gettext_lazy("Why"), required=False)
    whose = forms.ChoiceField(label=gettext_lazy("Who"), required=False)
    text = forms.CharField(label=gettext_lazy("File name"), required=False, max_length=150)
    late = forms.BooleanField(label=gettext_lazy("Only late ones"), required=False)

    def __init__(self, data: Any, access: Access) -> None:
        super().__init__(data)
        types, teams = queue_choices(access)
        self.types = types
        self._offer(
            "type", _("Every type"), [*((str(pk), name) for pk, name in types), (UNKNOWN_TYPE, _("Unknown type"))]
        )
        self._offer("team", _("Every team"), [(str(pk), name) for pk, name in teams])
        self._offer("reason", _("Every reason"), [(group.value, REASON_LABELS[group]) for group in ReasonGroup])
        self._offer("whose", _("Everybody's"), [(name, WHOSE_LABELS[name]) for name in WHOSE])
        self.fields["text"].widget.attrs |= {"type": "search", "placeholder": _("File name")}
        self.fields["late"].widget.attrs["data-submit-on-change"] = True

    def _offer(self, name: str, every: str, choices: list[tuple[str, Any]]) -> None:
        self.fields[name].choices = [("", every), *choices]  # type: ignore[attr-defined]
        self.fields[name].widget.attrs["data-submit-on-change"] = True

    @property
    def queue_filter(self) -> QueueFilter:
        chosen = self.chosen
        return QueueFilter(
            type=chosen["type"],
            team_id=UUID(chosen["team"]) if chosen["team"] else None,
            reason=chosen["reason"],
            whose=chosen["whose"],
            is_late=chosen["late"],
            text=chosen["text"],
        )


class ProfileForm(ScreenForm):
    """The types a person knows, and whether e-mail tells them of their work."""

    known_types = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Types that I know"),
        required=False,
        coerce=UUID,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("You get these first. None chosen: all alike."),
    )
    is_mailed = forms.BooleanField(
        label=gettext_lazy("Tell me by e-mail what concerns me"),
        required=False,
        help_text=gettext_lazy(
            "To your proven address: questions, documents given to you, and in the morning what will be late."
        ),
    )

    def __init__(self, data: Any, access: Access, **options: Any) -> None:
        super().__init__(data, **options)
        types = schema_list(access).order_by("name").values_list("id", "name")
        self.fields["known_types"].choices = [(str(pk), name) for pk, name in types]  # type: ignore[attr-defined]
        self.fields["known_types"].widget.attrs["class"] = "form-check-input"


class AbsenceForm(ScreenForm):
    """When a person is away, and who stands in."""

    person = forms.TypedChoiceField(label=gettext_lazy("Who"), required=False, coerce=UUID, empty_value=None)
    first_day = forms.DateField(label=gettext_lazy("First day"), widget=DayInput)
    last_day = forms.DateField(label=gettext_lazy("Last day"), widget=DayInput)
    deputy = forms.TypedChoiceField(label=gettext_lazy("Deputy"), required=False, coerce=UUID, empty_value=None)

    def __init__(self, data: Any, access: Access) -> None:
        super().__init__(data)
        if access.can(Permission.MANAGE_BATCHES):
            people = [(str(user.pk), str(user)) for user in managed_people(access) if user.pk != access.user_id]
            self.fields["person"].choices = [("", _("myself")), *people]  # type: ignore[attr-defined]
        else:
            del self.fields["person"]
        others = [(str(user.pk), str(user)) for user in colleagues_for(access)]
        self.fields["deputy"].choices = [("", _("nobody: everybody gets it")), *others]  # type: ignore[attr-defined]

    @property
    def absence(self) -> dict[str, Any]:
        chosen = self.cleaned_data
        return {
            "user_id": chosen.get("person"),
            "first_day": chosen["first_day"],
            "last_day": chosen["last_day"],
            "deputy_id": chosen["deputy"],
        }
