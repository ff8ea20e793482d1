"""Review tasks, corrections and decisions."""

from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models import User
from documents.domain.checks.sub_document_checks import with_failed_checks
from documents.domain.overrides import Override
from documents.domain.reasons import BLIND_SAMPLE, DECIDED, SECOND_BLIND
from documents.models import FieldValue, SubDocument
from documents.models.tenant import TenantModel
from idp_project.core.reason_fields import ReasonField, ReasonsField
from idp_project.core.reasons import OWN_WORDS, Reason


class TaskStatus(models.TextChoices):
    """`open` waits for somebody, `claimed` is on somebody's desk until `claimed_until`, `decided` is done; `closed` is
    no longer needed (its batch was cancelled)."""

    OPEN = "open", "Open"
    CLAIMED = "claimed", "Claimed"
    DECIDED = "decided", "Decided"
    CLOSED = "closed", "Closed"


UNDECIDED = (TaskStatus.OPEN, TaskStatus.CLAIMED)
DONE = (TaskStatus.DECIDED, TaskStatus.CLOSED)


class ReviewTask(TenantModel):
    """One sub-document that a person has to look at. `reasons` say why, beside the checks that fail now; lower `priority`
    comes first. `due_because` says where `due_at` comes from, `amount` is the document's total as printed.

    `assigned_to` is whose it is while it waits; nobody else is offered it. While `waits_for` is to answer what `asked_by`
    asked, it is offered to nobody.

    `stage`: whose decision it waits for, of the first person, the second or the third (see `services.second_eyes`).

    `is_blind`: drawn for the blind sample. What the machine read is hidden until `compared_at`; `blind_entries` are what the
    person had entered then, by the path of the value.
    """

    sub_document = models.ForeignKey(SubDocument, on_delete=models.CASCADE, related_name="review_tasks")
    team = models.ForeignKey("accounts.Team", on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=20, choices=TaskStatus.choices, default=TaskStatus.OPEN)
    reasons = ReasonsField(db_column="reasons_data")
    priority = models.IntegerField(default=100)
    due_at = models.DateTimeField(null=True, blank=True)
    due_because = ReasonField(db_column="due_data")
    amount = models.DecimalField(max_digits=20, decimal_places=2, null=True, blank=True)
    stage = models.SmallIntegerField(default=1, db_default=1)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    waits_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    claimed_until = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    is_blind = models.BooleanField(default=False, db_default=False)
    compared_at = models.DateTimeField(null=True, blank=True)
    blind_entries = models.JSONField(null=True, blank=True)

    class Meta:
        ordering = ["priority", "due_at", "created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["sub_document"],
                condition=~models.Q(status__in=["decided", "closed"]),
                name="one_open_task_a_sub_document",
            )
        ]
        indexes = [
            models.Index(fields=["team", "status", "priority"]),
            models.Index(
                fields=["team", "priority", "due_at", "created_at"],
                condition=models.Q(status__in=["open", "claimed"]),
                name="task_undecided",
            ),
        ]

    def __str__(self) -> str:
        return f"review of {self.sub_document_id}"

    @property
    def all_reasons(self) -> list[Reason]:
        """Why a person should look now: its reasons, then what checks say that did not pass; each once. Of a blind sample,
        that only: other reasons tell what the machine read."""
        if self.sub_document.is_blind:
            return [SECOND_BLIND() if self.stage > 1 else BLIND_SAMPLE()]
        return with_failed_checks(self.reasons, self.sub_document.checks_not_passed)

    @property
    def holder(self) -> User | None:
        """On whose desk it is now; None once their lease is over."""
        is_held = self.claimed_until is not None and self.claimed_until > timezone.now()
        return self.claimed_by if is_held else None

    def put_back(self) -> None:
        """Onto nobody's desk. The caller saves `status`, `claimed_by` and `claimed_until`."""
        self.status, self.claimed_by, self.claimed_until = TaskStatus.OPEN, None, None


class TaskSkip(TenantModel):
    """A person left a task undecided: in their round through the queue it comes after what they have not skipped."""

    task = models.ForeignKey(ReviewTask, on_delete=models.CASCADE, related_name="skips")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    skipped_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["task", "user"], name="task_skipped_once_by_each")]

    def __str__(self) -> str:
        return f"skip of {self.task_id}"


