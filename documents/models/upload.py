"""Files that are still coming in."""

from django.conf import settings
from django.db import models

from documents.models.tenant import TenantModel


class Upload(TenantModel):
    """A file that one person sends in parts; it becomes a source file when a batch takes it.

    `parts` are the storage names of what has arrived, `storage_name` and `sha256` those of the whole file once every
    byte has. Past `expires_at` it is gone.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    file_name = models.CharField(max_length=255)
    size_bytes = models.BigIntegerField()
    received_bytes = models.BigIntegerField(default=0)
    parts = models.JSONField(default=list)
    storage_name = models.CharField(max_length=255, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["created_at"]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_complete(self) -> bool:
        return bool(self.storage_name)
