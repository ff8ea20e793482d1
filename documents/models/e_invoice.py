"""Electronic invoices: the XML that a document came with, or is."""

from __future__ import annotations

from django.db import models
from django.utils.functional import cached_property

from documents.domain.e_invoice.model import EInvoice
from documents.domain.e_invoice.stored import from_dict
from documents.models.document import Document
from documents.models.tenant import TenantModel
from idp_project.core.reason_fields import ReasonField


class ReceivedEInvoice(TenantModel):
    """The XML of a document, byte for byte in the file store (`storage_name`), and what was found in it.

    `is_whole_file`: the document is the XML, and its pages were made of it. `model` is the EInvoice as
    JSON (`e_invoice.stored`); null where it could not be read, and `error` says why. `validation` is what the
    rules say of it, with their versions; null where nobody asked them.
    """

    document = models.OneToOneField(Document, on_delete=models.CASCADE, related_name="e_invoice")
    file_name = models.CharField(max_length=255)
    storage_name = models.CharField(max_length=255)
    size_bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    is_whole_file = models.BooleanField(default=False)
    syntax = models.CharField(max_length=20, blank=True)
    guideline = models.CharField(max_length=300, blank=True)
    model = models.JSONField(null=True, blank=True)
    validation = models.JSONField(null=True, blank=True)
    error = ReasonField()

    class Meta:
        db_table = "documents_einvoice"
        verbose_name_plural = "electronic invoices"
        indexes = [models.Index(fields=["storage_name"], name="e_invoice_by_storage_name")]

    def __str__(self) -> str:
        return self.file_name

    @cached_property
    def invoice(self) -> EInvoice | None:
        """What the XML states; None where it could not be read."""
        return from_dict(self.model) if self.model else None
