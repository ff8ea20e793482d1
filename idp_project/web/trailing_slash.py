"""No request loses its body to a redirect: clients follow a 301 or 302 with a GET, and what they sent is gone."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.error_pages import error_response
from idp_project.core.addresses import served_path
from idp_project.core.errors import Forbidden
from idp_project.core.refusals import HTTPS_REQUIRED

API_PREFIX = "/api/"
_REDIRECTED_METHODS = frozenset({"GET", "HEAD"})


class ServedAddressMiddleware:
    """Serves a path that lacks its trailing slash as if it had one: the whole API, and every method that may have a body.

    A page that is only read is left to Django's redirect, so that relative links on it work. Must come before every
    middleware that looks at the path.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in _REDIRECTED_METHODS or request.path_info.startswith(API_PREFIX):
            added = served_path(request.path_info).removeprefix(request.path_info)
            request.path_info += added
            request.path += added
        return self.get_response(request)


class ClearTextMiddleware:
    """Where Django redirects plain http to https, what is sent without TLS is refused instead.

    Must come before Django's SecurityMiddleware, which would redirect it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not settings.SECURE_SSL_REDIRECT or request.method in _REDIRECTED_METHODS or request.is_secure():
            return self.get_response(request)
        response = error_response(request, Forbidden(HTTPS_REQUIRED(), code="https_required"))
        response["X-Content-Type-Options"] = "nosniff"
        return response
