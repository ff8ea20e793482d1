"""Pages of documents."""

from documents.views.batches import (
    batch_detail,
    batch_duplicates,
    batch_list,
    batch_retry,
    batch_state,
    batch_submit,
    document_detail,
    image_tokens,
    original,
    page_image,
    page_words,
)
from documents.views.bulk import batch_bulk
from documents.views.history import field_value_history
from documents.views.processing import (
    batch_cancel,
    batch_prioritize,
    dead_letters,
    delivery_content,
    delivery_discard,
    delivery_retry,
    document_look_again,
    processing,
    processing_pause,
    quarantine,
    step_run_retry,
)
from documents.views.retention import batch_delete, batch_deletion, batch_hold, document_delete, retention
from documents.views.schemas import schema_detail, schema_edit, schema_engines, schema_list
from documents.views.shares import (
    batch_shares,
    document_shares,
    person_grants,
    schema_grant_revoke,
    schema_grants,
    share_revoke,
)
from documents.views.usage import organization_use

__all__ = [
    "batch_bulk",
    "batch_cancel",
    "batch_delete",
    "batch_deletion",
    "batch_detail",
    "batch_duplicates",
    "batch_hold",
    "batch_list",
    "batch_prioritize",
    "batch_retry",
    "batch_shares",
    "batch_state",
    "batch_submit",
    "dead_letters",
    "delivery_content",
    "delivery_discard",
    "delivery_retry",
    "document_delete",
    "document_detail",
    "document_look_again",
    "document_shares",
    "field_value_history",
    "image_tokens",
    "organization_use",
    "original",
    "page_image",
    "page_words",
    "person_grants",
    "processing",
    "processing_pause",
    "quarantine",
    "retention",
    "schema_detail",
    "schema_edit",
    "schema_engines",
    "schema_grant_revoke",
    "schema_grants",
    "schema_list",
    "share_revoke",
    "step_run_retry",
]
