"""What retention did, and files whose rows are gone."""

from __future__ import annotations

from django.db import models

from documents.models.tenant import TenantModel


class RetentionRun(TenantModel):
    """One night's deletions of an organisation; without `finished_at` it is gone on with."""

    finished_at = models.DateTimeField(null=True, blank=True)
    documents = models.IntegerField(default=0)
    bytes = models.BigIntegerField(default=0)
    records = models.IntegerField(default=0)

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["organization", "-created_at"], name="retention_run_newest")]

    def __str__(self) -> str:
        return f"{self.documents} documents, {self.records} records"


class FileRemoval(TenantModel):
    """A stored file to delete, written in the transaction that deletes its rows: no crash in between leaves it behind."""

    storage_name = models.CharField(max_length=255)

    def __str__(self) -> str:
        return self.storage_name
