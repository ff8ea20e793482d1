"""Between password and session: asking for a code, or having a person set up the second factor that is required."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts.access import opens_own_scopes
from accounts.forms.second_factor import CodeForm, messages_of
from accounts.services.sign_in import second_factor, sessions
from accounts.tokens import set_device_cookie, set_session_cookies
from idp_project.core.rate_limits import limited


@limited("sign_in")
@opens_own_scopes
@login_not_required
@sensitive_post_parameters("code", "pending")
@never_cache
@require_POST
def login_code(request: HttpRequest) -> HttpResponse:
    """After a right password: a right code opens the session and goes on to `next`."""
    target = safe_next(request, "/")
    pending = request.POST.get("pending", "")
    user = second_factor.pending_sign_in_user(pending)
    form = CodeForm(request, user, request.POST)
    if not form.is_valid():
        return ask_for_code(request, user, target, pending=pending, error=messages_of(form))
    return signed_in(request, user, HttpResponseRedirect(target), has_second_factor=True)


@limited("sign_in")
@opens_own_scopes
@login_not_required
@sensitive_post_parameters("code", "pending", "secret")
@never_cache
@require_POST
def login_enroll(request: HttpRequest) -> HttpResponse:
    """After a right password, where a second factor is required: enrols it, opens the session, shows recovery codes."""
    target = safe_next(request, "/")
    pending = request.POST.get("pending", "")
    user = second_factor.pending_sign_in_user(pending)
    secret = request.POST.get("secret", "")
    try:
        codes = second_factor.second_factor_enroll(user, secret, request.POST.get("code", ""))
    except second_factor.WrongCode as error:
        return ask_to_enroll(request, user, target, pending=pending, secret=secret, error=error.message)
    page = render(request, "accounts/recovery_codes.html", {"codes": codes, "next": target, "is_signed_out": True})
    return signed_in(request, user, page, has_second_factor=True)


def signed_in(
    request: HttpRequest, user: Any, response: HttpResponse, *, has_second_factor: bool = False
) -> HttpResponse:
    """The response with the cookies of a new session; raises what `sign_in` raises."""
    grant = sessions.sign_in(
        user,
        ip=request.META.get("REMOTE_ADDR") or None,
        user_agent=request.headers.get("User-Agent", ""),
        has_second_factor=has_second_factor,
    )
    user_logged_in.send(sender=type(user), request=request, user=user)
    rotate_token(request)
    set_session_cookies(response, grant)
    set_device_cookie(response, user)
    return response


def ask_for_code(request: HttpRequest, user: Any, target: str, *, pending: str = "", error: str = "") -> HttpResponse:
    """The page that asks for the app's code; `pending` is what it said before, whose five minutes go on."""
    context = {"pending": pending or second_factor.pending_sign_in(user), "next": target, "error": error}
    return render(request, "accounts/login_code.html", context, status=400 if error else 200)


def ask_to_enroll(
    request: HttpRequest, user: Any, target: str, *, pending: str = "", secret: str | None = None, error: str = ""
) -> HttpResponse:
    """The page that shows the QR code, before there is a session."""
    context = {
        "pending": pending or second_factor.pending_sign_in(user),
        "offer": second_factor.second_factor_offer(user, secret),
        "next": target,
        "error": error,
    }
    return render(request, "accounts/login_enroll.html", context, status=400 if error else 200)


def safe_next(request: HttpRequest, default: str) -> str:
    """`next` if it is an address on this site."""
    target = request.POST.get("next") or request.GET.get("next") or default
    is_safe = url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    return target if is_safe and target.startswith("/") else default
