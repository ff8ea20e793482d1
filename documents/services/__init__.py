"""What may be done with documents. Services open their doors themselves and write in one transaction."""

from documents.services.admission import documents_admit, documents_admit_everywhere
from documents.services.approval import AUTO_APPROVAL, sub_document_approve, sub_document_withdraw
from documents.services.batches import IncomingFile, batch_submit, document_wake
from documents.services.cancellation import batch_cancel, documents_stop
from documents.services.deliveries import (
    ClaimedDelivery,
    delivery_acknowledge,
    delivery_claim,
    delivery_fail,
    delivery_retry,
)
from documents.services.pauses import organization_pause, organization_resume, queue_pause, queue_resume
from documents.services.retry import batch_retry, document_retry
from documents.services.schemas import schema_publish, schema_tune
from documents.services.seen import (
    Original,
    document_detail_open,
    document_sheet_open,
    documents_seen,
    original_open,
    page_open,
    pages_open,
)
from documents.services.values import field_value_write

__all__ = [
    "AUTO_APPROVAL",
    "ClaimedDelivery",
    "IncomingFile",
    "Original",
    "batch_cancel",
    "batch_retry",
    "batch_submit",
    "delivery_acknowledge",
    "delivery_claim",
    "delivery_fail",
    "delivery_retry",
    "document_detail_open",
    "document_retry",
    "document_sheet_open",
    "document_wake",
    "documents_admit",
    "documents_admit_everywhere",
    "documents_seen",
    "documents_stop",
    "field_value_write",
    "organization_pause",
    "organization_resume",
    "original_open",
    "page_open",
    "pages_open",
    "queue_pause",
    "queue_resume",
    "schema_publish",
    "schema_tune",
    "sub_document_approve",
    "sub_document_withdraw",
]
