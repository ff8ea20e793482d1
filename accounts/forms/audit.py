"""The filters of the audit trail."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.domain.audit_kinds import AuditKind
from accounts.forms.screen import DayInput, FilterForm, ScreenForm
from accounts.selectors.audit import AuditFilter
from accounts.templatetags.audit import KINDS


def _date_field(label: Any) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=DayInput)


class AuditFilterForm(FilterForm, ScreenForm):
    """Reads an AuditFilter from a query string; InvalidInput for what is malformed. Days are whole and of our time zone."""

    kind = forms.TypedChoiceField(label=_("Kind"), required=False, coerce=AuditKind, empty_value=None)
    text = forms.CharField(label=_("Person, action or object"), required=False, max_length=150)
    object_id = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    purpose = forms.CharField(label=_("Purpose"), required=False, min_length=10, max_length=200)
    since = _date_field(_("From"))
    until = _date_field(_("Until"))

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        choices = [("", _("Every kind")), *((kind.value, KINDS[kind][2]) for kind in AuditKind)]
        self.fields["kind"].choices = choices  # type: ignore[attr-defined]
        self.fields["kind"].widget.attrs["data-submit-on-change"] = True
        self.fields["purpose"].widget.attrs["placeholder"] = _("Why you have to know who looked at what")
        self.fields["text"].widget.attrs |= {"type": "search", "placeholder": _("Person, action or object")}

    @property
    def audit_filter(self) -> AuditFilter:
        chosen = self.chosen
        since, until = chosen.get("since"), chosen.get("until")
        return AuditFilter(
            kind=chosen.get("kind"),
            text=chosen.get("text", ""),
            object_id=chosen.get("object_id", ""),
            since=_midnight(since) if since else None,
            purpose=chosen.get("purpose", "").strip(),
            until=_midnight(until + timedelta(days=1)) if until and until < date.max else None,
        )


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
