"""Who asks and what they may see, for pages, admin and API alike; and expected errors as answers."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any
from urllib.parse import SplitResult, urlencode, urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.core.signals import got_request_exception
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils.cache import patch_vary_headers

from accounts.access import Access
from accounts.domain.refusals import CROSS_SITE, INTERNAL_ERROR
from accounts.error_pages import error_response, refusal_of, wants_json
from accounts.selectors.access import access_resolve, session_get_live
from accounts.services.audit.refusals import refusal_record
from accounts.services.audit.trail import audit_at_end
from accounts.services.sign_in.api_keys import api_key_identify
from accounts.tokens import clear_session_cookies, presented_with
from idp_project.core.errors import Forbidden, IdpError, NotFound, NotSignedIn
from idp_project.core.regional import regional_of, regional_use
from idp_project.core.storable import Unstorable
from idp_project.core.tenancy import act_as, organization_scope, system_scope

logger = logging.getLogger(__name__)
GetResponse = Callable[[HttpRequest], HttpResponseBase]
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
ADMIN_PREFIX = "/admin/"


class InternalError(IdpError):
    """What an unexpected exception looks like from outside."""

    code = "internal_error"
    http_status = 500  # type: ignore[assignment]
    default_message = INTERNAL_ERROR


class _RollBack(Exception):
    """Leaves a tenancy scope without committing; the response is kept."""


class AccessMiddleware:
    """Sets `request.user`, `request.access` (None: nobody) and `request.credential` ("cookie", "bearer", "api_key", None).

    Token claims are confirmed in the database on every request. What a signed-in person asks runs in one transaction
    under their organisation, super admins' admin pages in the system's; errors and 5xx answers roll it back. Views
    are closed to strangers unless they are `login_not_required` (DRF views decide for themselves).
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponseBase:
        if _is_cross_site(request):
            return error_response(request, Forbidden(CROSS_SITE(), code="cross_site"))
        self._identify(request)
        response: HttpResponseBase = HttpResponse(status=500)
        try:
            with _scope_of(request):
                response = self.get_response(request)
                if request.must_roll_back or response.status_code >= 500:
                    raise _RollBack
        except _RollBack:
            pass
        if response.status_code == HTTPStatus.FORBIDDEN and request.access:
            refusal_record(request.access, request.method, *_asked_for(request))
        return response

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        """Default deny, and Django admin for super admins only."""
        if request.access is None:
            return _ask_to_sign_in(request) if getattr(view, "login_required", True) else None
        if request.path_info.startswith(ADMIN_PREFIX) and not request.access.is_super:
            return error_response(request, Forbidden())
        return None

    def _identify(self, request: Any) -> None:
        request.user, request.access, request.credential = AnonymousUser(), None, None
        request.must_roll_back = False
        presented = presented_with(request, allows_bearer=request.path_info.startswith("/api/"))
        request.is_session_expired = presented.is_expired
        if presented.api_key:
            if identified := api_key_identify(presented.api_key):
                request.user, request.access = identified
                request.credential = "api_key"
        elif session := session_get_live(presented.session_id) if presented.session_id else None:
            access = access_resolve(session.user, session)
            if access:
                request.user, request.access = session.user, access
                request.credential = "bearer" if presented.is_bearer else "cookie"

        async def user() -> Any:
            return request.user

        request.auser = user


class RegionalMiddleware:
    """The person's settings, else those of the organisation that they work in, else what the browser asks for.

    After AccessMiddleware, which knows both of them.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponseBase:
        choices = request.access.regional if request.access else ()
        regional = regional_of(*choices, accepted=request.headers.get("Accept-Language", ""))
        regional_use(regional)
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", regional.language)
        if request.access is None:
            patch_vary_headers(response, ("Accept-Language",))
        return response


class ErrorPageMiddleware:
    """Turns exceptions of views into answers for people and scripts, and marks the transaction for rollback."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: Any, exception: Exception) -> HttpResponse:
        """Missing and invisible look the same, no matter who raised it."""
        request.must_roll_back = True
        if isinstance(exception, NotSignedIn):
            return _ask_to_sign_in(request)
        if isinstance(exception, IdpError):
            return error_response(request, exception)
        if isinstance(exception, Http404):
            return error_response(request, NotFound())
        if isinstance(exception, PermissionDenied):
            return error_response(request, Forbidden())
        if (refusal := refusal_of(exception)) is not None:
            return error_response(request, refusal)
        if isinstance(exception, DataError | OverflowError):  # no column or date is as large as what was sent
            logger.warning("A value was too large to be kept on %s %s", request.method, request.path_info)
            return error_response(request, Unstorable())
        logger.exception("Unexpected error on %s %s", request.method, request.path_info)
        got_request_exception.send(sender=type(self), request=request)
        return error_response(request, InternalError())


def _is_cross_site(request: HttpRequest) -> bool:
    """The first check, before CSRF tokens: a browser says where an unsafe request comes from, whatever a page wants."""
    if request.method in SAFE_METHODS:
        return False
    if request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
        return True
    origin = request.headers.get("Origin")
    if origin is None or origin in settings.CSRF_TRUSTED_ORIGINS:
        return False
    return _split(origin).netloc != request.get_host()


def _split(address: str) -> SplitResult:
    """What is no address has no host, and so is of no site."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def _asked_for(request: HttpRequest) -> tuple[str, str]:
    """(name of the view, id of the object) for the audit trail."""
    match = request.resolver_match
    if match is None:
        return request.path_info, ""
    ids = [str(value) for value in match.kwargs.values()]
    return match.view_name, ids[-1] if ids else ""


@contextmanager
def _scope_of(request: Any) -> Iterator[None]:
    access: Access | None = request.access
    if access is None or _opens_own_scopes(request):
        yield
    elif access.is_super and request.path_info.startswith(ADMIN_PREFIX):
        with system_scope("admin"), audit_at_end():
            yield
    elif access.organization_id:
        with organization_scope(access.organization_id), audit_at_end():
            if access.user_id:
                act_as(access.user_id)
            yield
    else:
        yield


def _opens_own_scopes(request: HttpRequest) -> bool:
    try:
        return getattr(resolve(request.path_info).func, "opens_own_scopes", False)
    except Resolver404:
        return True


def _ask_to_sign_in(request: Any) -> HttpResponse:
    """401 for scripts; for people the renew page while the session may still be refreshed, else the sign-in page."""
    if wants_json(request):
        return error_response(request, NotSignedIn())
    is_readable = request.method in SAFE_METHODS
    target = request.get_full_path() if is_readable else _referring_path(request)
    if request.is_session_expired:
        context = {"next": target, "was_lost": not is_readable}
        response = render(request, "accounts/renew.html", context, status=401)
        response["Cache-Control"] = "no-store"
        return response
    response = HttpResponseRedirect(f"{reverse('accounts:login')}?{urlencode({'next': target})}")
    clear_session_cookies(response)
    return response


def _referring_path(request: HttpRequest) -> str:
    referrer = _split(request.headers.get("Referer", ""))
    if referrer.netloc != request.get_host():
        return "/"
    return referrer.path + (f"?{referrer.query}" if referrer.query else "")
