"""Forms of accounts."""

from accounts.forms.sign_in import LoginForm

__all__ = ["LoginForm"]
