"""Organisations' mail servers in Django admin: to be seen; org admins set them on their own page."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from accounts.admin.base import ReadOnlyAdmin
from accounts.models import MailServer


@admin.register(MailServer)
class MailServerAdmin(ReadOnlyAdmin):
    """Without the password, which nobody gets to see."""

    list_display = fields = [
        "organization",
        "host",
        "port",
        "encryption",
        "username",
        "has_password",
        "sender_address",
        "sender_name",
        "updated_at",
    ]
    list_filter = ["encryption"]
    list_select_related = ["organization"]
    search_fields = ["organization__name", "host", "sender_address"]

    @display(description=_("Password"), boolean=True)
    def has_password(self, server: MailServer) -> bool:
        return bool(server.password)
