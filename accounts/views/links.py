"""What links in e-mails open: a new password, an invitation. The token comes behind the `#` and is posted from the page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
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

from accounts.access import opens_own_scopes
from accounts.forms.second_factor import NewPasswordForm, messages_of
from accounts.services.mail import account_mail as mail
from accounts.services.people import invitations
from accounts.services.sign_in import attempts, passwords
from idp_project.core import rate_counters
from idp_project.core.errors import IdpError
from idp_project.core.rate_limits import limited


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
        rate_counters.count("reset_account", attempts.counted_name(address))
        passwords.password_reset_request(address)
    context = {"is_sent": is_sent, "has_system_mail": mail.has_system_mail()}
    return render(request, "accounts/password_forgotten.html", context)


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
    """Takes the link's token and says who invites to what; an account that exists accepts while it is signed in."""
    return _page_of(request, _INVITATION)


@dataclass(frozen=True)
class _Link:
    """What a link opens: `opened` tells the page's context, `answered` carries out what was chosen there, and says so."""

    template: str
    answer: str  # a field of the answer, which the token alone comes without
    refused: type[IdpError]
    opened: Callable[[Any, str], dict[str, Any]]
    answered: Callable[[Any, str, dict[str, Any]], str]


def _reset_opened(request: Any, token: str) -> dict[str, Any]:
    return {"person": passwords.password_reset_owner(token).username}


def _reset_answered(request: Any, token: str, chosen: dict[str, Any]) -> str:
    passwords.password_reset_complete(token, chosen["new"])
    return _("Your new password is set. Please sign in with it.")


def _invitation_opened(request: Any, token: str) -> dict[str, Any]:
    offer = invitations.invitation_open(token)
    asks_account = offer.acceptance is invitations.Acceptance.BY_ACCOUNT
    is_it = request.access is not None and request.access.user_id == offer.account_id
    return {"offer": offer, "asks_account": asks_account, "must_sign_in": asks_account and not is_it}


def _invitation_answered(request: Any, token: str, chosen: dict[str, Any]) -> str:
    user = invitations.invitation_accept(
        token, asker=request.access, password=chosen["new"], display_name=chosen["display_name"]
    )
    if request.access is not None and request.access.user_id == user.pk:
        return _("Welcome. Choose the organisation in the menu at the top.")
    return _("Welcome. Please sign in as %(name)s.") % {"name": user.username}


_PASSWORD_RESET = _Link(
    template="accounts/password_reset.html",
    answer="new",
    refused=passwords.BadResetLink,
    opened=_reset_opened,
    answered=_reset_answered,
)
_INVITATION = _Link(
    template="accounts/invitation.html",
    answer="accept",
    refused=invitations.BadInvitation,
    opened=_invitation_opened,
    answered=_invitation_answered,
)


def _page_of(request: HttpRequest, link: _Link) -> HttpResponse:
    """Before the token is known, its module posts what stands behind the `#`; without the module one pastes the link."""
    if request.method == "GET":
        return render(request, link.template)
    token = request.POST.get("token", "")
    form = NewPasswordForm(request.POST) if link.answer in request.POST else None
    opened: dict[str, Any] = {}
    try:
        opened = link.opened(request, token)
        if form is None or not form.is_valid():
            return _step(request, link, token, opened, error=messages_of(form) if form else "")
        done = link.answered(request, token, form.cleaned_data)
    except link.refused as error:
        return render(request, link.template, {"error": error.message}, status=403)
    except invitations.SignInFirst as error:  # also where the account was made just now, by another invitation
        must = {"asks_account": True, "must_sign_in": True}
        return _step(request, link, token, opened | must, error=error.message)
    except IdpError as error:
        return _step(request, link, token, opened, error=error.message)
    messages.success(request, done)
    return HttpResponseRedirect(reverse("accounts:login"))


def _step(request: HttpRequest, link: _Link, token: str, opened: dict[str, Any], *, error: str) -> HttpResponse:
    context = {**opened, "token": token, "error": error, "typed_name": request.POST.get("display_name", "")}
    return render(request, link.template, context, status=400 if error else 200)
