"""What records are known again by."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from documents.domain.record_identity import RecordIdentity
from documents.models.document import SubDocument
from documents.models.tenant import TenantModel


class SubDocumentIdentity(TenantModel):
    """Of one sub-document with a type: the RecordIdentity of its values, and what its pages say and its file is.

    `content_key` is the content hash of its pages, `file_key` its file's SHA-256 with its pages; both empty where unknown.
    """

    sub_document = models.OneToOneField(SubDocument, on_delete=models.CASCADE, related_name="identity")
    schema = models.ForeignKey("documents.Schema", on_delete=models.CASCADE, related_name="+")
    number = models.CharField(max_length=200, blank=True)
    numbers = ArrayField(models.CharField(max_length=200), default=list, db_default=[], blank=True)
    senders = ArrayField(models.CharField(max_length=300), default=list, blank=True)
    amount = models.CharField(max_length=60, blank=True)
    content_key = models.CharField(max_length=64, blank=True)
    file_key = models.CharField(max_length=90, blank=True)

    class Meta:
        verbose_name_plural = "sub-document identities"
        indexes = [
            models.Index(
                fields=["organization", "schema", "number"], condition=~models.Q(number=""), name="identity_by_number"
            ),
            GinIndex(fields=["numbers"], name="identity_by_numbers"),
            models.Index(
                fields=["organization", "content_key"], condition=~models.Q(content_key=""), name="identity_by_content"
            ),
            models.Index(
                fields=["organization", "file_key"], condition=~models.Q(file_key=""), name="identity_by_file"
            ),
        ]

    def __str__(self) -> str:
        return self.number or self.file_key

    @property
    def known(self) -> RecordIdentity:
        return RecordIdentity(self.number, frozenset(self.senders), self.amount, frozenset(self.numbers))
