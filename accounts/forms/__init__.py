"""Forms of accounts."""

from accounts.forms.organization import NewPersonForm, PeopleFilterForm, RoleForm, TeamForm, TeamMemberForm
from accounts.forms.screen import ScreenForm
from accounts.forms.sign_in import LoginForm

__all__ = [
    "LoginForm",
    "NewPersonForm",
    "PeopleFilterForm",
    "RoleForm",
    "ScreenForm",
    "TeamForm",
    "TeamMemberForm",
]
