"""Forms of documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms.screen import DayInput, FilterForm, ScreenForm
from documents.domain.earned.plan import TARGETS
from documents.domain.schema_spec import FieldSpec, SchemaSpec, TableSpec
from documents.domain.schema_tuning import LONGEST_LABEL, FieldTuning, SchemaTuning, field_paths
from documents.domain.words import languages
from documents.domain.words.groups import WORD_GROUPS
from documents.domain.words.own import LONGEST_WORD, OwnWord
from documents.services.approving.auto_approval import ApprovalSettings
from idp_project.core.regional import language_name, month_choices

_SHARED_DAYS = 14
_LONGEST_ALIASES = 5000  # characters that may be added to the further labels of a field


def _percent_field(label: Any, value: float | None, otherwise: float | None = None) -> forms.FloatField:
    """`otherwise` is what holds while the field is empty."""
    attrs = {"step": "any", "inputmode": "decimal", "class": "form-control percent-input"}
    if otherwise is not None:
        attrs["placeholder"] = f"{otherwise * 100:g}"
    initial = None if value is None else f"{value * 100:.6g}"
    most = max(100.0, float(initial or 0))  # a stored threshold that nobody can reach may stay
    widget = forms.NumberInput(attrs=attrs)
    return forms.FloatField(label=label, required=False, min_value=0, max_value=most, initial=initial, widget=widget)


class SchemaTuningForm(ScreenForm):
    """Label, further labels and threshold of every field and column of one version. Thresholds are in per cent."""

    base = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, data: Any, spec: SchemaSpec) -> None:
        super().__init__(data, initial={"base": spec.version})
        self.spec = spec
        self.fields["threshold"] = _percent_field(gettext_lazy("Threshold of the schema"), spec.threshold)
        for path, field, _table in field_paths(spec):
            self._add(path, field)

    def _add(self, path: str, field: FieldSpec) -> None:
        text = {"class": "form-control"}
        names = {"name": field.label}
        aliases = _as_lines(field.aliases)
        self.fields[f"{path}:label"] = forms.CharField(
            label=_("Label of %(name)s") % names,
            max_length=max(LONGEST_LABEL, len(field.label)),
            strip=False,
            initial=field.label,
            widget=forms.TextInput(attrs=text),
        )
        self.fields[f"{path}:aliases"] = forms.CharField(
            label=_("Further labels of %(name)s") % names,
            required=False,
            max_length=_LONGEST_ALIASES + len(aliases),
            strip=False,
            initial=aliases,
            widget=forms.Textarea(attrs={**text, "rows": min(4, max(1, len(field.aliases)))}),
        )
        threshold = _("Threshold of %(name)s") % names
        self.fields[f"{path}:threshold"] = _percent_field(threshold, field.threshold, self.spec.threshold)

    def rows(self) -> Iterator[tuple[FieldSpec, TableSpec | None, Any, Any, Any]]:
        """(field, its table, label, aliases, threshold) as the page lays them out."""
        for path, field, table in field_paths(self.spec):
            yield field, table, self[f"{path}:label"], self[f"{path}:aliases"], self[f"{path}:threshold"]

    @property
    def tuning(self) -> SchemaTuning:
        chosen = self.cleaned_data
        fields = {
            path: FieldTuning(
                label=chosen[f"{path}:label"],
                aliases=_aliases(chosen[f"{path}:aliases"], field),
                threshold=_fraction(chosen[f"{path}:threshold"], field.threshold),
            )
            for path, field, _table in field_paths(self.spec)
        }
        return SchemaTuning(_fraction(chosen["threshold"], self.spec.threshold), fields)


def _as_lines(aliases: Iterable[str]) -> str:
    return "\n".join(aliases)


def _aliases(text: str, field: FieldSpec) -> tuple[str, ...]:
    """A line each; what was not touched stays as it is, whatever is in it. Browsers send line ends their own way."""
    if text.splitlines() == _as_lines(field.aliases).splitlines():
        return field.aliases
    return tuple(text.splitlines())


def _fraction(percent: float | None, before: float | None) -> float | None:
    """Per cent as 0..1; what was not touched keeps its exact value."""
    if percent is None:
        return None
    if before is not None and percent == float(f"{before * 100:.6g}"):
        return before
    return round(percent / 100, 6)


class PersonForm(ScreenForm):
    """With whom, and until the end of which day."""

    person = forms.TypedChoiceField(label=gettext_lazy("Person"), coerce=UUID)
    last_day = forms.DateField(label=gettext_lazy("Until the end of"), widget=DayInput)

    def __init__(self, *args: Any, people: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("Choose a person")), *((str(person.pk), str(person)) for person in people)]
        self.fields["person"].choices = choices  # type: ignore[attr-defined]

    @property
    def ends_at(self) -> datetime | None:
        """The end of the chosen day; of a valid form."""
        day = self.cleaned_data["last_day"]
        if day is None:
            return None
        day = min(day, date.max - timedelta(days=2))  # a time zone may add one more
        return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


class ShareForm(PersonForm):
    """What they may do besides looking."""

    may_download = forms.BooleanField(label=gettext_lazy("May download the file"), required=False)
    may_review = forms.BooleanField(label=gettext_lazy("May review"), required=False)
    done = gettext_lazy("The share was made; it holds at once.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs, initial={"last_day": timezone.localdate() + timedelta(days=_SHARED_DAYS)})

    def share(self) -> dict[str, Any]:
        """The arguments of `share_create`; call it on a valid form."""
        data = self.cleaned_data
        given = {name: data[name] for name in ("may_download", "may_review")}
        return {"user_id": data["person"], "expires_at": self.ends_at, **given}


class SchemaGrantForm(PersonForm):
    """Without a day the grant holds until it is taken back."""

    may_manage = forms.BooleanField(label=gettext_lazy("May manage it too"), required=False)
    done = gettext_lazy("The schema is open to them; it holds at once.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["last_day"].required = False
        self.fields["last_day"].help_text = _("Empty: until it is taken back.")

    def grant(self) -> dict[str, Any]:
        """The arguments of `schema_grant`; call it on a valid form."""
        data = self.cleaned_data
        return {"user_id": data["person"], "may_manage": data["may_manage"], "expires_at": self.ends_at}


class AutoApprovalForm(forms.Form):
    """What a type has to earn. Saved by its own button: `begins_series`, which leaves the rest as it is."""

    state = forms.ChoiceField(choices=[("earned", ""), ("never", "")], required=False)
    target = forms.TypedChoiceField(
        choices=[(str(one), "") for one in TARGETS], coerce=int, required=False, empty_value=None
    )
    blind_percent = forms.IntegerField(min_value=0, max_value=100, required=False)
    blind_percent_earned = forms.IntegerField(min_value=0, max_value=100, required=False)
    begins_series = forms.BooleanField(required=False)

    def wanted(self) -> ApprovalSettings:
        """What the service takes."""
        given = self.cleaned_data
        return ApprovalSettings(
            is_never=given["state"] == "never" if given["state"] else None,
            target=given["target"],
            blind_percent=given["blind_percent"],
            blind_percent_earned=given["blind_percent_earned"],
            begins_series=given["begins_series"],
        )


def _group_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """By the heading that groups of words stand under."""
    sections: dict[str, list[tuple[str, str]]] = {}
    for name, group in WORD_GROUPS.items():
        sections.setdefault(group.section, []).append((name, _(group.label)))
    return [(_(section), choices) for section, choices in sections.items()]


def _language_choices() -> list[tuple[str, str]]:
    """The languages that have words, by their names in the language of the page."""
    return sorted(((code, language_name(code)) for code in languages()), key=lambda choice: choice[1].casefold())


class OwnWordForm(ScreenForm):
    """A word that an organisation adds, with its group and language; of a month also which one it is."""

    word = forms.CharField(label=gettext_lazy("Word or phrase"), max_length=LONGEST_WORD)
    group = forms.ChoiceField(label=gettext_lazy("Group"))
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)
    meaning = forms.ChoiceField(label=gettext_lazy("Month (for names of months only)"), required=False)

    def __init__(self, data: Any, chosen: Mapping[str, str]) -> None:
        """`chosen` are the filters of the list: what people look at is what they add to."""
        super().__init__(data, initial=chosen)
        self.fields["group"].choices = [("", _("Choose a group")), *_group_choices()]  # type: ignore[attr-defined]
        self.fields["language"].choices = [("", _("No language in particular")), *_language_choices()]  # type: ignore[attr-defined]
        self.fields["meaning"].choices = [("", _("No month")), *month_choices()]  # type: ignore[attr-defined]

    @property
    def wanted(self) -> OwnWord:
        return OwnWord(**self.cleaned_data)


class OwnWordFilterForm(FilterForm):
    """Narrows the list of words."""

    group = forms.ChoiceField(label=gettext_lazy("Group"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.fields["group"].choices = [("", _("Every group")), *_group_choices()]  # type: ignore[attr-defined]
        self.fields["language"].choices = [("", _("Every language")), *_language_choices()]  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-select"
