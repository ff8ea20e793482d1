"""What links in e-mails open: a new password, an invitation. The token comes behind the `#` and is posted from the page."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import services
from accounts.access import opens_own_scopes
from accounts.forms import NewPasswordForm, messages_of
from idp_project.core.errors import IdpError


@opens_own_scopes
@login_not_required
@never_cache
@ensure_csrf_cookie
@require_http_methods(["GET", "POST"])
def password_forgotten(request: HttpRequest) -> HttpResponse:
    """Has a link e-mailed; the answer is the same whether or not there is such a person."""
    is_sent = request.method == "POST"
    if is_sent:
        services.password_reset_request(request.POST.get("address", "")[:254])
    return render(request, "accounts/password_forgotten.html", {"is_sent": is_sent})


@opens_own_scopes
@login_not_required
@sensitive_post_parameters("token", "new", "again")
@never_cache
@ensure_csrf_cookie
@require_http_methods(["GET", "POST"])
def password_reset(request: HttpRequest) -> HttpResponse:
    """Takes the link's token, asks for the new password, sets it and leads to the sign-in page."""
    if request.method == "GET":
        return _token_page(request, "accounts/password_reset.html")
    form = NewPasswordForm(request.POST)
    token = request.POST.get("token", "")
    try:
        user = services.password_reset_owner(token)
        if "new" not in request.POST:
            return _step(request, "accounts/password_reset.html", token, person=user.username)
        if not form.is_valid():
            return _step(request, "accounts/password_reset.html", token, form=form, person=user.username)
        services.password_reset_complete(token, form.cleaned_data["new"])
    except services.BadResetLink as error:
        return _token_page(request, "accounts/password_reset.html", error.message)
    except IdpError as error:
        return _step(request, "accounts/password_reset.html", token, error=error.message, person=user.username)
    messages.success(request, _("Your new password is set. Please sign in with it."))
    return HttpResponseRedirect(reverse("accounts:login"))


@opens_own_scopes
@login_not_required
@sensitive_post_parameters("token", "new", "again")
@never_cache
@ensure_csrf_cookie
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest) -> HttpResponse:
    """Takes the link's token, says who invites to what, makes the account and leads to the sign-in page."""
    if request.method == "GET":
        return _token_page(request, "accounts/invitation.html")
    form = NewPasswordForm(request.POST)
    token = request.POST.get("token", "")
    try:
        offer = services.invitation_open(token)
        if "accept" not in request.POST:
            return _step(request, "accounts/invitation.html", token, offer=offer)
        if not form.is_valid():
            return _step(request, "accounts/invitation.html", token, form=form, offer=offer)
        name = form.cleaned_data["display_name"]
        services.invitation_accept(token, password=form.cleaned_data["new"], display_name=name)
    except services.BadInvitation as error:
        return _token_page(request, "accounts/invitation.html", error.message)
    except IdpError as error:
        return _step(request, "accounts/invitation.html", token, error=error.message, offer=offer)
    messages.success(request, _("Welcome. Please sign in with your e-mail address."))
    return HttpResponseRedirect(reverse("accounts:login"))


def _token_page(request: HttpRequest, template: str, error: str = "") -> HttpResponse:
    """Before the token is known: its module posts what stands behind the `#`; without it one pastes the link."""
    return render(request, template, {"error": error}, status=403 if error else 200)


def _step(
    request: HttpRequest,
    template: str,
    token: str,
    *,
    form: NewPasswordForm | None = None,
    error: str = "",
    **context: Any,
) -> HttpResponse:
    if form:
        error = messages_of(form)
    context |= {"token": token, "error": error, "typed_name": request.POST.get("display_name", "")}
    return render(request, template, context, status=400 if error else 200)
