"""Deletions: what retention did, batches on their way out, files whose rows are gone, and files that never had one."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db import models

from documents.models.batch import Batch
from documents.models.document import Document
from documents.models.tenant import TenantModel
from idp_project.core.reason_fields import ReasonField
from idp_project.core.reasons import text_of


class RetentionRun(TenantModel):
    """One night's deletions of an organisation; without `finished_at` it is resumed."""

    finished_at = models.DateTimeField(null=True, blank=True)
    documents = models.IntegerField(default=0)
    bytes = models.BigIntegerField(default=0)
    records = models.IntegerField(default=0)

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["organization", "-created_at"], name="retention_run_newest")]

    def __str__(self) -> str:
        return f"{self.documents} documents, {self.records} records"


class BatchDeletion(TenantModel):
    """That a batch is to be deleted, and how far that is; without `finished_at` a job continues it.

    `documents` is how many it had when somebody asked, `deleted` how many of them are gone, `position` the last one looked
    at. `asked_as` is how the audit names the person who asked; `stopped_because` says why it ended early.
    """

    batch = models.OneToOneField(Batch, on_delete=models.CASCADE, related_name="deletion")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    asked_as = models.CharField(max_length=150)
    documents = models.IntegerField()
    deleted = models.IntegerField(default=0)
    position = models.UUIDField(default=UUID(int=0))
    stopped_because = ReasonField(db_column="stopped_data")
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["created_at"], condition=models.Q(finished_at__isnull=True), name="batch_deletion_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.deleted} of {self.documents} documents"


class KeptDocument(TenantModel):
    """A document that the deletion of its batch had to leave, and why."""

    deletion = models.ForeignKey(BatchDeletion, on_delete=models.CASCADE, related_name="kept")
    document = models.OneToOneField(Document, on_delete=models.CASCADE, related_name="kept")
    code = models.CharField(max_length=60)
    reason = ReasonField(db_column="reason_data")

    def __str__(self) -> str:
        return text_of(self.reason)


class FileRemoval(TenantModel):
    """A stored file to delete, written in the transaction that deletes its rows: no crash in between leaves it behind."""

    storage_name = models.CharField(max_length=255)

    def __str__(self) -> str:
        return self.storage_name


class FileSweep(TenantModel):
    """One night's search for an organisation's files that no row names; without `finished_at` it is resumed.

    `position` is the storage name that it has come to, `looked_at` how many it has seen, `files` and `bytes` what it deleted.
    """

    finished_at = models.DateTimeField(null=True, blank=True)
    position = models.CharField(max_length=255, blank=True)
    looked_at = models.BigIntegerField(default=0)
    files = models.BigIntegerField(default=0)
    bytes = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["organization", "-created_at"], name="file_sweep_newest")]

    def __str__(self) -> str:
        return f"{self.files} of {self.looked_at} files"
