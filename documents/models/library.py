"""What super admins changed of the library of document types."""

from django.conf import settings
from django.db import models


class LibraryEntry(models.Model):
    """A type of the library that stands in place of the one that comes with the installation, or beside them. `text` has the form
    of the files; `is_hidden`: nobody can take it into use any more. Of the whole installation, no organisation's."""

    key = models.SlugField(max_length=60, unique=True)
    text = models.TextField(blank=True, default="")
    is_hidden = models.BooleanField(default=False)
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key
