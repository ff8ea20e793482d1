"""Drafts of document types: what somebody is at work on before it is published."""

from django.conf import settings
from django.db import models

from documents.domain.schema_spec import SchemaSpec
from documents.models.schema import Schema
from documents.models.tenant import TenantModel


class SchemaDraft(TenantModel):
    """One per person and type. `definition` has the shape of a SchemaSpec and may be incomplete; `base` is the number of the
    version that it began from, empty for a new type; `revision` counts what was stored, so that two windows never mix."""

    schema = models.ForeignKey(Schema, on_delete=models.CASCADE, related_name="drafts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    definition = models.JSONField()
    base = models.CharField(max_length=20, blank=True, default="")
    revision = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-updated_at"]
        constraints = [models.UniqueConstraint(fields=["schema", "user"], name="schema_draft_one_per_person")]

    def __str__(self) -> str:
        return f"{self.schema.name}: draft"

    @property
    def spec(self) -> SchemaSpec:
        """What it says so far; its version is that which it began from."""
        return SchemaSpec.from_dict({**self.definition, "key": self.schema.key, "version": self.base})
