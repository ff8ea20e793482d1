"""Master data: lists that values of documents are looked up in."""

from django.conf import settings
from django.db import models

from documents.models.tenant import TenantModel


class MasterList(TenantModel):
    """A list of an organisation; `team` is empty where every team's types may name it. `rows` are lists of texts, as long as
    `columns`; `revision` counts how often they were replaced, so that what is kept in memory is known to be outdated."""

    key = models.SlugField(max_length=60)
    name = models.CharField(max_length=120)
    team = models.ForeignKey("accounts.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    columns = models.JSONField()
    rows = models.JSONField()
    row_count = models.PositiveIntegerField()
    revision = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["name", "key"]
        constraints = [models.UniqueConstraint(fields=["organization", "key"], name="master_list_key_once")]

    def __str__(self) -> str:
        return self.name
