"""Forms of documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import Access
from accounts.domain.roles import Permission
from accounts.forms.screen import DayInput, FilterForm, ScreenForm
from documents.domain.drafts.problems import LONGEST_LABEL
from documents.domain.drafts.shape import MOST_BYTES
from documents.domain.earned.plan import TARGETS
from documents.domain.master_lists import MOST_BYTES as LIST_BYTES
from documents.domain.master_lists import text_of
from documents.domain.words import languages
from documents.domain.words.groups import WORD_GROUPS
from documents.domain.words.own import LONGEST_WORD, OwnWord
from documents.models import Schema
from documents.selectors.drafts import teams_with_types_of
from documents.services.approving.auto_approval import ApprovalSettings
from documents.services.schemas.adoption import schema_adopt
from documents.services.schemas.importing import schema_import
from documents.services.schemas.types import free_key, schema_create
from idp_project.core.regional import language_name, month_choices

_SHARED_DAYS = 14


class NewTypeForm(ScreenForm):
    """A document type, empty or from a file; the teams are those whose types the asker manages."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=LONGEST_LABEL, required=False)
    team = forms.ChoiceField(label=gettext_lazy("For"), required=False)
    file = forms.FileField(label=gettext_lazy("File (YAML, JSON or JSON Schema)"), required=False, max_length=200)

    def __init__(self, data: Any, files: Any, *, access: Access) -> None:
        super().__init__(data, files)
        self.team_choices = [(str(team.pk), team.name) for team in teams_with_types_of(access)]
        if access.can_everywhere(Permission.MANAGE_SCHEMAS):
            self.team_choices.insert(0, ("", _("every team")))
        self.fields["team"].choices = self.team_choices  # type: ignore[attr-defined]
        self.fields["team"].widget.attrs["class"] = "form-select"
        self.fields["file"].widget.attrs["accept"] = ".yaml,.yml,.json"

    def make(self, access: Access) -> Schema:
        """The new type, or the known one whose draft the file became; call it on a valid form."""
        chosen = self.cleaned_data
        team_id = UUID(chosen["team"]) if chosen["team"] else None
        if chosen["file"] is None:
            return schema_create(access, name=chosen["name"], team_id=team_id)
        content = chosen["file"].read(MOST_BYTES + 1).decode("utf-8", "replace")
        return schema_import(access, content=content, team_id=team_id, name=chosen["name"])


class MasterListForm(ScreenForm):
    """A list from a CSV file: a new one with its name and team, or (`is_new` false) what takes the place of all rows."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=LONGEST_LABEL)
    team = forms.ChoiceField(label=gettext_lazy("For"), required=False)
    file = forms.FileField(label=gettext_lazy("File (CSV)"), max_length=200)

    def __init__(self, data: Any, files: Any, *, access: Access, name: str = "", is_new: bool = True) -> None:
        super().__init__(data, files, initial={"name": name})
        self.team_choices = [(str(team.pk), team.name) for team in teams_with_types_of(access)]
        if access.can_everywhere(Permission.MANAGE_SCHEMAS):
            self.team_choices.insert(0, ("", _("every team")))
        self.fields["team"].choices = self.team_choices  # type: ignore[attr-defined]
        self.fields["file"].widget.attrs["accept"] = ".csv,.txt,.tsv"
        if not is_new:
            del self.fields["team"]

    def wanted(self) -> dict[str, Any]:
        """The arguments of the service; call it on a valid form. Raises InvalidInput for a file that is no text."""
        chosen = self.cleaned_data
        plain: dict[str, Any] = {"name": chosen["name"], "content": text_of(chosen["file"].read(LIST_BYTES + 1))}
        if "team" in self.fields:
            plain["team_id"] = UUID(chosen["team"]) if chosen["team"] else None
        return plain


class LibraryTypeForm(ScreenForm):
    """A type of the library as text; the key is asked for a new one only."""

    key = forms.SlugField(label=gettext_lazy("Key"), max_length=60)
    text = forms.CharField(
        label=gettext_lazy("Definition (YAML)"),
        max_length=MOST_BYTES,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false", "class": "form-control code-area"}),
    )

    def __init__(self, data: Any, *, key: str = "", text: str = "") -> None:
        super().__init__(data, initial={"text": text})
        if key:
            del self.fields["key"]


class AdoptionForm(forms.Form):
    """A type of the library, for a team or every team, with its names in one language."""

    key = forms.SlugField(max_length=60)
    team = forms.UUIDField(required=False)
    language = forms.CharField(max_length=10)

    def __init__(self, data: Any, *, access: Access) -> None:
        super().__init__(data)
        self.organization_id = access.required_organization_id

    def adopt(self, access: Access) -> Schema:
        """The organisation's own type, under the next key that is free; call it on a valid form."""
        chosen = self.cleaned_data
        key = free_key(self.organization_id, chosen["key"])
        return schema_adopt(access, chosen["key"], team_id=chosen["team"], language=chosen["language"], key=key)


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
