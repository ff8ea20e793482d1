"""What automatic approval rests on: examined documents (evidence), and the gate of a type that they open."""

from django.conf import settings
from django.db import models

from documents.domain.earned.strata import Stratum
from documents.models.schema import Schema
from documents.models.tenant import TenantModel, status_choices


class EvidenceSource(models.TextChoices):
    """How it is known whether the machine was right."""

    BLIND = "blind", "Blind sample"
    CONFIRMED = "confirmed", "Every field confirmed singly"
    AUTOMATIC = "automatic", "Automatic approval corrected or withdrawn"
    RESCORED = "rescored", "Read again by another model"


class Evidence(TenantModel):
    """One examined document under one model and calibrator. It outlives its document, so it names that by id only.

    `is_in_range`: it would have been approved automatically with an open gate; only such rows count. `wrong_fields` are
    the names of fields that were wrong, never values. `has_slip`: the reviewer of a blind sample put an own entry right
    after the comparison. A rescored row repeats `decided_at` of the decision that it is compared with.
    """

    schema = models.ForeignKey(Schema, on_delete=models.CASCADE, related_name="evidence")
    sub_document_id = models.UUIDField()
    major = models.IntegerField()
    reader = models.CharField(max_length=16)
    model = models.CharField(max_length=16)
    calibrator = models.CharField(max_length=16)
    stratum = models.CharField(max_length=20, choices=status_choices(Stratum))
    source = models.CharField(max_length=20, choices=EvidenceSource.choices)
    is_in_range = models.BooleanField()
    is_right = models.BooleanField()
    wrong_fields = models.JSONField(default=list, blank=True)
    has_slip = models.BooleanField(default=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "evidence"
        ordering = ["decided_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["sub_document_id", "schema", "major", "model", "calibrator"], name="evidence_once_a_model"
            )
        ]
        indexes = [models.Index(fields=["schema", "decided_at"], name="evidence_of_type")]

    def __str__(self) -> str:
        return f"{self.source} {self.sub_document_id}"


class Gate(TenantModel):
    """Where the evidence of one stratum stands, for a type's major version under one model and calibrator.

    It is written from the evidence alone (`services/approving/gates.py`), in the transaction that adds to it. `missed` is the
    reviewers' error of its plan, fixed from the first look on; `look` counts from 1, 0 while the gate is closed; `target` is
    that of the plan. A gate that an earlier release opened by the documents of all strata (`is_pooled`) is closed until it is
    written again.
    """

    schema = models.ForeignKey(Schema, on_delete=models.CASCADE, related_name="gates")
    major = models.IntegerField()
    model = models.CharField(max_length=16)
    calibrator = models.CharField(max_length=16)
    stratum = models.CharField(max_length=20, choices=status_choices(Stratum))
    target = models.SmallIntegerField()
    missed = models.FloatField()
    n = models.IntegerField(default=0)
    errors = models.IntegerField(default=0)
    look = models.SmallIntegerField(default=0)
    bound = models.FloatField(null=True, blank=True)
    is_pooled = models.BooleanField(default=False)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["schema", "major", "model", "calibrator", "stratum"], name="gate_once_a_stratum"
            )
        ]

    def __str__(self) -> str:
        return f"{self.schema_id} {self.stratum}: {self.errors} of {self.n}"
