"""The filters of the record list."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.screen import DayInput, FilterForm
from pdb_sync.domain.record_filter import RecordFilter
from pdb_sync.selectors import RecordChoices

_DATE = DayInput(attrs={"class": "form-control"})


class RecordFilterForm(FilterForm):
    """Reads a RecordFilter from a query string; InvalidInput for what is malformed."""

    schema = forms.ChoiceField(label=_("Schema"), required=False)
    team = forms.TypedChoiceField(label=_("Team"), required=False, empty_value=None)
    approved_from = forms.DateField(label=_("Approved from"), required=False, widget=_DATE)
    approved_to = forms.DateField(label=_("Approved to"), required=False, widget=_DATE)
    withdrawn = forms.BooleanField(label=_("Withdrawn too"), required=False)

    def __init__(self, data: Mapping[str, Any] | None, choices: RecordChoices) -> None:
        super().__init__(data)
        schemas = [("", _("Every schema")), *((key, key) for key in choices.schema_keys)]
        teams = [("", _("Every team")), *((str(key), name) for key, name in choices.teams)]
        for name, values in (("schema", schemas), ("team", teams)):
            self.fields[name].choices = values  # type: ignore[attr-defined]
            self.fields[name].widget.attrs.update({"class": "form-select", "data-submit-on-change": True})
        self.fields["withdrawn"].widget.attrs["class"] = "form-check-input"
        self._teams = {str(key): key for key, _name in choices.teams}

    @property
    def record_filter(self) -> RecordFilter:
        chosen = self.chosen
        return RecordFilter(
            schema_key=chosen.get("schema") or "",
            team_id=self._teams.get(chosen.get("team") or ""),
            approved_from=chosen.get("approved_from"),
            approved_to=chosen.get("approved_to"),
            has_withdrawn=bool(chosen.get("withdrawn")),
        )
