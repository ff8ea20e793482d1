"""Asking people into the organisation by e-mail."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import opens_own_scopes
from accounts.forms.security import InvitationForm
from accounts.selectors import organization as organization_selectors
from accounts.services.mail import account_mail as mail
from accounts.services.people import invitations
from accounts.views.organization import back_to
from idp_project.core.errors import IdpError


@opens_own_scopes
@never_cache
@require_http_methods(["GET", "POST"])
def person_invite(request: Any) -> HttpResponse:
    """The form; a POST e-mails the link, and says what to do where the e-mail was not taken."""
    organization = organization_selectors.organization_managed_by(request.access)
    teams = [(team.id, team.name) for team in organization_selectors.team_rows(request.access)]
    form = InvitationForm(request.POST or None, teams=teams)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        try:
            sent = invitations.invitation_create(
                request.access,
                organization_id=organization.id,
                email=chosen["email"],
                display_name=chosen["display_name"],
                role=chosen["role"],
                team_id=chosen["team"],
                may_download=chosen["may_download"],
            )
        except IdpError as error:
            form.add_error(None, error.message)
        else:
            if not sent.is_mailed:
                context = {"sent": sent, "has_system_mail": mail.has_system_mail()}
                return render(request, "accounts/organization/invitation_link.html", context)
            done = _("The invitation was sent to %(address)s.") % {"address": sent.invitation.email}
            return back_to(request, "accounts:organization_people", done=done)
    context = {"form": form, "has_system_mail": mail.has_system_mail()}
    return render(request, "accounts/organization/invite.html", context, status=400 if form.errors else 200)


@require_POST
def invitation_revoke(request: Any, invitation_id: UUID) -> HttpResponse:
    """Its link stops working."""
    invitations.invitation_revoke(request.access, invitation_id)
    return back_to(request, "accounts:organization_people", done=_("The invitation was taken back."))
