"""The tables of the production database (alias `pdb`). Keys of the other database are plain UUIDs, never foreign keys.

Records are written by `queries.pdb_record_apply` alone; their models serve migrations, comparing and the read-only admin.
"""

import uuid
from typing import Any

from django.db import models

from idp_project.core.leases import Lapsing


class ExactNumber(models.DecimalField):
    """PostgreSQL's `numeric` without a fixed scale: 12.5 stays 12.5."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "max_digits": 1000, "decimal_places": 500})

    def db_type(self, connection: Any) -> str:
        return "numeric"


class RecordChange(models.TextChoices):
    """What an event did to a record; the values are those of `documents` events."""

    APPROVED = "sub_document_approved", "Approved"
    CORRECTED = "sub_document_corrected", "Corrected"
    WITHDRAWN = "sub_document_withdrawn", "Withdrawn"
    DELETED = "sub_document_deleted", "Deleted"


class ApprovedRow(models.Model):
    """What every version of a record says of itself. `values` is {field: value}, `tables` {table: [{column: value}…]}.

    Values are normalised texts, null where nothing was found; that of a list is an array of texts. `kind` is a
    DocumentKind. `overrides` are the checks that failed when a person approved it: [{check, fields, message, code, text,
    by, at}…].
    """

    organization_id = models.UUIDField()
    version = models.IntegerField()
    schema_version = models.CharField(max_length=20)
    kind = models.CharField(max_length=30, default="unknown", db_default="unknown")
    values = models.JSONField()
    tables = models.JSONField()
    overrides = models.JSONField(default=list, db_default=[])
    approved_by = models.CharField(max_length=200)
    approved_at = models.DateTimeField()
    event_uuid = models.UUIDField()
    delivered_at = models.DateTimeField()

    class Meta:
        abstract = True


class PdbRecord(ApprovedRow):
    """The current version of one approved sub-document. A withdrawn one stays, marked, and leaves the typed views.

    Of a deleted one (withdrawn too) nothing is left but keys and the version, so that a late event does not bring it back.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team_id = models.UUIDField()
    team_name = models.CharField(max_length=200)
    batch_id = models.UUIDField()
    document_id = models.UUIDField()
    sub_document_id = models.UUIDField()
    schema_key = models.CharField(max_length=60)
    file_name = models.CharField(max_length=500)
    file_sha256 = models.CharField(max_length=64)
    first_page = models.IntegerField()
    last_page = models.IntegerField()
    is_withdrawn = models.BooleanField(default=False)
    is_deleted = models.BooleanField(default=False)

    class Meta:
        db_table = "pdb_record"
        verbose_name = "record"
        ordering = ["-approved_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "sub_document_id"], name="pdb_record_once_a_sub_document"
            )
        ]
        indexes = [
            models.Index(fields=["organization_id", "schema_key", "-approved_at", "-id"], name="pdb_record_by_schema"),
            models.Index(fields=["organization_id", "-approved_at", "-id"], name="pdb_record_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.schema_key}, {self.file_name}, pages {self.first_page}–{self.last_page}"


class PdbRecordVersion(ApprovedRow):
    """Every version that was ever delivered, also one that came after a newer one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    record = models.ForeignKey(PdbRecord, on_delete=models.CASCADE, related_name="versions", db_index=False)
    change = models.CharField(max_length=40, choices=RecordChange.choices)

    class Meta:
        db_table = "pdb_record_version"
        verbose_name = "record version"
        ordering = ["record", "version"]
        constraints = [models.UniqueConstraint(fields=["record", "version"], name="pdb_record_version_once")]

    def __str__(self) -> str:
        return f"version {self.version}"


class PdbCell(models.Model):
    """One value of a record's current version with its birth certificate.

    A field has an empty `table_name` and row 0, an item of a list its number from 1; a table's rows count from 1. `value` is
    the normalised text, and `value_number` or `value_date` the same typed, by `type`. `provenance`: file_sha256, page,
    polygon (flat, page coordinates), span, engine, engine_version, model, schema_version, confidence, corrected_by,
    approved_by, approved_at; page, polygon and engine are null where a person typed the value without a place.
    `field_id` is the permanent id of the field or column, whatever its name; null in what was approved before there were ids.
    """

    id = models.BigAutoField(primary_key=True)
    organization_id = models.UUIDField()
    record = models.ForeignKey(PdbRecord, on_delete=models.CASCADE, related_name="cells", db_index=False)
    table_name = models.CharField(max_length=80, blank=True)
    row_number = models.IntegerField(default=0)
    name = models.CharField(max_length=80)
    field_id = models.UUIDField(null=True)
    position = models.IntegerField()
    type = models.CharField(max_length=20)
    value = models.TextField(null=True)
    value_number = ExactNumber(null=True)
    value_date = models.DateField(null=True)
    raw_text = models.TextField(blank=True)
    provenance = models.JSONField()
    is_sensitive = models.BooleanField(default=False, db_default=False)

    class Meta:
        db_table = "pdb_cell"
        verbose_name = "cell"
        ordering = ["record", "table_name", "row_number", "position"]
        constraints = [
            models.UniqueConstraint(fields=["record", "table_name", "row_number", "name"], name="pdb_cell_once_a_place")
        ]

    def __str__(self) -> str:
        return f"{self.table_name}[{self.row_number}].{self.name}" if self.table_name else self.name


class ReceiptOutcome(models.TextChoices):
    """What a delivery did here. `superseded`: a newer version was already there, only the history grew."""

    APPLIED = "applied", "Applied"
    SUPERSEDED = "superseded", "Superseded"


class DeliveryReceipt(models.Model):
    """That an event has been applied, written in the same transaction as its effect: the reason it happens once."""

    event_uuid = models.UUIDField(primary_key=True)
    organization_id = models.UUIDField()
    outcome = models.CharField(max_length=20, choices=ReceiptOutcome.choices)
    applied_at = models.DateTimeField()

    class Meta:
        db_table = "delivery_receipt"
        ordering = ["-applied_at"]

    def __str__(self) -> str:
        return f"{self.event_uuid}: {self.outcome}"


class AnalystGrant(models.Model):
    """A login role of the production database may read one organisation's rows (row-level security compares it), values of
    sensitive fields only with `sees_sensitive`."""

    id = models.BigAutoField(primary_key=True)
    role_name = models.CharField(max_length=63)
    organization_id = models.UUIDField()
    sees_sensitive = models.BooleanField(default=False, db_default=False)

    class Meta:
        db_table = "pdb_analyst_grant"
        constraints = [models.UniqueConstraint(fields=["role_name", "organization_id"], name="pdb_analyst_grant_once")]

    def __str__(self) -> str:
        return f"{self.role_name} reads {self.organization_id}"


class Reconciliation(Lapsing):
    """One comparison of an organisation's approved versions with what stands here, chunk by chunk.

    `schemas` is {schema key: {"approved": count, "recorded": count, "approved_hash": hex, "recorded_hash": hex}}; hashes are
    sums modulo 2^64 over (sub-document, version, content), so their order does not matter. `position` is the last
    sub-document compared. Sub-documents that are under way, or whose delivery is dead, are counted in `unsettled`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization_id = models.UUIDField()
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    position = models.UUIDField(null=True, blank=True)
    schemas = models.JSONField(default=dict)
    unsettled = models.IntegerField(default=0)
    is_dry = models.BooleanField(default=False)

    class Meta:
        db_table = "pdb_reconciliation"
        ordering = ["-started_at"]
        indexes = [models.Index(fields=["organization_id", "-started_at"], name="pdb_reconciliation_newest")]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}"


class DifferenceKind(models.TextChoices):
    """How a record differs from what was approved."""

    MISSING = "missing", "Missing"
    BEHIND = "behind", "An older version"
    CHANGED = "changed", "Changed"
    AHEAD = "ahead", "A newer version"
    EXTRA = "extra", "Not known here"


class ReconciliationDifference(models.Model):
    """One record that differs. `places` names what does, never a value; what is ahead or extra is left as it is."""

    id = models.BigAutoField(primary_key=True)
    organization_id = models.UUIDField()
    reconciliation = models.ForeignKey(Reconciliation, on_delete=models.CASCADE, related_name="differences")
    sub_document_id = models.UUIDField()
    schema_key = models.CharField(max_length=60)
    file_name = models.CharField(max_length=500)
    kind = models.CharField(max_length=20, choices=DifferenceKind.choices)
    places = models.JSONField(default=list)
    approved_version = models.IntegerField(null=True)
    recorded_version = models.IntegerField(null=True)
    is_repaired = models.BooleanField(default=False)

    class Meta:
        db_table = "pdb_reconciliation_difference"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.file_name}"
