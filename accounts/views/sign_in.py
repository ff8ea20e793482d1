"""Pages of signing in and out, renewing a session, socket tickets, switching the team."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import opens_own_scopes
from accounts.domain.refusals import CSRF_FAILED, LOCKED_OUT, TEAM_UNKNOWN
from accounts.error_pages import error_response, wants_json
from accounts.forms.sign_in import LoginForm
from accounts.selectors import access
from accounts.services.sign_in import sessions, tickets
from accounts.tokens import (
    clear_session_cookies,
    device_tokens_of,
    refresh_claims,
    refresh_cookie_of,
    set_access_cookie,
    set_session_cookies,
)
from accounts.views.second_factor import ask_for_code, ask_to_enroll, safe_next, signed_in
from idp_project.core.errors import (
    Forbidden,
    IdpError,
    InvalidInput,
    NotFound,
    NotSignedIn,
    TooManyRequests,
    headers_of,
)
from idp_project.core.rate_limits import limited


class LockedOut(TooManyRequests):
    """Too many wrong passwords."""

    code = "locked_out"
    what = LOCKED_OUT


@limited("sign_in")
@opens_own_scopes
@login_not_required
@sensitive_post_parameters("password")
@never_cache
@ensure_csrf_cookie
@require_http_methods(["GET", "POST"])
def login(request: Any) -> HttpResponse:
    """The form; a right password opens a session and goes on to `next`."""
    target = safe_next(request, settings.LOGIN_REDIRECT_URL)
    if request.method == "GET" and request.access:
        return HttpResponseRedirect(target)
    form = LoginForm(request, request.POST or None, device_tokens=device_tokens_of(request.COOKIES))
    try:
        is_right = request.method == "POST" and form.is_valid()
    except TooManyRequests as error:
        return _refused(request, error)
    if is_right and form.user:
        try:
            return signed_in(request, form.user, HttpResponseRedirect(target))
        except sessions.SecondFactorNeeded:
            return ask_for_code(request, form.user, target)
        except sessions.EnrollmentNeeded:
            return ask_to_enroll(request, form.user, target)
        except Forbidden as error:
            form.add_error(None, error.message)
    return _login_page(request, form, target, status=200 if request.method == "GET" else 400)


def login_locked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """What axes answers to a name and address that failed too often; the password is not looked at any more."""
    return _refused(request, LockedOut(retry_after=settings.AXES_COOLOFF_TIME.total_seconds()))


@opens_own_scopes
@login_not_required
@require_POST
def logout(request: Any) -> HttpResponse:
    """Ends the session; harmless without one."""
    if request.access:
        sessions.sign_out(request.access)
    response = HttpResponseRedirect(reverse("accounts:login"))
    clear_session_cookies(response)
    return response


@login_not_required
@never_cache
@ensure_csrf_cookie
@require_GET
def renew(request: HttpRequest) -> HttpResponse:
    """Refreshes by POST from the page itself and goes on to `next`."""
    return render(request, "accounts/renew.html", {"next": safe_next(request, "/"), "was_lost": False})


@opens_own_scopes
@login_not_required
@never_cache
@require_POST
def refresh(request: HttpRequest) -> HttpResponse:
    """Rotates the refresh token. Scripts get {"expires_at": epoch seconds}, a form goes on to `next`."""
    try:
        session_id, jti = refresh_claims(refresh_cookie_of(request))
        is_active = not wants_json(request) or request.headers.get("X-Idp-Active") == "1"
        grant = sessions.session_refresh(session_id, jti, is_active=is_active)
    except NotSignedIn as error:
        return _signed_out(request, error)
    response: HttpResponse = HttpResponseRedirect(safe_next(request, "/"))
    if wants_json(request):
        response = JsonResponse({"expires_at": 0})
    pair = set_session_cookies(response, grant)
    if wants_json(request):
        response.content = json.dumps({"expires_at": pair.expires_at})
    return response


@never_cache
@require_POST
def ticket(request: Any) -> JsonResponse:
    """{"ticket"}: opens one WebSocket within the next half minute."""
    return JsonResponse({"ticket": tickets.socket_ticket_issue(request.access)})


@opens_own_scopes
@require_POST
def switch_team(request: Any) -> HttpResponse:
    """Makes `organization` and `team` (empty: all of its teams) the active ones, and goes on to `next`."""
    try:
        organization_id = UUID(request.POST.get("organization") or str(request.access.organization_id))
        team_id = UUID(request.POST["team"]) if request.POST.get("team") else None
    except ValueError as error:
        raise InvalidInput(TEAM_UNKNOWN()) from error
    grant = sessions.team_switch(request.access, organization_id=organization_id, team_id=team_id)
    response = HttpResponseRedirect(safe_next(request, "/"))
    set_access_cookie(response, grant)
    return response


@never_cache
@require_GET
def team_menu(request: Any) -> HttpResponse:
    """The header's menu of teams, as a fragment."""
    choices = access.team_choices(request.access)
    active = next((choice for choice in choices if choice.is_active), None)
    present = active.team_name if active and active.team_id else (active.organization_name if active else "")
    return render(request, "accounts/_team_menu.html", {"choices": choices, "present": present})


@login_not_required
def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """`handler404`."""
    return error_response(request, NotFound())


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """`CSRF_FAILURE_VIEW`: says what to do, and not which check failed."""
    return error_response(request, Forbidden(CSRF_FAILED(), code="csrf_failed"))


def _login_page(request: Any, form: LoginForm, target: str, *, status: int, message: str = "") -> HttpResponse:
    context = {"form": form, "next": target, "error": message, "demo_logins": settings.DEMO_LOGINS}
    return render(request, "accounts/login.html", context, status=status)


def _refused(request: HttpRequest, error: TooManyRequests) -> HttpResponse:
    """429 as JSON for scripts, on the sign-in page for people."""
    if wants_json(request):
        return error_response(request, error)
    form = LoginForm(request)
    form.initial = {"username": request.POST.get("username", "")}
    response = _login_page(request, form, safe_next(request, "/"), status=429, message=error.message)
    for name, value in headers_of(error).items():
        response[name] = value
    return response


def _signed_out(request: HttpRequest, error: IdpError) -> HttpResponse:
    response = (
        error_response(request, error) if wants_json(request) else HttpResponseRedirect(reverse("accounts:login"))
    )
    clear_session_cookies(response)
    return response
