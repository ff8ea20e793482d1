"""The sign-in form: counts a try, then checks name and password through Django's backends, so that axes counts as well."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services.sign_in import attempts, known_devices
from idp_project.core.password_hashing import lane_of


class LoginForm(forms.Form):
    """After `is_valid`, `user` is the active user whose password was right. Checking raises TooManyRequests.

    `device_tokens` are what the browser says of the accounts that know it.
    """

    username = forms.CharField(
        label=_("User name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True, "autocapitalize": "none"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, request: Any, *args: Any, device_tokens: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request, self.device_tokens = request, device_tokens
        self.user: User | None = None

    def clean(self) -> dict[str, Any]:
        """One message for a wrong name, a wrong password and a deactivated user."""
        name, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if name and password:
            self.user = self._user_of(name.strip().lower(), password)
            if self.user is None:
                raise ValidationError(_("User name or password are not right."), code="invalid_login")
        return self.cleaned_data

    def _user_of(self, name: str, password: str) -> User | None:
        claimed = attempts.claimed_account(name)
        device = self.request.known_device = known_devices.known_device(self.device_tokens, claimed.user)
        address = self.request.META.get("REMOTE_ADDR", "")
        attempts.password_attempt(claimed, address=address, device=device)
        with lane_of(is_known=device is not None):
            user = authenticate(self.request, username=name, password=password)
        if not isinstance(user, User):
            return None
        attempts.password_was_right(claimed, address=address, device=device)
        return user
