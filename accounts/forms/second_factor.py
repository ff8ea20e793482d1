"""Asking for a code or the present password: every wrong one counts for axes, as at sign-in."""

from __future__ import annotations

from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import WrongCode, factor_check, second_factor_check
from idp_project.core.password_hashing import lane_of


def messages_of(form: forms.Form) -> str:
    """What is wrong with the form, in one text."""
    return " ".join(str(message) for found in form.errors.values() for message in found)


class CodeForm(forms.Form):
    """A code of the authenticator app, or a recovery code; `is_valid` uses it up, and raises FactorPaused."""

    code = forms.CharField(label=_("Code"), max_length=20)

    def __init__(self, request: HttpRequest, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request, self.user = request, user

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        credentials = {"username": self.user.username}
        if not AxesProxyHandler.is_allowed(self.request, credentials):
            self.request.axes_locked_out = True  # type: ignore[attr-defined]  # its middleware answers
            raise ValidationError(_("Too many attempts."), code="locked_out")
        try:
            second_factor_check(self.user, code)
        except WrongCode as error:
            user_login_failed.send(sender=type(self), credentials=credentials, request=self.request)
            factor_check(self.user.pk)  # this one may have begun a pause
            raise ValidationError(error.message, code=error.code) from error
        return code


class PasswordChangeForm(forms.Form):
    """The present password and, twice, the new one."""

    present = forms.CharField(strip=False, max_length=1000)
    new = forms.CharField(strip=False, max_length=1000)
    again = forms.CharField(strip=False, max_length=1000)

    def __init__(self, request: HttpRequest, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request, self.user = request, user

    def clean_present(self) -> str:
        present: str = self.cleaned_data["present"]
        with lane_of(is_known=True):
            user = authenticate(self.request, username=self.user.username, password=present)
        if user is None:
            raise ValidationError(_("This is not your present password."), code="wrong_password")
        return present

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("new") != self.cleaned_data.get("again"):
            raise ValidationError(_("The two new passwords are not the same."), code="not_the_same")
        return self.cleaned_data


class NewPasswordForm(forms.Form):
    """What a link from an e-mail opens: its token, and twice the new password."""

    token = forms.CharField(max_length=300)
    display_name = forms.CharField(max_length=150, required=False)
    new = forms.CharField(strip=False, max_length=1000, required=False)
    again = forms.CharField(strip=False, max_length=1000, required=False)

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("new") != self.cleaned_data.get("again"):
            raise ValidationError(_("The two passwords are not the same."), code="not_the_same")
        return self.cleaned_data


class ApiKeyForm(forms.Form):
    """A name, what the key may do, and for how many days."""

    name = forms.CharField(max_length=100)
    scopes = forms.MultipleChoiceField(choices=[])
    days = forms.IntegerField(min_value=1, max_value=365, initial=90)

    def __init__(self, choices: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scopes"].choices = choices  # type: ignore[attr-defined]
