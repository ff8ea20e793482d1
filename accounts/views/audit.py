"""The audit trail of the organisation: filtered, taken along, checked."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.access import opens_own_scopes
from accounts.domain.audit_kinds import AuditKind
from accounts.forms.audit import AuditFilterForm
from accounts.selectors import audit, organization
from accounts.services.audit import checks as audit_checks
from accounts.services.audit import export as audit_lines
from accounts.services.audit import seen as audit_seen
from idp_project.core.csv_lines import as_csv
from idp_project.core.errors import IdpError
from idp_project.core.rate_limits import limited

_ENTRIES_A_PAGE = 100


@never_cache
@require_GET
def audit_list(request: Any) -> HttpResponse:
    """The newest entries first; the next page begins behind the last number shown, whatever was added meanwhile."""
    form = AuditFilterForm(request.GET)
    entries = audit.audit_list(request.access, form.audit_filter)
    audit_seen.seen_entries_open(request.access, form.audit_filter)
    before = request.GET.get("before", "")
    if is_later := before.isdecimal() and len(before) < 19:
        entries = entries.filter(number__lt=int(before))
    rows = list(entries[: _ENTRIES_A_PAGE + 1])
    _name_teams(request, rows)
    query = request.GET.copy()
    query.pop("before", None)
    context = {
        "form": form,
        "entries": rows[:_ENTRIES_A_PAGE],
        "is_later": is_later,
        "lacks_purpose": form.audit_filter.kind is AuditKind.SEEN and not form.audit_filter.purpose,
        "is_filtered": bool(form.audit_filter.as_details()),
        "next_before": rows[_ENTRIES_A_PAGE - 1].number if len(rows) > _ENTRIES_A_PAGE else None,
        "query": query.urlencode(),
    }
    return render(request, "accounts/organization/audit.html", context)


def _name_teams(request: Any, entries: list[Any]) -> None:
    """For the page alone: entries keep the ids of teams, people know their names."""
    names = {str(team.id): team.name for team in organization.team_rows(request.access)}
    for entry in entries:
        if (team := entry.details.get("team")) in names:
            entry.details = entry.details | {"team": names[team]}


@limited("exports", methods=["GET"])
@opens_own_scopes
@never_cache
@require_GET
def audit_export(request: Any) -> StreamingHttpResponse:
    """The filtered trail as CSV, streamed; that it was taken is an entry itself."""
    lines = audit_lines.audit_export(request.access, AuditFilterForm(request.GET).audit_filter)
    response = StreamingHttpResponse(as_csv(lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return response


@opens_own_scopes
@never_cache
@require_GET
def audit_check(request: Any) -> HttpResponse:
    """Whether the trail is whole, as a fragment or as a page of its own."""
    context: dict[str, Any] = {}
    try:
        context["check"] = audit_checks.audit_check(request.access)
    except IdpError as error:
        if error.code != "anchor_changed":
            raise
        context["problem"] = error.message
    template = "_audit_check.html" if request.htmx else "audit_check.html"
    return render(request, f"accounts/organization/{template}", context)
