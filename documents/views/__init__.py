"""Pages of documents."""

from documents.views.batches import (
    batch_detail,
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
from documents.views.schemas import schema_detail, schema_edit, schema_list

__all__ = [
    "batch_bulk",
    "batch_detail",
    "batch_list",
    "batch_retry",
    "batch_state",
    "batch_submit",
    "document_detail",
    "image_tokens",
    "original",
    "page_image",
    "page_words",
    "schema_detail",
    "schema_edit",
    "schema_list",
]
