"""What may be read of documents. `*_get_for` are the doors: missing and invisible are the same NotFound."""

from documents.selectors.approved import NewestEvent, earlier_events_of, newest_event_of, newest_events
from documents.selectors.arrangement import arrangement_sheet
from documents.selectors.doors import (
    batch_get_for,
    batch_list,
    delivery_get_for,
    document_detail_for,
    document_get_for,
    document_list,
    page_get_for,
    schema_get_for,
    schema_list,
    share_get_for,
    share_list,
    step_run_get_for,
    sub_document_get_for,
    upload_get_for,
    upload_team_list,
)
from documents.selectors.facts import (
    candidate_specs,
    corrected_values,
    deliveries_due,
    delivery_state_of,
    field_values_of,
    is_paused,
    sub_document_step_runs,
    table_rows_of,
)
from documents.selectors.grants import (
    PersonGrants,
    SchemaGrant,
    person_grants_for,
    schema_grant_list,
    schema_granted_by,
)
from documents.selectors.history import ValueChange, field_value_history
from documents.selectors.processing import (
    dead_letter_list,
    oldest_delivery_seconds,
    processing_for,
    trouble_rows,
)
from documents.selectors.schemas import SchemaRow, SchemaSheet, schema_managed_by, schema_rows, schema_sheet_for
from documents.selectors.state import batch_state, batch_summaries, document_row
from documents.selectors.usage import organization_use

__all__ = [
    "NewestEvent",
    "PersonGrants",
    "SchemaGrant",
    "SchemaRow",
    "SchemaSheet",
    "ValueChange",
    "arrangement_sheet",
    "batch_get_for",
    "batch_list",
    "batch_state",
    "batch_summaries",
    "candidate_specs",
    "corrected_values",
    "dead_letter_list",
    "deliveries_due",
    "delivery_get_for",
    "delivery_state_of",
    "document_detail_for",
    "document_get_for",
    "document_list",
    "document_row",
    "earlier_events_of",
    "field_value_history",
    "field_values_of",
    "is_paused",
    "newest_event_of",
    "newest_events",
    "oldest_delivery_seconds",
    "organization_use",
    "page_get_for",
    "person_grants_for",
    "processing_for",
    "schema_get_for",
    "schema_grant_list",
    "schema_granted_by",
    "schema_list",
    "schema_managed_by",
    "schema_rows",
    "schema_sheet_for",
    "share_get_for",
    "share_list",
    "step_run_get_for",
    "sub_document_get_for",
    "sub_document_step_runs",
    "table_rows_of",
    "trouble_rows",
    "upload_get_for",
    "upload_team_list",
]
