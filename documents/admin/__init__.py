"""Django admin for super admins: schemas, batches, documents, step runs, approved versions, deliveries."""

from documents.admin import batches, outbox, schemas, steps

__all__ = ["batches", "outbox", "schemas", "steps"]
