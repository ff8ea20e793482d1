"""What links in e-mails open: a new password, an invitation. The token comes behind the `#` and is posted from the page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import services
from accounts.access import opens_own_scopes
from accounts.forms import NewPasswordForm, messages_of
from idp_project.core import rate_counters
from idp_project.core.errors import IdpError
from idp_project.core.rate_limits import limited

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise


@limited("reset")
@opens_own_scopes
@login_not_required
@never_cache
@ensure_csrf_cookie
@require_http_methods(["GET", "POST"])
def password_forgotten(request: HttpRequest) -> HttpResponse:
    """Has a link e-mailed; the answer is the same whether or not there is such a person."""
    is_sent = request.method == "POST"
    if is_sent:
        address = request.POST.get("address", "")[:254]
        rate_counters.count("reset_account", address.strip().lower())
        services.password_reset_request(address)
    return render(request, "accounts/password_forgotten.html", {"is_sent": is_sent})


@limited("link")
@opens_own_scopes
@login_not_required
@sensitive_post_parameters("token", "new", "again")
@never_cache
@ensure_csrf_cookie
@require_http_methods(["GET", "POST"])
def password_reset(request: HttpRequest) -> HttpResponse:
    """Takes the link's token, asks for the new password, sets it and leads to the sign-in page."""
    return _page_of(request, _PASSWORD_RESET)


@limited("link")
@opens_own_scopes
@login_not_required
@sensitive_post_parameters("token", "new", "again")
@never_cache
@ensure_csrf_cookie
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest) -> HttpResponse:
    """Takes the link's token, says who invites to what, makes the account and leads to the sign-in page."""
    return _page_of(request, _INVITATION)


@dataclass(frozen=True)
class _Link:
    """What a link opens: `opened` tells the page's context, `answered` carries out what was chosen there."""

    template: str
    answer: str  # a field of the answer, which the token alone comes without
    refused: type[IdpError]
    opened: Callable[[str], dict[str, Any]]
    answered: Callable[[str, dict[str, Any]], object]
    done: StrPromise


_PASSWORD_RESET = _Link(
    template="accounts/password_reset.html",
    answer="new",
    refused=services.BadResetLink,
    opened=lambda token: {"person": services.password_reset_owner(token).username},
    answered=lambda token, chosen: services.password_reset_complete(token, chosen["new"]),
    done=gettext_lazy("Your new password is set. Please sign in with it."),
)
_INVITATION = _Link(
    template="accounts/invitation.html",
    answer="accept",
    refused=services.BadInvitation,
    opened=lambda token: {"offer": services.invitation_open(token)},
    answered=lambda token, chosen: services.invitation_accept(
        token, password=chosen["new"], display_name=chosen["display_name"]
    ),
    done=gettext_lazy("Welcome. Please sign in with your e-mail address."),
)


def _page_of(request: HttpRequest, link: _Link) -> HttpResponse:
    """Before the token is known, its module posts what stands behind the `#`; without the module one pastes the link."""
    if request.method == "GET":
        return render(request, link.template)
    token = request.POST.get("token", "")
    form = NewPasswordForm(request.POST) if link.answer in request.POST else None
    opened: dict[str, Any] = {}
    try:
        opened = link.opened(token)
        if form is None or not form.is_valid():
            return _step(request, link, token, opened, error=messages_of(form) if form else "")
        link.answered(token, form.cleaned_data)
    except link.refused as error:
        return render(request, link.template, {"error": error.message}, status=403)
    except IdpError as error:
        return _step(request, link, token, opened, error=error.message)
    messages.success(request, link.done)
    return HttpResponseRedirect(reverse("accounts:login"))


def _step(request: HttpRequest, link: _Link, token: str, opened: dict[str, Any], *, error: str) -> HttpResponse:
    context = {**opened, "token": token, "error": error, "typed_name": request.POST.get("display_name", "")}
    return render(request, link.template, context, status=400 if error else 200)
