"""Forms of what is set for reviewing: the rule of a type, the organisation's working days."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from babel import Locale
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms.screen import ScreenForm
from documents.domain.deadline_rules import MOST_DAYS, DeadlineRule, DeadlineSource
from idp_project.core.regional import regional_current
from review.services.rules import AMOUNT_DIGITS, MOST_WORKING_DAYS, WantedRule

SOURCE_LABELS = {
    DeadlineSource.DUE_DATE: gettext_lazy("Due date"),
    DeadlineSource.DISCOUNT_DATE: gettext_lazy("Last day of the cash discount"),
    DeadlineSource.TERMS: gettext_lazy("A time that is written out (within two weeks of receipt)"),
    DeadlineSource.RECEIVED: gettext_lazy("Received (stamp, else e-mail, else upload)"),
    DeadlineSource.ISSUE_DATE: gettext_lazy("Date of the document"),
}


class ReviewRuleForm(ScreenForm):
    """By when a type is decided, and by how many. An empty number of days: that date makes no deadline."""

    working_days = forms.IntegerField(
        label=gettext_lazy("Working days where nothing on the paper says it"), min_value=0, max_value=MOST_WORKING_DAYS
    )
    is_second_always = forms.BooleanField(label=gettext_lazy("Always"), required=False)
    second_amount = forms.DecimalField(
        label=gettext_lazy("From this amount on"),
        required=False,
        min_value=0,
        max_digits=AMOUNT_DIGITS,
        decimal_places=2,
    )
    second_fields = forms.MultipleChoiceField(
        label=gettext_lazy("Where a person typed or changed one of these"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    second_percent = forms.IntegerField(
        label=gettext_lazy("Random share, in per cent"), min_value=0, max_value=100, initial=0
    )
    is_second_blind = forms.BooleanField(
        label=gettext_lazy("Blind: the second person enters what is printed before they see the first one's values"),
        required=False,
    )
    is_second_automatic = forms.BooleanField(
        label=gettext_lazy("Also for what would be approved automatically: a person decides then"), required=False
    )

    def __init__(self, data: Any, rule: WantedRule, fields: list[tuple[str, str]]) -> None:
        days = {one.source: one for one in rule.deadlines}
        initial = {name: value for name, value in vars(rule).items() if name != "deadlines"}
        for source in DeadlineSource:
            if one := days.get(source):
                initial |= {f"days_{source.value}": one.days, f"calendar_{source.value}": not one.is_working}
        super().__init__(data, initial=initial)
        for source in DeadlineSource:
            self.fields[f"days_{source.value}"] = forms.IntegerField(
                label=SOURCE_LABELS[source],
                required=False,
                min_value=-MOST_DAYS,
                max_value=MOST_DAYS,
                widget=forms.NumberInput(attrs={"class": "form-control"}),
            )
            self.fields[f"calendar_{source.value}"] = forms.BooleanField(
                label=gettext_lazy("calendar days"),
                required=False,
                widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
            )
        self.fields["second_fields"].choices = fields  # type: ignore[attr-defined]
        self.fields["second_fields"].widget.attrs["class"] = "form-check-input"

    @property
    def deadline_rows(self) -> list[tuple[Any, Any]]:
        """(days, calendar days) of every source, for the page."""
        return [(self[f"days_{source.value}"], self[f"calendar_{source.value}"]) for source in DeadlineSource]

    @property
    def second_rows(self) -> list[Any]:
        names = ("is_second_always", "second_amount", "second_percent", "second_fields")
        return [self[name] for name in (*names, "is_second_blind", "is_second_automatic")]

    @property
    def wanted(self) -> WantedRule:
        chosen = self.cleaned_data
        deadlines = tuple(
            DeadlineRule(source, chosen[f"days_{source.value}"], not chosen[f"calendar_{source.value}"])
            for source in DeadlineSource
            if chosen[f"days_{source.value}"] is not None
        )
        return WantedRule(
            deadlines=deadlines,
            second_fields=tuple(chosen["second_fields"]),
            **{
                name: chosen[name]
                for name in (
                    *("working_days", "is_second_always", "second_amount", "second_percent"),
                    *("is_second_blind", "is_second_automatic"),
                )
            },
        )


class CalendarForm(ScreenForm):
    """Which days people work, until when, and holidays: a line each, the date and its name."""

    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Working days"), coerce=int, widget=forms.CheckboxSelectMultiple, required=False
    )
    ends = forms.TimeField(
        label=gettext_lazy("A working day ends at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    holidays = forms.CharField(
        label=gettext_lazy("Holidays"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=gettext_lazy("A line each: the date as 2026-12-25, then its name."),
    )

    def __init__(self, data: Any, *, weekdays: list[int], ends: time, holidays: list[tuple[date, str]]) -> None:
        lines = "\n".join(f"{day.isoformat()} {name}".strip() for day, name in holidays)
        super().__init__(data, initial={"weekdays": weekdays, "ends": ends, "holidays": lines})
        names = Locale.parse(regional_current().language).days["stand-alone"]["wide"]
        self.fields["weekdays"].choices = [(day, names[day]) for day in range(7)]  # type: ignore[attr-defined]
        self.fields["weekdays"].widget.attrs["class"] = "form-check-input"

    def clean_holidays(self) -> list[tuple[date, str]]:
        found = []
        for line in self.cleaned_data["holidays"].splitlines():
            day, __, name = line.strip().partition(" ")
            if not day:
                continue
            try:
                found.append((date.fromisoformat(day), name.strip()))
            except ValueError:
                raise forms.ValidationError(
                    _("“%(line)s” does not begin with a date such as 2026-12-25."), params={"line": line}
                ) from None
        return found
