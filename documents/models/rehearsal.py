"""Rehearsals: a draft of a document type over documents that people have approved."""

from django.conf import settings
from django.db import models

from documents.domain.schema_spec import SchemaSpec
from documents.models.document import SubDocument
from documents.models.schema import Schema
from documents.models.tenant import TenantModel


class Rehearsal(TenantModel):
    """One run, of the person who asked for it; without `finished_at` it is under way.

    `definition` is the draft as it was, of that `draft_id` and `revision`; `base` is the published version that it is compared
    with. `summary` is what `extraction.domain.rehearsal.summary_of` gives, `pages` how many pages were read through.
    """

    schema = models.ForeignKey(Schema, on_delete=models.CASCADE, related_name="rehearsals")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    draft_id = models.UUIDField()
    revision = models.PositiveIntegerField()
    definition = models.JSONField()
    base = models.CharField(max_length=20)
    documents = models.PositiveIntegerField()
    pages = models.PositiveIntegerField(default=0)
    summary = models.JSONField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            models.Index(
                fields=["created_at"], condition=models.Q(finished_at__isnull=True), name="rehearsal_under_way"
            ),
            models.Index(fields=["draft_id", "revision"], name="rehearsal_of_draft"),
        ]

    def __str__(self) -> str:
        return f"{self.schema.name}: rehearsal of {self.documents} documents"

    @property
    def spec(self) -> SchemaSpec:
        """The draft as it was; it has no number."""
        return SchemaSpec.from_dict({**self.definition, "key": self.schema.key, "version": ""})


class RehearsedDocument(TenantModel):
    """One document of a rehearsal; `result` is None until it was run, and goes with its document."""

    rehearsal = models.ForeignKey(Rehearsal, on_delete=models.CASCADE, related_name="rehearsed")
    sub_document = models.ForeignKey(SubDocument, on_delete=models.CASCADE, related_name="rehearsed")
    position = models.PositiveIntegerField()
    result = models.JSONField(null=True, blank=True)

    class Meta:
        ordering = ["rehearsal", "position"]
        constraints = [
            models.UniqueConstraint(fields=["rehearsal", "position"], name="rehearsed_position_once"),
        ]

    def __str__(self) -> str:
        return f"document {self.position} of a rehearsal"
