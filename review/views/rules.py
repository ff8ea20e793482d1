"""What is set for the people who review: the rule of a type, and the organisation's working days."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import access_of
from accounts.views.organization import back_to, tried
from review.forms.rules import CalendarForm, ReviewRuleForm
from review.selectors.calendar import calendar_managed_by, holidays_managed_by
from review.services import rules, work_calendar


@never_cache
@require_http_methods(["GET", "POST"])
def of_type(request: HttpRequest, schema_id: UUID) -> HttpResponse:
    """The rule of a type, for its managers; a POST saves it."""
    access = access_of(request)
    schema, rule = rules.rule_of(access, schema_id)
    form = ReviewRuleForm(request.POST or None, rule, rules.field_paths(schema))
    if request.method == "POST" and tried(form, lambda: rules.review_rule_set(access, schema_id, form.wanted)):
        return back_to(request, "review:rule", schema_id, done=_("Saved. It holds from now on."))
    context = {"form": form, "schema": schema}
    return render(request, "review/rule.html", context, status=400 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def calendar(request: HttpRequest) -> HttpResponse:
    """The organisation's working days, for its admins; a POST saves them."""
    access = access_of(request)
    present = calendar_managed_by(access)
    holidays = [(one.day, one.name) for one in holidays_managed_by(access)]
    form = CalendarForm(request.POST or None, weekdays=present.weekdays, ends=present.ends, holidays=holidays)
    if request.method == "POST" and tried(form, lambda: work_calendar.calendar_set(access, **form.cleaned_data)):
        return back_to(request, "review:calendar", done=_("Saved. It holds from now on."))
    return render(request, "review/calendar.html", {"form": form}, status=400 if form.errors else 200)
