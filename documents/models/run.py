"""Runs and step runs: the checkpoints from which every document's way through the pipeline can be resumed."""

from django.db import models

from documents.domain.statuses import StepStatus
from documents.models.document import Document
from documents.models.tenant import TenantModel, status_choices
from idp_project.core.leases import Leased
from idp_project.core.reason_fields import ReasonField


class UnitKind(models.TextChoices):
    """What a step works on."""

    DOCUMENT = "document", "Document"
    PAGE = "page", "Page"
    SUB_DOCUMENT = "sub_document", "Sub-document"


class Run(TenantModel):
    """A document's way through the pipeline; a document has one.

    `admitted_at` is when its work began; until then it waits for its organisation's turn, without a job. `next_check_at`
    is when the reconciler looks whether a wake-up was lost.
    """

    document = models.OneToOneField(Document, on_delete=models.CASCADE, related_name="run")
    admitted_at = models.DateTimeField(null=True, blank=True)
    next_check_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_check_at"], condition=models.Q(finished_at__isnull=True), name="run_open"),
            models.Index(
                fields=["organization", "created_at"],
                condition=models.Q(finished_at__isnull=True, admitted_at__isnull=True),
                name="run_not_admitted",
            ),
        ]

    def __str__(self) -> str:
        return f"run of {self.document_id}"


class StepRun(TenantModel, Leased):
    """One step of one unit, with its lease.

    Claiming raises `lease_token`; every commit of a step carries the token it was claimed with, so that a worker that
    lost its lease changes nothing. `units_left` counts the pages a joined step still waits for. `crash_count` counts
    workers lost while they held the lease; `attempt` all tries.
    """

    # Without an index of its own: every look at step runs is by run or unit, and each step writes every index.
    organization = models.ForeignKey(
        "accounts.Organization", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="step_runs")
    unit_kind = models.CharField(max_length=20, choices=UnitKind.choices)
    unit_id = models.UUIDField()
    step = models.CharField(max_length=40)
    position = models.SmallIntegerField()
    status = models.CharField(max_length=20, choices=status_choices(StepStatus), default=StepStatus.PENDING.value)
    input_hash = models.CharField(max_length=64, blank=True)
    attempt = models.IntegerField(default=0)
    crash_count = models.IntegerField(default=0)
    lease_owner = models.CharField(max_length=100, blank=True)
    not_before = models.DateTimeField(null=True, blank=True)
    units_left = models.IntegerField(null=True, blank=True)
    output = models.JSONField(null=True, blank=True)
    reason = ReasonField(db_column="reason_data")
    error_code = models.CharField(max_length=60, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["unit_id", "step"], name="step_run_once_a_unit")]
        indexes = [models.Index(fields=["run", "unit_kind", "position"])]

    def __str__(self) -> str:
        return f"{self.step} ({self.status})"
