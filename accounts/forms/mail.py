"""Forms of an organisation's mail server."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.screen import ScreenForm
from accounts.services.mail.mail_server import MailServerSettings

ENCRYPTIONS = [
    ("starttls", _("STARTTLS (usually port 587)")),
    ("tls", _("TLS from the first byte (usually port 465)")),
    ("none", _("None (only inside your own network)")),
]


class MailServerForm(ScreenForm):
    """The stored password is never shown; an empty field keeps it."""

    host = forms.CharField(
        label=_("Server"),
        max_length=253,
        widget=forms.TextInput(attrs={"spellcheck": "false"}),
        help_text=_("One in a private network must be on the list of local hosts, which super admins keep."),
    )
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, initial=587)
    encryption = forms.ChoiceField(label=_("Encryption"), choices=ENCRYPTIONS)
    username = forms.CharField(
        label=_("User name"), max_length=254, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=1000,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    forget_password = forms.BooleanField(label=_("Forget the stored password"), required=False)
    sender_address = forms.EmailField(label=_("Sender's address"))
    sender_name = forms.CharField(label=_("Sender's name"), max_length=100, required=False)

    def __init__(self, *args: Any, has_password: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        note = _("Stored encrypted and never shown again.")
        if has_password:
            note = _("One is stored, encrypted, and never shown. Leave this empty to keep it.")
        else:
            del self.fields["forget_password"]
        self.fields["password"].help_text = note

    @property
    def mail_server_settings(self) -> MailServerSettings:
        chosen = self.cleaned_data
        is_kept = not chosen["password"] and not chosen.get("forget_password")
        return MailServerSettings(
            host=chosen["host"].strip(),
            port=chosen["port"],
            encryption=chosen["encryption"],
            username=chosen["username"].strip(),
            password=None if is_kept else chosen["password"],
            sender_address=chosen["sender_address"],
            sender_name=chosen["sender_name"].strip(),
        )


class TrialMessageForm(ScreenForm):
    """Where the test message goes."""

    to = forms.EmailField(label=_("Send a test message to"))
