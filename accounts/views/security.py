"""What the organisation requires of those who sign in."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.forms.security import SecurityRulesForm
from accounts.selectors import organization as organization_selectors
from accounts.selectors import security
from accounts.services.settings import security as security_services
from accounts.views.organization import back_to, tried


@never_cache
@require_http_methods(["GET", "POST"])
def security_rules(request: Any) -> HttpResponse:
    """The form; a POST saves it, and open sessions keep to it at once."""
    organization = organization_selectors.organization_managed_by(request.access)
    form = SecurityRulesForm(request.POST or None, security.security_rules_of(organization))
    if request.method == "POST" and tried(
        form, lambda: security_services.security_rules_set(request.access, form.rules)
    ):
        return back_to(request, "accounts:organization_security", done=_("Saved. It holds from now on."))
    context = {
        "form": form,
        "organization": organization,
        "without": organization_selectors.people_without_second_factor(request.access),
    }
    return render(request, "accounts/organization/security.html", context, status=400 if form.errors else 200)
