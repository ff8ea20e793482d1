"""Writing accounts: people and memberships, sign-in sessions, tickets and image tokens, the audit trail."""

from accounts.services.audit import AuditFault, audit_record, audit_verify
from accounts.services.people import (
    membership_remove,
    membership_set,
    organization_create,
    team_create,
    user_activate,
    user_create,
    user_deactivate,
    user_set_password,
)
from accounts.services.sessions import (
    SessionGrant,
    session_refresh,
    session_revoke,
    sessions_revoke_all,
    sign_in,
    sign_out,
    team_switch,
)
from accounts.services.tickets import (
    image_token_issue,
    image_token_verify,
    socket_ticket_issue,
    socket_ticket_redeem,
)

__all__ = [
    "AuditFault",
    "SessionGrant",
    "audit_record",
    "audit_verify",
    "image_token_issue",
    "image_token_verify",
    "membership_remove",
    "membership_set",
    "organization_create",
    "session_refresh",
    "session_revoke",
    "sessions_revoke_all",
    "sign_in",
    "sign_out",
    "socket_ticket_issue",
    "socket_ticket_redeem",
    "team_create",
    "team_switch",
    "user_activate",
    "user_create",
    "user_deactivate",
    "user_set_password",
]
