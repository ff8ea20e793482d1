"""Forms of accounts."""

from accounts.forms.audit import AuditFilterForm
from accounts.forms.mail import MailServerForm, TrialMessageForm
from accounts.forms.organization import NewPersonForm, PeopleFilterForm, RoleForm, TeamForm, TeamMemberForm
from accounts.forms.providers import EndpointForm, EnginesForm
from accounts.forms.retention import RetentionForm
from accounts.forms.screen import DayInput, FilterForm, ScreenForm
from accounts.forms.second_factor import (
    ApiKeyForm,
    CodeForm,
    IdentityForm,
    NewPasswordForm,
    PasswordChangeForm,
    messages_of,
)
from accounts.forms.security import InvitationForm, SecurityRulesForm
from accounts.forms.sign_in import LoginForm

__all__ = [
    "ApiKeyForm",
    "AuditFilterForm",
    "CodeForm",
    "DayInput",
    "EndpointForm",
    "EnginesForm",
    "FilterForm",
    "IdentityForm",
    "InvitationForm",
    "LoginForm",
    "MailServerForm",
    "NewPasswordForm",
    "NewPersonForm",
    "PasswordChangeForm",
    "PeopleFilterForm",
    "RetentionForm",
    "RoleForm",
    "ScreenForm",
    "SecurityRulesForm",
    "TeamForm",
    "TeamMemberForm",
    "TrialMessageForm",
    "messages_of",
]
