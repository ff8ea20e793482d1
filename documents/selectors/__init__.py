"""What may be read of documents. `*_get_for` are the doors: missing and invisible are the same NotFound."""

from documents.selectors.approved import NewestEvent, earlier_events_of, newest_event_of, newest_events
from documents.selectors.arrangement import arrangement_view
from documents.selectors.auto_approval import (
    AutoApprovalNote,
    AutoApprovalView,
    auto_approval_view_for,
    batch_auto_approval,
    organization_auto_approval,
    type_rule_of,
)
from documents.selectors.doors import (
    batch_get_for,
    batch_list,
    delivery_get_for,
    document_detail_for,
    document_get_for,
    document_list,
    page_get_for,
    schema_get_for,
    schema_get_usable_by_key,
    schema_get_usable_for,
    schema_list,
    share_get_for,
    share_list,
    step_run_get_for,
    sub_document_get_for,
    upload_get_for,
    upload_team_list,
)
from documents.selectors.duplicates import batch_duplicates_for, duplicates_among
from documents.selectors.empty_values import empty_value, with_empty_values
from documents.selectors.field_values import corrected_values, field_values_of, table_rows_of
from documents.selectors.grants import (
    PersonGrants,
    SchemaGrant,
    person_grants_for,
    schema_grant_list,
    schema_granted_by,
)
from documents.selectors.held import HeldWork, register_held_work_provider
from documents.selectors.history import ValueChange, field_value_history
from documents.selectors.outbox import (
    WAITS_FOR_DEAD,
    WAITS_FOR_EARLIER,
    deliveries_ahead,
    deliveries_behind,
    deliveries_due,
    delivery_state_of,
)
from documents.selectors.pauses import is_paused
from documents.selectors.processing import (
    TROUBLE_STATUSES,
    dead_letter_list,
    oldest_delivery_seconds,
    oldest_publication_seconds,
    processing_for,
    trouble_rows,
)
from documents.selectors.publications import view_publications_due
from documents.selectors.retention import (
    RetentionPlan,
    RetentionPlanView,
    batch_deletion_for,
    documents_expired,
    documents_undelivered,
    retention_plan,
    retention_view_for,
    sub_documents_expired,
)
from documents.selectors.schema_candidates import candidate_schemas, candidate_specs
from documents.selectors.schemas import (
    SchemaRow,
    SchemaView,
    schema_engines,
    schema_managed_by,
    schema_rows,
    schema_tunable_by,
    schema_view_for,
)
from documents.selectors.state import batch_state, batch_summaries
from documents.selectors.step_runs import decision_on, sub_document_step_runs
from documents.selectors.usage import organization_use
from documents.selectors.words import words_of

__all__ = [
    "TROUBLE_STATUSES",
    "WAITS_FOR_DEAD",
    "WAITS_FOR_EARLIER",
    "AutoApprovalNote",
    "AutoApprovalView",
    "HeldWork",
    "NewestEvent",
    "PersonGrants",
    "RetentionPlan",
    "RetentionPlanView",
    "SchemaGrant",
    "SchemaRow",
    "SchemaView",
    "ValueChange",
    "arrangement_view",
    "auto_approval_view_for",
    "batch_auto_approval",
    "batch_deletion_for",
    "batch_duplicates_for",
    "batch_get_for",
    "batch_list",
    "batch_state",
    "batch_summaries",
    "candidate_schemas",
    "candidate_specs",
    "corrected_values",
    "dead_letter_list",
    "decision_on",
    "deliveries_ahead",
    "deliveries_behind",
    "deliveries_due",
    "delivery_get_for",
    "delivery_state_of",
    "document_detail_for",
    "document_get_for",
    "document_list",
    "documents_expired",
    "documents_undelivered",
    "duplicates_among",
    "earlier_events_of",
    "empty_value",
    "field_value_history",
    "field_values_of",
    "is_paused",
    "newest_event_of",
    "newest_events",
    "oldest_delivery_seconds",
    "oldest_publication_seconds",
    "organization_auto_approval",
    "organization_use",
    "page_get_for",
    "person_grants_for",
    "processing_for",
    "register_held_work_provider",
    "retention_plan",
    "retention_view_for",
    "schema_engines",
    "schema_get_for",
    "schema_get_usable_by_key",
    "schema_get_usable_for",
    "schema_grant_list",
    "schema_granted_by",
    "schema_list",
    "schema_managed_by",
    "schema_rows",
    "schema_tunable_by",
    "schema_view_for",
    "share_get_for",
    "share_list",
    "step_run_get_for",
    "sub_document_get_for",
    "sub_document_step_runs",
    "sub_documents_expired",
    "table_rows_of",
    "trouble_rows",
    "type_rule_of",
    "upload_get_for",
    "upload_team_list",
    "view_publications_due",
    "with_empty_values",
    "words_of",
]
