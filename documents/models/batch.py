"""Batches and the files as received."""

import uuid

from django.conf import settings
from django.db import models

from accounts.domain.roles import SHARED_PERMISSIONS, permission_choices
from accounts.grant_bases import UserGrant
from documents.models.schema import Schema
from documents.models.tenant import TenantModel
from idp_project.core.files.formats import CONVERTED_TYPES, E_INVOICE_TYPE, MESSAGE_TYPE, PDF_TYPE


class Priority(models.IntegerChoices):
    """Among the batches of one organisation: those of higher priority begin first."""

    LOW = -1, "Low"
    NORMAL = 0, "Normal"
    HIGH = 1, "High"


class Batch(TenantModel):
    """Files submitted together: the unit of progress and of permission.

    `schema` is empty where the type of each document is to be found out. `idempotency_digest` is over what was submitted
    with `idempotency_key`; empty in batches that are older than it. `cancelled_at` stops its work. Under a legal hold
    (`is_held`) neither a person nor a rule deletes anything of it.
    """

    team = models.ForeignKey("accounts.Team", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    schema = models.ForeignKey(Schema, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    source = models.CharField(max_length=20, default="browser")
    idempotency_key = models.CharField(max_length=200, blank=True)
    idempotency_digest = models.CharField(max_length=64, blank=True, default="", db_default="")
    priority = models.SmallIntegerField(choices=Priority.choices, default=Priority.NORMAL)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    is_held = models.BooleanField("legal hold", default=False)

    class Meta:
        ordering = ["-created_at"]
        verbose_name_plural = "batches"
        permissions = [*permission_choices(SHARED_PERMISSIONS)]
        indexes = [models.Index(fields=["team", "-created_at"]), models.Index(fields=["organization", "-created_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "submitted_by", "idempotency_key"],
                condition=~models.Q(idempotency_key=""),
                name="batch_idempotency_key_once",
            )
        ]

    def __str__(self) -> str:
        return self.name


class SourceFile(TenantModel):
    """Bytes as received. `storage_name` is generated; `name` is what the sender called it, for display only.

    Office documents, e-mails and XML are read as the PDF that was made of them, kept beside them: `pdf_name`, generated too,
    `pdf_bytes`. Of an e-mail received before that, none is kept: it is made whenever the e-mail is read.
    """

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="source_files")
    name = models.CharField(max_length=255)
    storage_name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=100)
    size_bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    pdf_name = models.CharField(max_length=255, blank=True)
    pdf_bytes = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["created_at"]
        indexes = [
            models.Index(fields=["organization", "sha256"]),
            models.Index(
                fields=["organization"],
                include=["size_bytes", "pdf_bytes"],
                condition=~models.Q(storage_name=""),
                name="source_file_kept_bytes",
            ),
            models.Index(
                fields=["storage_name"], condition=~models.Q(storage_name=""), name="source_file_by_storage_name"
            ),
            models.Index(fields=["pdf_name"], condition=~models.Q(pdf_name=""), name="source_file_by_pdf_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_converted(self) -> bool:
        """Whether `upload` makes a PDF of it."""
        return self.content_type in CONVERTED_TYPES

    @property
    def is_message(self) -> bool:
        return self.content_type == MESSAGE_TYPE

    @property
    def is_e_invoice(self) -> bool:
        """Whether it is XML, which is an electronic invoice or refused."""
        return self.content_type == E_INVOICE_TYPE

    @property
    def read_name(self) -> str:
        """The storage name of what is read: pages, text and places are of that file."""
        return self.pdf_name or self.storage_name

    @property
    def read_type(self) -> str:
        """The content type of what is read."""
        return PDF_TYPE if self.pdf_name or self.is_message else self.content_type

    @property
    def kept_bytes(self) -> int:
        return self.size_bytes + self.pdf_bytes


class BatchUserPermission(UserGrant):
    """A grant on one batch to one person: a share beyond the team."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    content_object = models.ForeignKey(Batch, on_delete=models.CASCADE)
