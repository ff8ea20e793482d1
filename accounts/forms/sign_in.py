"""The sign-in form: checks name and password through Django's backends, so that axes counts failures."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class LoginForm(forms.Form):
    """After `is_valid`, `user` is the active user whose password was right."""

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

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.user: User | None = None

    def clean(self) -> dict[str, Any]:
        """One message for a wrong name, a wrong password and a deactivated user."""
        name, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if name and password:
            user = authenticate(self.request, username=name.strip().lower(), password=password)
            if not isinstance(user, User):
                raise ValidationError(_("User name or password are not right."), code="invalid_login")
            self.user = user
        return self.cleaned_data
