"""What organisations use, where the rows themselves do not say it for ever."""

from django.db import models

from documents.models.tenant import TenantModel


class PageUse(TenantModel):
    """Pages of the documents that one calendar month split. `month` is its first day. Deleting documents changes nothing."""

    month = models.DateField()
    pages = models.BigIntegerField()

    class Meta:
        ordering = ["-month"]
        constraints = [models.UniqueConstraint(fields=["organization", "month"], name="page_use_once_a_month")]

    def __str__(self) -> str:
        return f"{self.pages} pages in {self.month:%Y-%m}"
