"""Schemas: what to extract from one document type. Published versions are immutable."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language

from accounts.domain.roles import USE_SCHEMA
from accounts.grant_bases import UserGrant
from documents.domain.auto_approval import BLIND_PERCENT, BLIND_PERCENT_EARNED, AutoApproval
from documents.domain.earned.plan import DEFAULT_TARGET
from documents.domain.field_ids import with_ids
from documents.domain.refusals import SCHEMA_UNREADABLE
from documents.domain.schema_spec import SchemaSpec, UnreadableSchema
from documents.models.tenant import TenantModel, status_choices
from idp_project.core.reason_fields import ReasonField


class Schema(TenantModel):
    """One document type of an organisation. `team` is empty where every team may use it.

    `auto_approval` says whether it may earn automatic approval, `target` how many of a thousand documents have to be right then.
    `blind_percent` of what goes to a person is reviewed blind until that is earned, `blind_percent_earned` after.
    `retired_columns`: former columns of its typed views that a person took away (see `domain.typed_columns`).
    `series_started_at`: evidence from before does not count. `services.schema_auto_approval_set` changes all of it.
    """

    key = models.SlugField(max_length=60)
    name = models.CharField(max_length=120)
    team = models.ForeignKey("accounts.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    is_retired = models.BooleanField(default=False)
    auto_approval = models.CharField(
        "automatic approval",
        max_length=20,
        choices=status_choices(AutoApproval),
        default=AutoApproval.EARNED.value,
        db_default=AutoApproval.EARNED.value,
    )
    target = models.SmallIntegerField(default=DEFAULT_TARGET, db_default=DEFAULT_TARGET)
    blind_percent = models.SmallIntegerField(default=BLIND_PERCENT, db_default=BLIND_PERCENT)
    blind_percent_earned = models.SmallIntegerField(default=BLIND_PERCENT_EARNED, db_default=BLIND_PERCENT_EARNED)
    series_started_at = models.DateTimeField(null=True, blank=True)
    auto_approval_changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="automatic approval changed by",
    )
    retired_columns = models.JSONField(default=list, blank=True, db_default=[])
    auto_approval_changed_at = models.DateTimeField("automatic approval changed at", null=True, blank=True)

    class Meta:
        ordering = ["name"]
        permissions = [(USE_SCHEMA, "Can submit documents for the schema"), ("manage_schemas", "Can edit the schema")]
        constraints = [models.UniqueConstraint(fields=["organization", "key"], name="schema_key_once_an_organization")]

    def __str__(self) -> str:
        return self.name


class SchemaVersion(TenantModel):
    """`definition` is a SchemaSpec as JSON, with the permanent ids of its fields; `number` is `major.minor`.

    `published_by` is empty where the system did it; `note` is what that person wrote about it.
    """

    schema = models.ForeignKey(Schema, on_delete=models.CASCADE, related_name="versions")
    number = models.CharField(max_length=20)
    definition = models.JSONField()
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    note = models.CharField(max_length=500, blank=True, default="", db_default="")

    class Meta:
        ordering = ["schema", "-published_at"]
        constraints = [models.UniqueConstraint(fields=["schema", "number"], name="schema_version_number_once")]

    def __str__(self) -> str:
        return f"{self.schema.name} {self.number}"

    @property
    def spec(self) -> SchemaSpec:
        """With an id for every field, also where an earlier release wrote it. Raises UnreadableSchema."""
        try:
            spec = SchemaSpec.from_dict({**self.definition, "key": self.schema.key, "version": self.number})
            return with_ids(spec, self.schema_id)
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise UnreadableSchema(SCHEMA_UNREADABLE(schema=self)) from error

    @property
    def shown_spec(self) -> SchemaSpec:
        """The same with the labels that the reader's language has. Raises UnreadableSchema."""
        return self.spec.in_language(get_language() or "en")


class ViewPublicationStatus(models.TextChoices):
    """`failed` is final: the version cannot be understood. What may succeed later waits, with the reason."""

    WAITING = "waiting", "Waiting"
    PUBLISHED = "published", "Published"
    FAILED = "failed", "Failed"


class ViewPublication(TenantModel):
    """That a schema version's typed views shall stand in the production database, and what came of it.

    The publisher takes those that wait: it alone knows that database's owner. The row names the version and nothing else,
    so that a request cannot bring a statement or a name along.
    """

    schema_version = models.OneToOneField(SchemaVersion, on_delete=models.CASCADE, related_name="publication")
    status = models.CharField(
        max_length=20, choices=ViewPublicationStatus.choices, default=ViewPublicationStatus.WAITING
    )
    requested_at = models.DateTimeField(default=timezone.now)
    attempts = models.IntegerField(default=0)
    not_before = models.DateTimeField(null=True, blank=True)
    reason = ReasonField(db_column="reason_data")
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["requested_at"]
        indexes = [
            models.Index(fields=["requested_at"], condition=models.Q(status="waiting"), name="view_publication_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.schema_version_id}: {self.status}"


class SchemaUserPermission(UserGrant):
    """A grant on one schema to one person."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    content_object = models.ForeignKey(Schema, on_delete=models.CASCADE)
