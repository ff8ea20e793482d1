"""Requests of marked views are counted before the view runs: by address, by person, by organisation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from accounts.access import Access
from accounts.error_pages import error_response
from idp_project.core import rate_counters
from idp_project.core.client_addresses import counted_address
from idp_project.core.errors import TooManyRequests
from idp_project.core.rate_limits import Scope, scopes_of


class RequestRateMiddleware:
    """Answers 429 with `Retry-After` where a limit is used up. Must come behind the middleware that says who asks.

    What a request says about itself is not read here: limits by account are counted where the account is known.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        group = getattr(view, "rate_group", "")
        if not group or request.method not in view.rate_methods:
            return None
        try:
            _count(group, request)
        except TooManyRequests as refusal:
            return error_response(request, refusal)
        return None


def _count(group: str, request: Any) -> None:
    access: Access | None = request.access
    who = {
        Scope.ADDRESS: counted_address(request.META.get("REMOTE_ADDR")),
        Scope.PERSON: access.user_id if access else None,
        Scope.ORGANIZATION: access.organization_id if access else None,
    }
    for scope in scopes_of(group):
        if who.get(scope) is not None:
            rate_counters.count(f"{group}_{scope}", who[scope])