class DeskPreference(TenantModel):
    """How a person has set their desk: `keys` is {action: [keys]} where they differ from the usual ones, `panels` is {panel:
    pixels}."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    keys = models.JSONField(default=dict, db_default={})
    has_singles = models.BooleanField(default=True, db_default=True)
    panels = models.JSONField(default=dict, db_default={})

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "user"], name="desk_set_once_by_each")]

    def __str__(self) -> str:
        return f"desk of {self.user_id}"


class Draft(TenantModel):
    """What a person has typed at a task and not yet saved: {id of the value: {text, place, is_absent, saved}}."""

    task = models.ForeignKey(ReviewTask, on_delete=models.CASCADE, related_name="drafts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    entries = models.JSONField(default=dict, db_default={})
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["task", "user"], name="one_draft_a_task_and_person")]

    def __str__(self) -> str:
        return f"draft of {self.task_id}"


class UndoStep(TenantModel):
    """A value as it was before a person set or confirmed it on the desk, so that they can take that back. Gone with the
    decision; not with the value: a cell whose row was removed comes back with it, under the same id."""

    task = models.ForeignKey(ReviewTask, on_delete=models.CASCADE, related_name="undo_steps")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    field_value = models.ForeignKey(FieldValue, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    before = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["task", "user", "-created_at"], name="undo_newest")]

    def __str__(self) -> str:
        return f"undo of {self.field_value_id}"


class Correction(TenantModel):
    """A value that a person changed; what it was is kept."""

    task = models.ForeignKey(ReviewTask, on_delete=models.CASCADE, related_name="corrections")
    field_value = models.ForeignKey(FieldValue, on_delete=models.CASCADE, related_name="corrections")
    corrected_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    old = models.JSONField()
    new = models.JSONField()

    class Meta:
        ordering = ["created_at"]

    def __str__(self) -> str:
        return f"correction of {self.field_value_id}"


class TableEdit(TenantModel):
    """A change of a table's rows or of several of its cells at once, with what it takes to undo it across reloads.

    `before` and `after`: `{"order": [row ids], "rows": {row id: [stored cells]}}`, of the rows that it touched. An edit that was
    undone has `undone_at` until it is done again, at `redone_at`.
    """

    task = models.ForeignKey(ReviewTask, on_delete=models.CASCADE, related_name="table_edits")
    table = models.CharField(max_length=80)
    action = models.CharField(max_length=20)
    rows = models.IntegerField()
    cells = models.IntegerField()
    before = models.JSONField()
    after = models.JSONField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    redone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at"]
        indexes = [models.Index(fields=["task", "-created_at"], name="table_edit_newest")]

    def __str__(self) -> str:
        return f"{self.action} in {self.table}"


class Rereading(TenantModel):
    """That what waits with earlier versions of a type is to be read under the newest one, and how far that is.

    Without `finished_at` a job continues it. `sub_documents` is how many waited when somebody asked, `begun` how many of them
    are read again, `left_out` how many could not be (on somebody's desk, or decided meanwhile), `position` the last one looked
    at. `stopped_because` says why it ended early.
    """

    schema = models.ForeignKey("documents.Schema", on_delete=models.CASCADE, related_name="+")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    asked_as = models.CharField(max_length=150)
    sub_documents = models.IntegerField()
    begun = models.IntegerField(default=0)
    left_out = models.IntegerField(default=0)
    position = models.UUIDField(default=UUID(int=0))
    stopped_because = ReasonField(db_column="stopped_data")
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["schema"], condition=models.Q(finished_at__isnull=True), name="one_rereading_at_work_a_type"
            )
        ]
        indexes = [models.Index(fields=["schema", "-created_at"], name="rereading_newest")]

    def __str__(self) -> str:
        return f"{self.begun} of {self.sub_documents} sub-documents"


class DecisionKind(models.TextChoices):
    """How a review ended. `none_of_ours`: it is of none of our types, and filed as it is."""

    APPROVE = "approve", "Approved"
    REJECT = "reject", "Rejected"
    NONE_OF_OURS = "none_of_ours", "Filed: none of our types"


class Examination(models.TextChoices):
    """How closely a document was looked at when it was decided. What was not examined never opens a gate."""

    BLIND = "blind", "Blind sample"
    CONFIRMED = "confirmed", "Every field confirmed singly"
    NOT_EXAMINED = "not_examined", "Not examined"


class Decision(TenantModel):
    """A person's decision on a task, with the reason where there is one.

    `overrides`: the checks that failed when it was approved (each an `Override` as JSON).
    """

    task = models.OneToOneField(ReviewTask, on_delete=models.CASCADE, related_name="decision")
    kind = models.CharField(max_length=20, choices=DecisionKind.choices)
    reason = models.TextField(blank=True)
    overrides = models.JSONField(default=list, blank=True, db_default=[])
    examination = models.CharField(
        max_length=20,
        choices=Examination.choices,
        default=Examination.NOT_EXAMINED,
        db_default=Examination.NOT_EXAMINED.value,
    )
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def full_reason(self) -> Reason | None:
        """The reason, and why failed checks were accepted; None where neither was given."""
        own = [OWN_WORDS(text=self.reason)] if self.reason else []
        said = [*own, *(Override.from_dict(entry).accepted for entry in self.overrides)]
        return DECIDED(said=said) if said else None


class Opinion(TenantModel):
    """What the first, or the second, of several people decided; the task waits for another.

    `stage` is 1 or 2. `values` are the values as they left them: by the path of a field or cell, its id, value and raw text.
    """

    task = models.ForeignKey(ReviewTask, on_delete=models.CASCADE, related_name="opinions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    stage = models.SmallIntegerField()
    kind = models.CharField(max_length=20, choices=DecisionKind.choices)
    reason = models.TextField(blank=True)
    values = models.JSONField(default=dict)

    class Meta:
        ordering = ["stage"]
        constraints = [models.UniqueConstraint(fields=["task", "stage"], name="one_opinion_a_stage")]

    def __str__(self) -> str:
        return f"{self.kind} ({self.stage}) of {self.task_id}"
