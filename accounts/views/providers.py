"""The organisation's AI providers: what is used for what, endpoints set up, removed, tried out."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import opens_own_scopes
from accounts.forms.providers import EndpointForm, EnginesForm
from accounts.selectors import organization as organization_selectors
from accounts.selectors import providers
from accounts.services.providers import ai_models
from accounts.services.providers import providers as providers_services
from accounts.views.organization import back_to, tried
from idp_project.core.errors import PermanentFailure, TooManyRequests, TransientFailure
from idp_project.core.rate_limits import limited

_LIST = "accounts:organization_providers"
_SHOWN = ("purpose", "provider", "model", "location", "api_base", "context_tokens", "is_active")


@never_cache
@require_http_methods(["GET", "POST"])
def provider_list(request: Any) -> HttpResponse:
    """What is used for what, and what is set up; a POST chooses."""
    organization = organization_selectors.organization_managed_by(request.access)
    form = EnginesForm(
        request.POST or None,
        initial={name: organization.settings.get(name, "") for name in ("llm", "embeddings", "ocr")},
        offered=providers.engine_choices_of(request.access),
    )
    if request.method == "POST" and tried(
        form, lambda: providers_services.engines_choose(request.access, form.cleaned_data)
    ):
        return back_to(request, _LIST, done=_("Saved. It holds for the next document and the next question."))
    context = {
        "organization": organization,
        "form": form,
        "endpoints": providers.provider_endpoints_of(request.access),
        "used": providers.engines_used_by(request.access),
        "is_cloud_allowed": not ai_models.egress_policy_of(organization).local_only,
    }
    return render(request, "accounts/organization/providers.html", context, status=400 if form.errors else 200)


@never_cache
@sensitive_post_parameters("api_key")
@require_http_methods(["GET", "POST"])
def provider_new(request: Any) -> HttpResponse:
    """The form of a new endpoint; a POST saves it."""
    organization = organization_selectors.organization_managed_by(request.access)
    form = EndpointForm(request.POST or None, is_local_only=organization.is_local_only)
    if request.method == "POST" and tried(
        form, lambda: providers_services.provider_endpoint_set(request.access, form.endpoint)
    ):
        return back_to(request, _LIST, done=_("The provider was added. Test the connection, then choose it above."))
    context = {"form": form, "endpoint": None, "organization": organization}
    return render(request, "accounts/organization/provider.html", context, status=400 if form.errors else 200)


@never_cache
@sensitive_post_parameters("api_key")
@require_http_methods(["GET", "POST"])
def provider_detail(request: Any, endpoint_id: UUID) -> HttpResponse:
    """One endpoint; a POST changes it."""
    endpoint = providers.provider_endpoint_managed_by(request.access, endpoint_id)
    organization = organization_selectors.organization_managed_by(request.access)
    form = EndpointForm(
        request.POST or None,
        initial={name: getattr(endpoint, name) for name in _SHOWN},
        has_key=bool(endpoint.api_key),
        is_local_only=organization.is_local_only,
    )
    if request.method == "POST" and tried(
        form, lambda: providers_services.provider_endpoint_set(request.access, form.endpoint, endpoint_id)
    ):
        return back_to(request, _LIST, done=_("The provider was saved."))
    context = {"form": form, "endpoint": endpoint, "organization": organization}
    return render(request, "accounts/organization/provider.html", context, status=400 if form.errors else 200)


@require_POST
def provider_remove(request: Any, endpoint_id: UUID) -> HttpResponse:
    """Its key is gone with it."""
    providers_services.provider_endpoint_remove(request.access, endpoint_id)
    return back_to(request, _LIST, done=_("The provider was removed."))


@limited("provider_tests")
@opens_own_scopes
@require_POST
def provider_test(request: Any, endpoint_id: UUID) -> HttpResponse:
    """Asks the endpoint for a word, and says what came of it; goes back to where the button was pressed."""
    try:
        messages.success(request, providers_services.provider_endpoint_test(request.access, endpoint_id))
    except (PermanentFailure, TransientFailure, TooManyRequests) as error:
        messages.error(request, error.message)
    if request.POST.get("from") == "admin" and request.access.is_super:
        return HttpResponseRedirect(reverse("admin:accounts_providerendpoint_change", args=[endpoint_id]))
    return back_to(request, _LIST)
