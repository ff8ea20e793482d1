"""The only code that loads contexts, holds leases, persists results, publishes progress and enqueues."""

from extraction.runner.conductor import document_advance, document_step_execute, pages_process, sub_document_process
from extraction.runner.reconciliation import reconcile

__all__ = ["document_advance", "document_step_execute", "pages_process", "reconcile", "sub_document_process"]
