"""Sign-in sessions in Django admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from accounts.admin.base import ReadOnlyAdmin, confirmed, for_each
from accounts.models import SignInSession
from accounts.services.sign_in import sessions


@admin.register(SignInSession)
class SignInSessionAdmin(ReadOnlyAdmin):
    """Who is signed in, and from where."""

    list_display = ["user", "state", "created_at", "rotated_at", "expires_at", "ip", "user_agent"]
    list_filter = ["revoked_reason", "created_at", "active_organization"]
    list_select_related = ["user"]
    search_fields = ["user__username", "ip", "user_agent"]
    linked_by = ("user__id__exact",)
    fields = [*list_display, "revoked_at", "revoked_reason", "active_organization", "active_team"]
    actions = ["revoke"]

    @display(description=_("State"), label={"live": "success", "revoked": "danger", "expired": "warning"})
    def state(self, session: SignInSession) -> str:
        return session.state

    @action(description=_("Revoke"))
    @confirmed(_("End these sessions?"))
    def revoke(self, request: Any, queryset: QuerySet[SignInSession]) -> None:
        for_each(self, request, queryset, lambda access, s: sessions.session_revoke(access, s.pk), _("revoked"))
