"""What decided documents teach: one example per sub-document that people approved, and the keys it is looked up by."""

from django.db import models

from documents.domain.learned import LearnedDocument
from documents.models.document import SubDocument
from documents.models.schema import Schema
from documents.models.tenant import TenantModel


class LearnedExample(TenantModel):
    """A LearnedDocument as JSON, of the newest approved version. It is all that is kept of the memory of senders: whatever is
    remembered is read from these rows, so a deleted one is forgotten at once. It goes with its sub-document."""

    sub_document = models.OneToOneField(SubDocument, on_delete=models.CASCADE, related_name="learned_example")
    schema = models.ForeignKey(Schema, on_delete=models.CASCADE, related_name="learned_examples")
    version = models.IntegerField()
    data = models.JSONField()
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ["-decided_at", "id"]
        indexes = [models.Index(fields=["schema", "decided_at"], name="learned_of_type")]

    def __str__(self) -> str:
        return f"example {self.sub_document_id}"

    @property
    def learned(self) -> LearnedDocument:
        return LearnedDocument.from_dict(self.data, self.id)


class LearnedSign(TenantModel):
    """A key by which an example is looked up: a number of its sender, or words of its letterhead."""

    example = models.ForeignKey(LearnedExample, on_delete=models.CASCADE, related_name="signs")
    schema = models.ForeignKey(Schema, on_delete=models.CASCADE, related_name="+", db_index=False)
    sign = models.CharField(max_length=80)

    class Meta:
        indexes = [models.Index(fields=["schema", "sign"], name="learned_by_sign")]

    def __str__(self) -> str:
        return self.sign
