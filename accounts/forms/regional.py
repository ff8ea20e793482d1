"""Form of language, regional format and time zone."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from babel import Locale
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.forms.screen import ScreenForm
from idp_project.core.regional import LOCALES, RegionalChoice, regional_current, time_zones


def regional_choices() -> dict[str, list[tuple[str, str]]]:
    """What is offered for each field, in words of the language in force."""
    in_words = Locale.parse(regional_current().language)
    return {
        "language": list(settings.LANGUAGES),
        "locale": [(code, str(Locale.parse(code, sep="-").get_display_name(in_words))) for code in LOCALES],
        "time_zone": [(name, name.replace("_", " ")) for name in time_zones()],
    }


class RegionalForm(ScreenForm):
    """What is left empty is decided elsewhere; `otherwise` says where."""

    language = forms.ChoiceField(label=_("Language"), required=False)
    locale = forms.ChoiceField(
        label=_("Format of dates, times and numbers"),
        required=False,
        help_text=_("The time has 24 hours where this format has it."),
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False)

    def __init__(self, data: Any, choice: RegionalChoice, *, otherwise: Any) -> None:
        super().__init__(data, initial=asdict(choice))
        for name, choices in regional_choices().items():
            self.fields[name].choices = [("", otherwise), *choices]  # type: ignore[attr-defined]

    @property
    def choice(self) -> RegionalChoice:
        return RegionalChoice(**self.cleaned_data)
