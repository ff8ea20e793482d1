"""My account: devices, password, second factor, API keys. Everything here is one's own."""

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
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import opens_own_scopes
from accounts.domain.devices import device_name
from accounts.domain.stored_words import words_of
from accounts.forms.second_factor import ApiKeyForm, CodeForm, IdentityForm, PasswordChangeForm, messages_of
from accounts.selectors import access as access_selectors
from accounts.selectors import credentials, organization
from accounts.services.mail import account_mail as mail
from accounts.services.sign_in import api_keys, passwords, revocation
from accounts.services.sign_in import second_factor as second_factor_services
from accounts.services.sign_in import sessions as sessions_services
from accounts.tokens import clear_session_cookies
from accounts.views.second_factor import signed_in
from idp_project.core.errors import IdpError
from idp_project.core.rate_limits import limited


@never_cache
@require_GET
def account(request: Any) -> HttpResponse:
    """The page."""
    return _page(request)


@limited("sign_in")
@opens_own_scopes
@sensitive_post_parameters()
@never_cache
@require_POST
def password_change(request: Any) -> HttpResponse:
    """Sets a new password; every other device is signed out, keys end, this device gets a new session."""
    form = PasswordChangeForm(request, request.user, request.POST)
    if not form.is_valid():
        return _page(request, password_error=messages_of(form))
    session = access_selectors.session_get_for(request.access, request.access.session_id)
    try:
        passwords.password_change(request.access, form.cleaned_data["new"])
    except IdpError as error:
        return _page(request, password_error=error.message)
    messages.success(
        request, _("Your password is changed, your other devices are signed out, and your API keys have ended.")
    )
    has_second_factor = session.second_factor_at is not None
    return signed_in(request, request.user, _back(), has_second_factor=has_second_factor)


@require_POST
def session_revoke(request: Any, session_id: UUID) -> HttpResponse:
    """Signs one device out."""
    sessions_services.session_revoke(request.access, session_id)
    messages.success(request, _("This device is signed out."))
    return _back()


@require_POST
def sign_out_everywhere(request: Any) -> HttpResponse:
    """Ends every session, this one too, and every API key."""
    revocation.sign_out_everywhere(request.access)
    response = HttpResponseRedirect(reverse("accounts:login"))
    clear_session_cookies(response)
    return response


@require_POST
def address_prove(request: Any) -> HttpResponse:
    """E-mails oneself the link that proves the address."""
    passwords.address_proof_request(request.access)
    messages.success(
        request,
        _("A link is on its way, unless one was sent within the last two minutes. Open it and choose a password."),
    )
    return _back()


@sensitive_post_parameters("proof")
@never_cache
@require_POST
def api_key_create(request: Any) -> HttpResponse:
    """Makes a key and shows it, this once; asks for the password or a code."""
    form = ApiKeyForm(request, request.user, _scope_choices(request), request.POST)
    if not form.is_valid():
        return _page(request, key_error=messages_of(form), key_form=form)
    chosen = form.cleaned_data
    try:
        key, text = api_keys.api_key_create(
            request.access, name=chosen["name"], scopes=chosen["scopes"], days=chosen["days"]
        )
    except IdpError as error:
        return _page(request, key_error=error.message, key_form=form)
    return _page(request, status=201, new_key=key, new_key_text=text)


@require_POST
def api_key_revoke(request: Any, key_id: UUID) -> HttpResponse:
    """Ends a key."""
    api_keys.api_key_revoke(request.access, key_id)
    messages.success(request, _("The key is revoked."))
    return _back()


@sensitive_post_parameters("code", "secret", "proof")
@never_cache
@require_http_methods(["GET", "POST"])
def second_factor(request: Any) -> HttpResponse:
    """Shows the QR code; the password and a right code of the app turn the second factor on, then come recovery codes."""
    if credentials.is_second_factor_on(request.user.pk):
        return _back()
    secret, error = request.POST.get("secret") or None, ""
    if request.method == "POST":
        form = IdentityForm(request, request.user, request.POST)
        if not form.is_valid():
            error = messages_of(form)
        else:
            try:
                codes = second_factor_services.second_factor_enroll(
                    request.user, secret or "", request.POST.get("code", "")
                )
            except second_factor_services.WrongCode as wrong:
                error = wrong.message
            else:
                return _codes_page(request, codes)
    context = {
        "offer": second_factor_services.second_factor_offer(request.user, secret),
        "error": error,
        "asks_for_password": True,
    }
    return render(request, "accounts/second_factor.html", context, status=400 if error else 200)


@sensitive_post_parameters("code")
@never_cache
@require_POST
def second_factor_remove(request: Any) -> HttpResponse:
    """Turns it off, given a code."""
    form = CodeForm(request, request.user, request.POST)
    if not form.is_valid():
        return _page(request, factor_error=messages_of(form))
    second_factor_services.second_factor_remove(request.access, request.user)
    messages.success(request, _("The second factor is off."))
    return _back()


@sensitive_post_parameters("code")
@never_cache
@require_POST
def recovery_codes(request: Any) -> HttpResponse:
    """New recovery codes, given a code."""
    form = CodeForm(request, request.user, request.POST)
    if not form.is_valid():
        return _page(request, factor_error=messages_of(form))
    codes = second_factor_services.recovery_codes_renew(request.access, request.user)
    return _codes_page(request, codes)


def _codes_page(request: Any, codes: list[str]) -> HttpResponse:
    return render(request, "accounts/recovery_codes.html", {"codes": codes, "next": reverse("accounts:account")})


def _page(request: Any, *, status: int = 200, **context: Any) -> HttpResponse:
    access = request.access
    sessions = [
        {"row": row, "device": device_name(row.user_agent), "is_this": row.pk == access.session_id}
        for row in access_selectors.session_list(access)
    ]
    context |= {
        "sessions": sorted(sessions, key=lambda session: not session["is_this"]),
        "has_second_factor": credentials.is_second_factor_on(request.user.pk),
        "is_second_factor_required": credentials.is_second_factor_required_in(access.organization_id, request.user),
        "home": organization.home_name_of(access),
        "has_system_mail": mail.has_system_mail(),
        "codes_left": second_factor_services.recovery_codes_left(request.user.pk),
        "keys": credentials.api_keys_of(access),
        "scope_choices": _scope_choices(request),
    }
    if any(name.endswith("_error") for name in context):
        status = 400
    return render(request, "accounts/account.html", context, status=status)


def _scope_choices(request: Any) -> list[tuple[str, str]]:
    return [(name.value, _(words_of(name.value))) for name in api_keys.api_key_scopes_for(request.access)]


def _back() -> HttpResponse:
    return HttpResponseRedirect(reverse("accounts:account"))
