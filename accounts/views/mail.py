"""The organisation's mail server: set, removed, tried out."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import opens_own_scopes
from accounts.forms.mail import MailServerForm, TrialMessageForm
from accounts.selectors import mail, organization
from accounts.services.mail import mail_server as mail_server_services
from accounts.views.organization import back_to, tried
from idp_project.core.errors import IdpError
from idp_project.core.rate_limits import limited

_SHOWN = ("host", "port", "encryption", "username", "sender_address", "sender_name")


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def mail_server(request: Any) -> HttpResponse:
    """The form; a POST saves it."""
    server = mail.mail_server_managed_by(request.access)
    initial = {name: getattr(server, name) for name in _SHOWN} if server else None
    has_password = bool(server and server.password)
    form = MailServerForm(request.POST or None, initial=initial, has_password=has_password)
    if request.method == "POST" and tried(
        form, lambda: mail_server_services.mail_server_set(request.access, form.mail_server_settings)
    ):
        return back_to(request, "accounts:organization_email", done=_("The mail server was saved."))
    context = {"server": server, "form": form, "test_form": TrialMessageForm(initial={"to": request.user.email})}
    return render(request, "accounts/organization/email.html", context, status=400 if form.errors else 200)


@require_POST
def mail_server_remove(request: Any) -> HttpResponse:
    """Removes the organisation's mail server: the system's is used from now on."""
    mail_server_services.mail_server_remove(request.access)
    return back_to(request, "accounts:organization_email", done=_("The mail server was removed."))


@limited("provider_tests")
@opens_own_scopes
@require_POST
def mail_server_test(request: Any) -> HttpResponse:
    """Sends a test message, and says what the server answered."""
    organization.organization_managed_by(request.access)
    form = TrialMessageForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("This is not an e-mail address."))
        return back_to(request, "accounts:organization_email")
    address = form.cleaned_data["to"]
    try:
        mail_server_services.mail_server_test(request.access, address)
    except IdpError as error:
        messages.error(request, error.message)
        return back_to(request, "accounts:organization_email")
    done = _("The server took the message to %(address)s.") % {"address": address}
    return back_to(request, "accounts:organization_email", done=done)
