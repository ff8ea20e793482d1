"""Writing accounts: people, sign-in sessions, tickets and image tokens, AI models, system settings, the audit trail."""

from accounts.services.ai_models import egress_policy_of, embedding_model_for, language_model_for, recorder
from accounts.services.anchors import anchors_of, audit_anchors_export, audit_anchors_read
from accounts.services.audit import AuditFault, audit_record, audit_record_once, audit_verify
from accounts.services.audit_lines import audit_export
from accounts.services.people import (
    membership_remove,
    membership_set,
    organization_create,
    person_create,
    person_remove,
    user_activate,
    user_create,
    user_deactivate,
    user_set_password,
)
from accounts.services.refusals import refusal_record
from accounts.services.sessions import (
    SessionGrant,
    session_refresh,
    session_revoke,
    sessions_revoke_all,
    sign_in,
    sign_out,
    team_switch,
)
from accounts.services.system import system_settings_change
from accounts.services.teams import team_create, team_delete, team_rename
from accounts.services.tickets import (
    image_token_issue,
    image_token_verify,
    socket_ticket_issue,
    socket_ticket_redeem,
)

__all__ = [
    "AuditFault",
    "SessionGrant",
    "anchors_of",
    "audit_anchors_export",
    "audit_anchors_read",
    "audit_export",
    "audit_record",
    "audit_record_once",
    "audit_verify",
    "egress_policy_of",
    "embedding_model_for",
    "image_token_issue",
    "image_token_verify",
    "language_model_for",
    "membership_remove",
    "membership_set",
    "organization_create",
    "person_create",
    "person_remove",
    "recorder",
    "refusal_record",
    "session_refresh",
    "session_revoke",
    "sessions_revoke_all",
    "sign_in",
    "sign_out",
    "socket_ticket_issue",
    "socket_ticket_redeem",
    "system_settings_change",
    "team_create",
    "team_delete",
    "team_rename",
    "team_switch",
    "user_activate",
    "user_create",
    "user_deactivate",
    "user_set_password",
]
