"""How much was decided: one's own counters, sums of teams, and the agreement without which nothing is shown per person."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access import access_of
from accounts.domain.roles import Permission
from accounts.views.organization import back_to
from review.selectors.figures import SMALLEST_TEAM, work_figures
from review.services import figures as figures_services


@never_cache
@require_GET
def figures(request: HttpRequest) -> HttpResponse:
    """The asker's own, and what they may see of teams."""
    access = access_of(request)
    context = {
        "figures": work_figures(access),
        "smallest": SMALLEST_TEAM,
        "may_switch": access.can_everywhere(Permission.MANAGE_ORGANIZATION),
    }
    return render(request, "review/figures.html", context)


@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Switches figures per person on, under the `agreement` named."""
    figures_services.figures_begin(access_of(request), agreement=request.POST.get("agreement", ""))
    return back_to(request, "review:figures", done=_("On. Everybody was told."))


@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """Switches them off."""
    figures_services.figures_end(access_of(request))
    return back_to(request, "review:figures", done=_("Off. Everybody was told."))
