"""The only code that loads contexts, holds leases, persists results, publishes progress and enqueues."""

from extraction.runner.documents import document_advance, document_step_execute
from extraction.runner.pages import pages_process
from extraction.runner.reconciliation import reconcile
from extraction.runner.sub_documents import sub_document_process

__all__ = ["document_advance", "document_step_execute", "pages_process", "reconcile", "sub_document_process"]
