"""The base of every row that belongs to an organisation."""

import uuid

from django.db import models


class TenantModel(models.Model):
    """UUID key, organisation (row-level security compares it), creation time."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey("accounts.Organization", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True


def status_choices(enum: type) -> list[tuple[str, str]]:
    """Choices for a status field, from a StrEnum of documents.domain."""
    return [(member.value, member.value.replace("_", " ").capitalize()) for member in enum]  # type: ignore[attr-defined]
