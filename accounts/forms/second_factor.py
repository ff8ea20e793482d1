"""Asking for a code or the present password: every wrong one counts for axes, as at sign-in."""

from __future__ import annotations

import re
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.selectors.credentials import is_second_factor_on
from accounts.services.sign_in.attempts import factor_check
from accounts.services.sign_in.second_factor import WrongCode, second_factor_check
from idp_project.core.password_hashing import lane_of

_CODE = re.compile(r"[\d -]{6,11}")  # shorter than any password


def is_own_password(request: HttpRequest, user: User, password: str) -> bool:
    """A wrong one counts for axes."""
    with lane_of(is_known=True):
        return authenticate(request, username=user.username, password=password) == user


def checked_code(request: HttpRequest, user: User, code: str) -> str:
    """Uses the code up; ValidationError for a wrong one, which counts for axes, and while the person is locked out.

    FactorPaused once too many wrong codes were tried.
    """
    credentials = {"username": user.username}
    if not AxesProxyHandler.is_allowed(request, credentials):
        request.axes_locked_out = True  # type: ignore[attr-defined]  # its middleware answers
        raise ValidationError(_("Too many attempts."), code="locked_out")
    try:
        second_factor_check(user, code)
    except WrongCode as error:
        user_login_failed.send(sender=CodeForm, credentials=credentials, request=request)
        factor_check(user.pk)  # this one may have begun a pause
        raise ValidationError(error.message, code=error.code) from error
    return code


def messages_of(form: forms.Form) -> str:
    """What is wrong with the form, in one text."""
    return " ".join(str(message) for found in form.errors.values() for message in found)


class IdentityForm(forms.Form):
    """Asks for the password, or for a code where a second factor is on, before something lasting is changed."""

    proof = forms.CharField(label=_("Your password, or a code of your authenticator app"), strip=False, max_length=1000)

    def __init__(self, request: HttpRequest, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request, self.user = request, user

    def clean_proof(self) -> str:
        proof: str = self.cleaned_data["proof"]
        if _CODE.fullmatch(proof.strip()) and is_second_factor_on(self.user.pk):
            return checked_code(self.request, self.user, proof.strip())
        if not is_own_password(self.request, self.user, proof):
            raise ValidationError(_("This is not your password."), code="wrong_password")
        return proof


class CodeForm(forms.Form):
    """A code of the authenticator app, or a recovery code; `is_valid` uses it up, and raises FactorPaused."""

    code = forms.CharField(label=_("Code"), max_length=20)

    def __init__(self, request: HttpRequest, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request, self.user = request, user

    def clean_code(self) -> str:
        return checked_code(self.request, self.user, self.cleaned_data["code"])


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
        if not is_own_password(self.request, self.user, present):
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


class ApiKeyForm(IdentityForm):
    """A name, what the key may do, and for how many days; and who asks for it."""

    name = forms.CharField(max_length=100)
    scopes = forms.MultipleChoiceField(choices=[])
    days = forms.IntegerField(min_value=1, max_value=365, initial=90)

    def __init__(
        self, request: HttpRequest, user: User, choices: list[tuple[str, str]], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(request, user, *args, **kwargs)
        self.fields["scopes"].choices = choices  # type: ignore[attr-defined]
