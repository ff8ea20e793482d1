"""What may be done with documents. Services open their doors themselves and write in one transaction."""

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
from documents.services.retry import document_retry
from documents.services.schemas import schema_publish
from documents.services.values import field_value_write

__all__ = [
    "AUTO_APPROVAL",
    "ClaimedDelivery",
    "IncomingFile",
    "batch_cancel",
    "batch_submit",
    "delivery_acknowledge",
    "delivery_claim",
    "delivery_fail",
    "delivery_retry",
    "document_retry",
    "document_wake",
    "documents_stop",
    "field_value_write",
    "schema_publish",
    "sub_document_approve",
    "sub_document_withdraw",
]
