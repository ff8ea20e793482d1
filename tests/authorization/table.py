"""The authorization matrix: every route and method, and what becomes of everybody who asks.

The object asked for belongs to the team "Post" of the organisation "Town hall". A route that is not here fails the test.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from idp_project.core.job_names import JobName
from tests.authorization.rules import (
    ADMIN,
    ALLOW,
    AT_HOME,
    BY_LINK,
    CREDENTIALS,
    DOWNLOAD,
    HIDDEN,
    KEY_OWNER,
    LIST,
    MAIL_SERVER,
    MANAGE,
    MANAGERS,
    OF_A_GUEST,
    OF_BOTH,
    ORG_ADMINS,
    OWN,
    OWN_ORGANIZATION,
    PUBLIC,
    REVIEW,
    SENDER,
    SESSION_OWNER,
    SIGNED_IN,
    SUPER,
    TO_SIGN_IN,
    UPLOAD,
    VIEW,
    Row,
    Rule,
)

BATCH = {"batch_id": "batch"}
DOCUMENT = {"document_id": "document"}
PAGE = {"page_id": "page"}
PICTURE = {"page_id": "page", "variant": "view"}
TASK = {"task_id": "task"}
VALUE = {"task_id": "task", "field_value_id": "field_value"}
SUB_DOCUMENT = {"sub_document_id": "sub_document"}
DELIVERED = {"sub_document_id": "delivered"}
RECORD = {"record_id": "record"}
SCHEMA = {"schema_id": "schema"}
TEAM_ID = {"team_id": "team"}
PERSON = {"user_id": "person"}
MEMBERSHIP = {"membership_id": "membership"}
ENDPOINT = {"endpoint_id": "endpoint"}
UPLOADED = {"upload_id": "upload"}
STEP_RUN = {"step_run_id": "step_run"}
DELIVERY = {"delivery_id": "delivery"}
SHARE = {"share_id": "share"}
SCHEMA_GRANT = {"schema_id": "schema", "user_id": "granted"}
CONVERSATION = {"conversation_id": "conversation"}


def _nothing(world: Any) -> dict[str, str]:
    return {}


def _upload(world: Any) -> dict[str, Any]:
    return {"team": str(world.team_id), "files": world.file()}


def _api_upload(world: Any) -> dict[str, Any]:
    return {"team_id": str(world.team_id), "files": world.file()}


def _switch_on(world: Any) -> dict[str, str]:
    return {"is_on": "yes", "is_risk_accepted": "yes"}


def _api_switch_on(world: Any) -> dict[str, bool]:
    return {"is_on": True, "is_risk_accepted": True}


def _share(world: Any) -> dict[str, str]:
    return {"person": str(world.cast.outsider.id), "last_day": str(timezone.localdate() + timedelta(days=3))}


def _api_share(world: Any) -> dict[str, str]:
    return {"user_id": str(world.cast.outsider.id), "expires_at": str(timezone.now() + timedelta(days=3))}


def _decision(world: Any) -> dict[str, str]:
    return {"decision": "reject", "reason": "Not ours."}


def _slip(world: Any) -> dict[str, str]:
    return {"reason": "A slip."}


def _correction(world: Any) -> dict[str, str]:
    return {"text": "4711"}


def _new_person(world: Any) -> dict[str, str]:
    return {"username": "newcomer", "password": "a long first secret", "role": "viewer"}


def _invitation(world: Any) -> dict[str, str]:
    return {"email": "new@example.org", "role": "viewer"}


def _member(world: Any) -> dict[str, str]:
    return {"person": world.ids["person"], "role": "operator"}


def _endpoint(world: Any) -> dict[str, str]:
    return {"purpose": "llm", "provider": "ollama", "model": "m", "location": "local", "api_base": "http://127.0.0.1:9"}


def _mail_server(world: Any) -> dict[str, Any]:
    return {"host": "mail.example.org", "port": 587, "encryption": "starttls", "sender_address": "post@example.org"}


def _arrangement(world: Any) -> dict[str, Any]:
    return {"parts": [{"first_page": 1, "last_page": 1}, {"first_page": 2, "last_page": 2}]}


def _question(world: Any) -> dict[str, str]:
    return {"text": "Which invoices are there?", "conversation_id": world.ids["conversation"]}


def _image_token(world: Any, actor: Any) -> str:
    return f"token={actor.image_token(world.ids['page'])}"


ROUTES = [
    Row("GET", "health", PUBLIC),
    Row("GET", "javascript-catalog", PUBLIC),
    Row("GET", "accounts:login", PUBLIC),
    Row("POST", "accounts:login", PUBLIC, body=_nothing),
    Row("POST", "accounts:login_code", CREDENTIALS, body=_nothing),
    Row("POST", "accounts:login_enroll", CREDENTIALS, body=_nothing),
    Row("GET", "accounts:password_forgotten", PUBLIC),
    Row("POST", "accounts:password_forgotten", PUBLIC, body=lambda world: {"address": "nobody"}),
    Row("GET", "accounts:password_reset", PUBLIC),
    Row("POST", "accounts:password_reset", BY_LINK, body=lambda world: {"token": "made-up"}),
    Row("GET", "accounts:invitation", PUBLIC),
    Row("POST", "accounts:invitation", BY_LINK, body=lambda world: {"token": "made-up"}),
    Row("POST", "accounts:logout", TO_SIGN_IN, body=_nothing),
    Row("GET", "accounts:renew", PUBLIC),
    Row("POST", "accounts:refresh", CREDENTIALS, body=_nothing),
    Row("POST", "accounts:ticket", SIGNED_IN, body=_nothing),
    Row("POST", "accounts:switch_team", OF_BOTH, body=lambda world: world.team_choice()),
    Row("GET", "accounts:team_menu", SIGNED_IN),
    Row("GET", "accounts:organization", OWN_ORGANIZATION),
    Row("GET", "accounts:organization_teams", OWN_ORGANIZATION, marker="team"),
    Row("POST", "accounts:organization_teams", OWN_ORGANIZATION, body=lambda world: {"name": "Archive"}),
    Row("GET", "accounts:organization_team", ADMIN, TEAM_ID),
    Row("POST", "accounts:organization_team", ADMIN, TEAM_ID, lambda world: {"name": "Letters"}),
    Row("POST", "accounts:organization_team_people", ADMIN, TEAM_ID, _member),
    Row("POST", "accounts:organization_team_delete", ADMIN, TEAM_ID, _nothing),
    Row("GET", "accounts:organization_people", OWN_ORGANIZATION, marker="person"),
    Row("GET", "accounts:organization_person_new", OWN_ORGANIZATION),
    Row("POST", "accounts:organization_person_new", OWN_ORGANIZATION, body=_new_person),
    Row("GET", "accounts:organization_person", ADMIN, PERSON),
    Row("POST", "accounts:organization_person", ADMIN, PERSON, lambda world: {"role": "viewer"}),
    Row("POST", "accounts:organization_person_stop", ADMIN, PERSON, _nothing),
    Row("POST", "accounts:organization_person_activate", ADMIN, PERSON, _nothing),
    Row("POST", "accounts:organization_person_remove", ADMIN, PERSON, _nothing),
    Row("POST", "accounts:organization_person_second_factor", ADMIN, PERSON, _nothing),
    Row("POST", "accounts:organization_person_password_link", ADMIN, PERSON, _nothing),
    Row("POST", "accounts:organization_role_remove", ADMIN, MEMBERSHIP, _nothing),
    Row("GET", "accounts:account", SIGNED_IN),
    Row("POST", "accounts:password_change", SIGNED_IN, body=_nothing),
    Row("POST", "accounts:sign_out_everywhere", TO_SIGN_IN, body=_nothing),
    Row("POST", "accounts:session_revoke", SESSION_OWNER, {"session_id": "session"}, _nothing),
    Row("POST", "accounts:address_prove", SIGNED_IN, body=_nothing),
    Row("POST", "accounts:api_key_create", SIGNED_IN, body=_nothing),
    Row("POST", "accounts:api_key_revoke", KEY_OWNER, {"key_id": "api_key"}, _nothing),
    Row("GET", "accounts:second_factor", SIGNED_IN),
    Row("POST", "accounts:second_factor", SIGNED_IN, body=_nothing),
    Row("POST", "accounts:second_factor_remove", SIGNED_IN, body=_nothing),
    Row("POST", "accounts:recovery_codes", SIGNED_IN, body=_nothing),
    Row("GET", "accounts:organization_providers", OWN_ORGANIZATION, marker="endpoint"),
    Row("POST", "accounts:organization_providers", OWN_ORGANIZATION, body=lambda world: {"llm": "builtin"}),
    Row("GET", "accounts:organization_provider_new", OWN_ORGANIZATION),
    Row("POST", "accounts:organization_provider_new", OWN_ORGANIZATION, body=_endpoint),
    Row("GET", "accounts:organization_provider", HIDDEN, ENDPOINT),
    Row("POST", "accounts:organization_provider", HIDDEN, ENDPOINT, _endpoint),
    Row("POST", "accounts:organization_provider_remove", HIDDEN, ENDPOINT, _nothing),
    Row("POST", "accounts:organization_provider_test", HIDDEN, ENDPOINT, _nothing),
    Row("GET", "accounts:organization_email", OWN_ORGANIZATION),
    Row("POST", "accounts:organization_email", OWN_ORGANIZATION, body=_mail_server),
    Row("POST", "accounts:organization_email_remove", MAIL_SERVER, body=_nothing),
    Row("POST", "accounts:organization_email_test", OWN_ORGANIZATION, body=_nothing),
    Row("GET", "accounts:organization_audit", OWN_ORGANIZATION, marker="person"),
    Row("GET", "accounts:organization_audit_export", OWN_ORGANIZATION),
    Row("GET", "accounts:organization_audit_check", OWN_ORGANIZATION),
    Row("GET", "documents:schema_list", LIST, marker="schema"),
    Row("GET", "documents:schema_engines", ORG_ADMINS),
    Row("GET", "documents:schema_detail", VIEW, SCHEMA),
    Row("POST", "documents:schema_auto_approval", ADMIN, SCHEMA, _switch_on),
    Row("GET", "documents:schema_edit", MANAGE, SCHEMA),
    Row("POST", "documents:schema_edit", MANAGE, SCHEMA, _nothing),
    Row("GET", "accounts:organization_person_invite", OWN_ORGANIZATION),
    Row("POST", "accounts:organization_person_invite", OWN_ORGANIZATION, body=_invitation),
    Row("POST", "accounts:organization_invitation_revoke", HIDDEN, {"invitation_id": "invitation"}, _nothing),
    Row("GET", "accounts:organization_security", OWN_ORGANIZATION),
    Row("POST", "accounts:organization_security", OWN_ORGANIZATION, body=lambda world: {"session_hours": 8}),
    Row("GET", "documents:organization_use", OWN_ORGANIZATION),
    Row("GET", "documents:home", LIST, marker="batch"),
    Row("GET", "documents:batch_list", LIST, marker="batch"),
    Row("POST", "documents:batch_submit", UPLOAD, body=_upload),
    Row("POST", "documents:batch_bulk", MANAGE, body=lambda world: {"action": "cancel", "batch": world.ids["batch"]}),
    Row("GET", "documents:batch_detail", VIEW, BATCH),
    Row("GET", "documents:batch_state", VIEW, BATCH),
    Row("GET", "documents:batch_duplicates", VIEW, BATCH),
    Row("POST", "documents:batch_retry", UPLOAD, BATCH, lambda world: {"document": world.ids["document"]}, True),
    Row("POST", "documents:batch_cancel", MANAGE, BATCH, _nothing),
    Row("POST", "documents:batch_prioritize", MANAGE, BATCH, lambda world: {"priority": "1"}),
    Row("GET", "documents:processing", MANAGERS),
    Row("POST", "documents:processing_pause", ORG_ADMINS, body=lambda world: {"is_paused": "yes"}),
    Row("GET", "documents:quarantine", MANAGERS),
    Row("GET", "documents:dead_letters", MANAGERS),
    Row("POST", "documents:step_run_retry", UPLOAD, STEP_RUN, _nothing),
    Row("POST", "documents:document_look_again", MANAGE, DOCUMENT, _nothing),
    Row("POST", "documents:document_delete", MANAGE, DOCUMENT, _nothing),
    Row("POST", "documents:batch_delete", MANAGE, BATCH, _nothing),
    Row("GET", "documents:batch_deletion", VIEW, BATCH),
    Row("POST", "documents:batch_hold", MANAGE, BATCH, lambda world: {"is_held": "yes"}),
    Row("GET", "documents:organization_retention", OWN_ORGANIZATION),
    Row("POST", "documents:organization_retention", OWN_ORGANIZATION, body=lambda world: {"days": 30, "pdb_days": ""}),
    Row("POST", "documents:delivery_retry", MANAGE, DELIVERY, _nothing),
    Row("POST", "documents:delivery_discard", MANAGE, DELIVERY, _nothing),
    Row("GET", "documents:delivery_content", DOWNLOAD, DELIVERY),
    Row("GET", "documents:document_detail", VIEW, DOCUMENT),
    Row("GET", "documents:document_shares", MANAGE, DOCUMENT),
    Row("POST", "documents:document_shares", MANAGE, DOCUMENT, _share),
    Row("GET", "documents:batch_shares", MANAGE, BATCH),
    Row("POST", "documents:batch_shares", MANAGE, BATCH, _share),
    Row("GET", "documents:schema_grants", MANAGE, SCHEMA),
    Row("POST", "documents:schema_grants", MANAGE, SCHEMA, lambda world: {"person": str(world.cast.outsider.id)}),
    Row("POST", "documents:schema_grant_revoke", MANAGE, SCHEMA_GRANT, _nothing),
    Row("GET", "documents:person_grants", ADMIN, PERSON),
    Row("GET", "api-schema-grants", MANAGE, SCHEMA),
    Row("POST", "api-schema-grants", MANAGE, SCHEMA, lambda world: {"user_id": str(world.cast.outsider.id)}, True),
    Row("DELETE", "api-schema-grant", MANAGE, SCHEMA_GRANT, _nothing, True),
    Row("GET", "api-schema-auto-approval", VIEW, SCHEMA),
    Row("PUT", "api-schema-auto-approval", ADMIN, SCHEMA, _api_switch_on, True),
    Row("GET", "api-document-shares", MANAGE, DOCUMENT),
    Row("POST", "api-document-shares", MANAGE, DOCUMENT, _api_share, True),
    Row("GET", "api-batch-shares", MANAGE, BATCH),
    Row("POST", "api-batch-shares", MANAGE, BATCH, _api_share, True),
    Row("DELETE", "api-share", MANAGE, SHARE, _nothing, True),
    Row("POST", "documents:share_revoke", MANAGE, SHARE, _nothing),
    Row("GET", "documents:original", DOWNLOAD, DOCUMENT),
    Row("GET", "documents:field_value_history", VIEW, {"field_value_id": "field_value"}),
    Row("POST", "documents:image_tokens", LIST, body=lambda world: {"pages": [world.ids["page"]]}, is_json=True,
        marker="page"),
    Row("GET", "documents:page_image", VIEW, PICTURE, query=_image_token),
    Row("GET", "documents:page_words", VIEW, PAGE),
    Row("GET", "review:queue", LIST, marker="task"),
    Row("GET", "review:count", LIST),
    Row("GET", "review:next", LIST),
    Row("GET", "review:of_document", VIEW, DOCUMENT),
    Row("GET", "review:of_sub_document", VIEW, SUB_DOCUMENT),
    Row("GET", "review:desk", VIEW, TASK),
    Row("POST", "review:claim", REVIEW, TASK, _nothing, True),
    Row("POST", "review:release", REVIEW, TASK, _nothing, True),
    Row("POST", "review:decide", REVIEW, TASK, _decision, True),
    Row("POST", "review:field_correct", REVIEW, VALUE, _correction, True),
    Row("GET", "review:arrange", VIEW, DOCUMENT),
    Row("POST", "review:arrange", REVIEW, DOCUMENT, _arrangement, True),
    Row("POST", "review:retype", REVIEW, TASK, lambda world: {"schema_id": None}, True),
    Row("POST", "review:correct_approved", REVIEW, DELIVERED, _slip),
    Row("POST", "review:withdraw_approved", REVIEW, DELIVERED, _slip),
    Row("GET", "pdb_sync:record_list", LIST, marker="record"),
    Row("GET", "pdb_sync:record_export", LIST, marker="delivered_file"),
    Row("GET", "pdb_sync:record_of_sub_document", VIEW, DELIVERED),
    Row("GET", "pdb_sync:record_detail", VIEW, RECORD),
    Row("GET", "pdb_sync:reconciliation", OWN_ORGANIZATION),
    Row("POST", "pdb_sync:reconciliation", OWN_ORGANIZATION, body=_nothing),
    Row("GET", "rag:ask", LIST),
    Row("GET", "rag:organization_questions", OWN_ORGANIZATION),
    Row("POST", "rag:organization_questions", OWN_ORGANIZATION, body=lambda world: {}),
    Row("POST", "rag:questions", OWN, body=_question, is_json=True, is_stream=True),
    Row("GET", "rag:citation", OWN, {"citation_id": "citation"}),
    Row("GET", "rag:conversation", OWN, CONVERSATION),
    Row("POST", "rag:conversation_delete", OWN, CONVERSATION, _nothing, True),
    Row("POST", "api-questions", OWN, body=_question, is_json=True),
    Row("GET", "openapi", SIGNED_IN),
    Row("POST", "api-token", CREDENTIALS, body=lambda world: {"username": "nobody", "password": "wrong"}, is_json=True),
    Row("POST", "api-token-refresh", CREDENTIALS, body=lambda world: {"refresh": "wrong"}, is_json=True),
    Row("POST", "api-token-revoke", SIGNED_IN, body=_nothing, is_json=True),
    Row("GET", "api-schemas", LIST),
    Row("GET", "api-batches", LIST, marker="batch"),
    Row("POST", "api-batches", UPLOAD, body=_api_upload),
    Row("GET", "api-organization-use", OWN_ORGANIZATION),
    Row("POST", "api-uploads", MANAGERS | {"owner": ALLOW}, body=_nothing),
    Row("GET", "api-upload", SENDER, UPLOADED),
    Row("PATCH", "api-upload", SENDER, UPLOADED, _nothing, True),
    Row("DELETE", "api-upload", SENDER, UPLOADED, _nothing, True),
    Row("GET", "api-batch", VIEW, BATCH),
    Row("DELETE", "api-batch", MANAGE, BATCH, _nothing, True),
    Row("PUT", "api-batch-hold", MANAGE, BATCH, lambda world: {"is_held": True}, True),
    Row("GET", "api-retention", OWN_ORGANIZATION),
    Row("PUT", "api-retention", OWN_ORGANIZATION, body=lambda world: {"days": 30, "pdb_days": None}, is_json=True),
    Row("GET", "api-batch-duplicates", VIEW, BATCH),
    Row("POST", "api-batch-cancel", MANAGE, BATCH, _nothing, True),
    Row("POST", "api-batch-priority", MANAGE, BATCH, lambda world: {"priority": 1}, True),
    Row("GET", "api-processing", MANAGERS),
    Row("POST", "api-processing", ORG_ADMINS, body=lambda world: {"is_paused": True}, is_json=True),
    Row("GET", "api-reconciliation", OWN_ORGANIZATION),
    Row("POST", "api-reconciliation", OWN_ORGANIZATION, body=_nothing, is_json=True),
    Row("GET", "api-quarantine", MANAGERS),
    Row("GET", "api-dead-letters", MANAGERS),
    Row("DELETE", "api-dead-letter", MANAGE, DELIVERY, _nothing, True),
    Row("POST", "api-dead-letter-retry", MANAGE, DELIVERY, _nothing, True),
    Row("POST", "api-step-run-retry", UPLOAD, STEP_RUN, _nothing, True),
    Row("POST", "api-document-look-again", MANAGE, DOCUMENT, _nothing, True),
    Row("DELETE", "api-document", MANAGE, DOCUMENT, _nothing, True),
    Row("GET", "api-documents", LIST, marker="document"),
    Row("GET", "api-document", VIEW, DOCUMENT),
    Row("POST", "api-document-retry", UPLOAD, DOCUMENT, _nothing, True),
    Row("GET", "api-document-original", DOWNLOAD, DOCUMENT),
    Row("GET", "api-step-runs", VIEW, SUB_DOCUMENT),
    Row("PUT", "api-arrange", REVIEW, DOCUMENT, _arrangement, True),
    Row("POST", "api-split", REVIEW, SUB_DOCUMENT, lambda world: {"before_page": 2}, True),
    Row("POST", "api-merge", REVIEW, SUB_DOCUMENT, _nothing, True),
    Row("POST", "api-move", REVIEW, SUB_DOCUMENT, lambda world: {"first_page": 2}, True),
    Row("POST", "api-retype", REVIEW, SUB_DOCUMENT, lambda world: {"schema_id": None}, True),
    Row("POST", "api-correct", REVIEW, DELIVERED, _slip, True),
    Row("POST", "api-withdraw", REVIEW, DELIVERED, _slip, True),
    Row("GET", "api-tasks", LIST, marker="task"),
    Row("GET", "api-task", VIEW, TASK),
    Row("POST", "api-task-claim", REVIEW, TASK, _nothing, True),
    Row("DELETE", "api-task-claim", REVIEW, TASK, _nothing, True),
    Row("PUT", "api-task-value", REVIEW, VALUE, _correction, True),
    Row("POST", "api-task-decide", REVIEW, TASK, _decision, True),
]  # fmt: skip

GUEST = {"user_id": "guest"}
ON_A_GUESTS_ACCOUNT = [  # the same routes, where the account's home is the other organisation
    Row("GET", "accounts:organization_person", OF_A_GUEST, GUEST),
    Row(
        "POST",
        "accounts:organization_person",
        OF_A_GUEST,
        GUEST,
        lambda world: {"role": "viewer"},
    ),
    Row("POST", "accounts:organization_person_remove", OF_A_GUEST, GUEST, _nothing),
    Row("POST", "accounts:organization_person_stop", AT_HOME, GUEST, _nothing),
    Row("POST", "accounts:organization_person_activate", AT_HOME, GUEST, _nothing),
    Row("POST", "accounts:organization_person_second_factor", AT_HOME, GUEST, _nothing),
    Row("POST", "accounts:organization_person_password_link", AT_HOME, GUEST, _nothing),
]

ADMIN_PAGES: dict[str, Rule] = dict.fromkeys(
    [
        *("axes.accessattempt", "axes.accesslog", "axes.accessfailurelog", "django_rq.dashboard"),
        *(
            "accounts.apikey",
            "accounts.invitation",
            "accounts.auditentry",
            "accounts.mailserver",
            "accounts.membership",
            "accounts.organization",
            "accounts.providerendpoint",
        ),
        *("accounts.signinsession", "accounts.systemsettings", "accounts.team", "accounts.user"),
        *("documents.approvedversion", "documents.batch", "documents.delivery", "documents.document"),
        *("documents.event", "documents.schema", "documents.steprun"),
        *("pdb_sync.analystgrant", "pdb_sync.deliveryreceipt", "pdb_sync.pdbrecord", "pdb_sync.reconciliation"),
        *("review.decision", "review.reviewtask"),
    ],
    SUPER,
)

SOCKETS: dict[str, Rule] = {"ws/batches/<uuid:batch_id>/": VIEW}

JOBS_OF_PEOPLE: dict[JobName, tuple[str, ...]] = {
    JobName.DOCUMENT_ADVANCE: ("documents:batch_submit", "documents:batch_retry", "review:decide", "api-batches"),
    JobName.DOCUMENT_STEP_EXECUTE: ("documents:batch_submit", "documents:batch_retry", "api-batches"),
    JobName.PAGES_PROCESS: ("documents:batch_submit", "documents:batch_retry", "api-batches"),
    JobName.SUB_DOCUMENT_PROCESS: ("documents:batch_submit", "review:decide", "api-task-decide"),
    JobName.EVENT_DELIVER: ("review:decide", "api-task-decide"),
    JobName.DOCUMENT_INDEX: ("documents:batch_submit", "api-batches"),
    JobName.EVENT_INDEX: ("review:withdraw_approved", "api-withdraw", "review:decide"),
    JobName.BATCH_DELETION_ADVANCE: ("documents:batch_delete", "api-batch"),
    JobName.PDB_RECONCILE: ("pdb_sync:reconciliation", "api-reconciliation"),
    JobName.RESET_LINK_MAIL: ("accounts:password_forgotten",),
    JobName.ACCOUNT_NOTICE_MAIL: ("accounts:api_key_create", "accounts:second_factor"),
}
"""The jobs that what a person asks sets off, with routes that do; all others are the clock's. They run with the
organisation of the person who asked, and the table above says who may ask."""
