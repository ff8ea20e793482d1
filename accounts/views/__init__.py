"""Pages of accounts: signing in and the session; links of e-mails; one's own account; the organisation's own pages."""

from accounts.views import account, links
from accounts.views.audit import audit_check, audit_export, audit_list
from accounts.views.invitations import invitation_revoke, person_invite
from accounts.views.mail import mail_server, mail_server_remove, mail_server_test
from accounts.views.organization import organization, team_delete, team_detail, team_list, team_member_add
from accounts.views.people import (
    membership_remove,
    person_activate,
    person_deactivate,
    person_detail,
    person_list,
    person_new,
    person_password_link,
    person_remove,
    person_second_factor_reset,
)
from accounts.views.providers import provider_detail, provider_list, provider_new, provider_remove, provider_test
from accounts.views.second_factor import login_code, login_enroll
from accounts.views.security import security_rules
from accounts.views.sign_in import (
    LockedOut,
    csrf_failure,
    login,
    login_locked,
    logout,
    page_not_found,
    refresh,
    renew,
    switch_team,
    team_menu,
    ticket,
)

__all__ = [
    "LockedOut",
    "account",
    "audit_check",
    "audit_export",
    "audit_list",
    "csrf_failure",
    "invitation_revoke",
    "links",
    "login",
    "login_code",
    "login_enroll",
    "login_locked",
    "logout",
    "mail_server",
    "mail_server_remove",
    "mail_server_test",
    "membership_remove",
    "organization",
    "page_not_found",
    "person_activate",
    "person_deactivate",
    "person_detail",
    "person_invite",
    "person_list",
    "person_new",
    "person_password_link",
    "person_remove",
    "person_second_factor_reset",
    "provider_detail",
    "provider_list",
    "provider_new",
    "provider_remove",
    "provider_test",
    "refresh",
    "renew",
    "security_rules",
    "switch_team",
    "team_delete",
    "team_detail",
    "team_list",
    "team_member_add",
    "team_menu",
    "ticket",
]
