"""What may be done with documents. Services open their doors themselves and write in one transaction."""

from documents.services.admission import documents_admit, documents_admit_everywhere
from documents.services.approval import AUTO_APPROVAL, approved_reopen, sub_document_approve, sub_document_withdraw
from documents.services.attachments import attachments_create, attachments_discard, attachments_receive
from documents.services.audited_reads import (
    Original,
    document_detail_open,
    document_view_open,
    documents_seen,
    original_open,
    page_open,
    pages_open,
)
from documents.services.auto_approval import AutoApprovalRefused, schema_auto_approval_set
from documents.services.batch_deletion import batch_delete, batch_deletion_advance, batch_deletions_wake
from documents.services.batches import batch_prioritize, batch_submit, document_wake
from documents.services.cancellation import batch_cancel, documents_stop
from documents.services.checks import Rechecked, sub_document_check
from documents.services.deliveries import (
    ClaimedDelivery,
    deliveries_enqueue_due,
    delivery_acknowledge,
    delivery_claim,
    delivery_discard,
    delivery_fail,
    delivery_retry,
)
from documents.services.duplicates import document_content_set
from documents.services.file_counts import files_count
from documents.services.locks import document_lock, documents_lock, runs_lock, step_runs_lock
from documents.services.office_pdfs import StoredPdf, pdf_discard, pdf_keep, pdf_store
from documents.services.page_pictures import page_picture
from documents.services.pauses import (
    organization_pause,
    organization_resume,
    pause_set,
    queue_pause,
    queue_resume,
    unless_paused,
)
from documents.services.quotas import pages_charge
from documents.services.receiving import IncomingFile, ReceivedFile
from documents.services.relay import Consumer, DeliveryOutcome, deliveries_relay_due, delivery_attempt
from documents.services.removal import batch_hold_set, document_delete, document_look_again
from documents.services.retention import retention_due, retention_run
from documents.services.retry import batch_retry, document_retry, step_run_retry
from documents.services.schema_grants import schema_grant, schema_grant_revoke
from documents.services.schemas import schema_publish, schema_tune
from documents.services.sharing import share_create, share_revoke
from documents.services.step_runs import step_runs_create, step_runs_reset, step_runs_skip
from documents.services.stored_file_sweeps import file_sweep, file_sweep_dry, file_sweeps_due
from documents.services.stored_files import files_remove, files_remove_everywhere
from documents.services.sub_documents import (
    Arrangement,
    arrangement_apply,
    arrangement_begin,
    decision_note,
    sub_documents_create,
    type_clear,
)
from documents.services.uploads import upload_append, upload_create, upload_discard, uploads_expire
from documents.services.values import field_value_write
from documents.services.view_publications import (
    view_publication_fail,
    view_publication_finish,
    view_publication_postpone,
    view_publication_request,
)
from documents.services.words import organization_words_set

__all__ = [
    "AUTO_APPROVAL",
    "Arrangement",
    "AutoApprovalRefused",
    "ClaimedDelivery",
    "Consumer",
    "DeliveryOutcome",
    "IncomingFile",
    "Original",
    "ReceivedFile",
    "Rechecked",
    "StoredPdf",
    "approved_reopen",
    "arrangement_apply",
    "arrangement_begin",
    "attachments_create",
    "attachments_discard",
    "attachments_receive",
    "batch_cancel",
    "batch_delete",
    "batch_deletion_advance",
    "batch_deletions_wake",
    "batch_hold_set",
    "batch_prioritize",
    "batch_retry",
    "batch_submit",
    "decision_note",
    "deliveries_enqueue_due",
    "deliveries_relay_due",
    "delivery_acknowledge",
    "delivery_attempt",
    "delivery_claim",
    "delivery_discard",
    "delivery_fail",
    "delivery_retry",
    "document_content_set",
    "document_delete",
    "document_detail_open",
    "document_lock",
    "document_look_again",
    "document_retry",
    "document_view_open",
    "document_wake",
    "documents_admit",
    "documents_admit_everywhere",
    "documents_lock",
    "documents_seen",
    "documents_stop",
    "field_value_write",
    "file_sweep",
    "file_sweep_dry",
    "file_sweeps_due",
    "files_count",
    "files_remove",
    "files_remove_everywhere",
    "organization_pause",
    "organization_resume",
    "organization_words_set",
    "original_open",
    "page_open",
    "page_picture",
    "pages_charge",
    "pages_open",
    "pause_set",
    "pdf_discard",
    "pdf_keep",
    "pdf_store",
    "queue_pause",
    "queue_resume",
    "retention_due",
    "retention_run",
    "runs_lock",
    "schema_auto_approval_set",
    "schema_grant",
    "schema_grant_revoke",
    "schema_publish",
    "schema_tune",
    "share_create",
    "share_revoke",
    "step_run_retry",
    "step_runs_create",
    "step_runs_lock",
    "step_runs_reset",
    "step_runs_skip",
    "sub_document_approve",
    "sub_document_check",
    "sub_document_withdraw",
    "sub_documents_create",
    "type_clear",
    "unless_paused",
    "upload_append",
    "upload_create",
    "upload_discard",
    "uploads_expire",
    "view_publication_fail",
    "view_publication_finish",
    "view_publication_postpone",
    "view_publication_request",
]
