"""Language, regional format and time zone: one's own and the organisation's."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.forms.regional import RegionalForm
from accounts.selectors import organization as organization_selectors
from accounts.services import regional
from accounts.views.organization import back_to, tried
from idp_project.core.regional import RegionalChoice, regional_of, regional_use


@never_cache
@require_http_methods(["GET", "POST"])
def own_regional(request: Any) -> HttpResponse:
    """The form; a POST saves it, and the next page is shown by it."""
    otherwise = _("As my organisation, else as my browser")
    form = RegionalForm(request.POST or None, request.user.regional_choice, otherwise=otherwise)
    if request.method == "POST" and tried(form, lambda: regional.own_regional_set(request.access, form.choice)):
        _use(request, form.choice, *request.access.regional[1:])
        return back_to(request, "accounts:regional", done=_("Saved. It holds from now on."))
    return _page(request, "accounts/regional.html", form)


@never_cache
@require_http_methods(["GET", "POST"])
def organization_regional(request: Any) -> HttpResponse:
    """The form; a POST saves it for everybody who has set nothing themselves."""
    organization = organization_selectors.organization_managed_by(request.access)
    form = RegionalForm(request.POST or None, organization.regional_choice, otherwise=_("As the browser"))
    if request.method == "POST" and tried(
        form, lambda: regional.organization_regional_set(request.access, form.choice)
    ):
        _use(request, request.user.regional_choice, form.choice)
        return back_to(request, "accounts:organization_regional", done=_("Saved. It holds from now on."))
    return _page(request, "accounts/organization/regional.html", form)


def _use(request: Any, *choices: RegionalChoice) -> None:
    """The sentence about what was done is in the new language already."""
    regional_use(regional_of(*choices, accepted=request.headers.get("Accept-Language", "")))


def _page(request: Any, template: str, form: RegionalForm) -> HttpResponse:
    return render(request, template, {"form": form, "now": timezone.now()}, status=400 if form.errors else 200)
