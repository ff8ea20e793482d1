"""Field values and table rows: what was found, what people made of it."""

from __future__ import annotations

from copy import copy

from django.contrib.postgres.indexes import HashIndex
from django.db import models

from documents.domain.absence import Absence, stored_absence
from documents.domain.checks.present_values import names_of
from documents.domain.schema_spec import FieldSpec, SchemaSpec
from documents.models.document import SubDocument
from documents.models.tenant import TenantModel
from idp_project.core.reason_fields import ReasonsField
from idp_project.core.reasons import Reason


class FieldValue(TenantModel):
    """One value of a sub-document: of a field (`table_row` empty) or of a cell of that table row.

    `item` is 0 for a field with one value and for a cell; the items of a list count from 1, in order of printing. An item
    that a person cleared keeps its number and is no longer part of the list (`is_removed_item`). `field_id` is the permanent
    id of the field or column, under whatever name; empty where an older release wrote the value. `absence` is an Absence as
    JSON where somebody looked and found that the value is not on the document; it counts only while there is no value.

    `value` is normalised (see FieldType), `raw_text` as read; `provenance` is a Provenance as JSON, null where nothing
    was found. `candidates` keeps the machine's alternatives, the chosen one first. `reasons` say why a person should
    look, beside the failed checks of the sub-document. `corrected_by` is set by people.
    """

    sub_document = models.ForeignKey(SubDocument, on_delete=models.CASCADE, related_name="field_values")
    table_row = models.ForeignKey("TableRow", on_delete=models.CASCADE, null=True, blank=True, related_name="cells")
    name = models.CharField(max_length=80)
    item = models.SmallIntegerField(default=0, db_default=0)
    field_id = models.UUIDField(null=True, blank=True)
    absence = models.JSONField(null=True, blank=True)
    position = models.SmallIntegerField(default=0)
    type = models.CharField(max_length=20)
    value = models.TextField(null=True, blank=True)
    raw_text = models.TextField(blank=True)
    confidence = models.FloatField(null=True, blank=True)
    provenance = models.JSONField(null=True, blank=True)
    candidates = models.JSONField(default=list, blank=True)
    reasons = ReasonsField(db_column="reasons_data")
    is_confirmed = models.BooleanField(default=False)
    corrected_by = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    corrected_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position", "item"]
        constraints = [
            models.UniqueConstraint(
                fields=["sub_document", "table_row", "name", "item"], nulls_distinct=False, name="field_value_item_once"
            )
        ]
        indexes = [
            HashIndex(  # of any length, and by an operator that row-level security lets an index answer
                fields=["value"],
                condition=models.Q(table_row__isnull=True, type__in=["vat_number", "iban", "name"]),
                name="field_value_of_sender",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def check_names(self) -> tuple[str, ...]:
        """The names under which checks speak of it."""
        row = self.table_row
        return names_of(self.name, row.table, row.number) if row else names_of(self.name, item=self.item)

    @property
    def is_removed_item(self) -> bool:
        """Whether a person took this item from its list."""
        return bool(self.item and self.is_confirmed and self.is_empty and not self.absence)

    @property
    def is_empty(self) -> bool:
        return self.value is None and not self.raw_text

    @property
    def absent(self) -> Absence | None:
        """Why it is known to be absent; None for a value, and where nothing is known."""
        return stored_absence(self.absence) if self.is_empty else None

    def spec_in(self, schema: SchemaSpec | None) -> FieldSpec | None:
        """Its field, or the column of its table, in that schema; None where there is no such one."""
        return schema.spec_of(self.name, self.table_row.table if self.table_row else None) if schema else None

    @property
    def as_shown(self) -> FieldValue:
        """Itself; in a blind sample a copy, not to be saved, with what a person entered and nothing that the machine read."""
        if not self.sub_document.is_blind:
            return self
        shown = copy(self)
        shown.candidates, shown.reasons, shown.confidence = [], [], None
        if not self.is_confirmed:
            shown.value, shown.raw_text, shown.provenance, shown.absence = None, "", None, None
        elif self.corrected_by_id is None:
            shown.provenance = None  # entered as the machine had read it: the place would tell so
        return shown

    @property
    def failed_reasons(self) -> list[Reason]:
        """What the failed checks say of it now."""
        return self.sub_document.failed_reasons(self.check_names)

    @property
    def check_notes(self) -> list[Reason]:
        """What else that is printed the checks of it have counted."""
        return self.sub_document.check_notes(self.check_names)

    @property
    def has_failed_check(self) -> bool:
        return bool(self.failed_reasons)

    @property
    def all_reasons(self) -> list[Reason]:
        """Why a person should look: what failed checks say, then the machine's doubts; each once."""
        return list(dict.fromkeys([*self.failed_reasons, *self.reasons]))


class TableRow(TenantModel):
    """One row of a table of a sub-document; `number` is 1-based over all its pages."""

    sub_document = models.ForeignKey(SubDocument, on_delete=models.CASCADE, related_name="table_rows")
    table = models.CharField(max_length=80)
    number = models.IntegerField()

    class Meta:
        ordering = ["table", "number"]
        constraints = [
            models.UniqueConstraint(fields=["sub_document", "table", "number"], name="table_row_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.number}"
