"""API keys and invitations in Django admin; allauth's own pages, which would show secrets, are not there."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from accounts.admin.base import ReadOnlyAdmin, confirmed, for_each, for_one, link_page
from accounts.models import ApiKey, Invitation
from accounts.services.people import invitations
from accounts.services.sign_in import api_keys

for _model in (EmailAddress, Authenticator):
    if admin.site.is_registered(_model):
        admin.site.unregister(_model)


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnlyAdmin):
    """Whose machines have keys, and what these may do."""

    list_display = ["name", "prefix", "user", "organization", "state", "last_used_at", "expires_at"]
    list_filter = ["organization", "created_at", "expires_at"]
    list_select_related = ["user", "organization"]
    search_fields = ["name", "prefix", "user__username"]
    linked_by = ("user__id__exact",)
    fields = [*list_display, "scopes", "created_at", "revoked_at"]
    actions = ["revoke"]

    @display(description=_("State"), label={"live": "success", "revoked": "danger", "expired": "warning"})
    def state(self, key: ApiKey) -> str:
        return key.state

    @action(description=_("Revoke"))
    @confirmed(_("Revoke these keys? Programs that use them are refused at once."))
    def revoke(self, request: Any, queryset: QuerySet[ApiKey]) -> None:
        for_each(self, request, queryset, lambda access, key: api_keys.api_key_revoke(access, key.pk), _("revoked"))


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    """Who was asked in, and what became of it."""

    list_display = [
        "email",
        "role",
        "organization",
        "team",
        "state",
        "mailed_at",
        "invited_by",
        "created_at",
        "expires_at",
    ]
    list_filter = ["organization", "role", "created_at"]
    list_select_related = ["organization", "team", "invited_by"]
    search_fields = ["email", "organization__name"]
    fields = [*list_display, "display_name", "may_download", "accepted_at", "revoked_at"]
    actions = ["hand_over", "revoke"]

    @display(
        description=_("State"), label={"open": "info", "accepted": "success", "revoked": "danger", "expired": "warning"}
    )
    def state(self, invitation: Invitation) -> str:
        return invitation.state

    @action(description=_("Make a link to hand over"))
    @confirmed(
        _("Make a new link, shown once, to hand over in person? It ends the present one, and proves no address.")
    )
    def hand_over(self, request: Any, queryset: QuerySet[Invitation]) -> HttpResponse | None:
        def show(row: Invitation) -> HttpResponse:
            link = invitations.invitation_link_hand_over(request.access, row.pk)
            return link_page(
                self,
                request,
                row,
                link,
                _("Give it to %(who)s yourself. It works once, for a week.") % {"who": row.email},
            )

        return for_one(self, request, queryset, show)

    @action(description=_("Revoke"))
    @confirmed(_("Take these invitations back? Their links stop working."))
    def revoke(self, request: Any, queryset: QuerySet[Invitation]) -> None:
        for_each(
            self, request, queryset, lambda access, row: invitations.invitation_revoke(access, row.pk), _("revoked")
        )
