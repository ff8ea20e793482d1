"""Documents, their pages and sub-documents."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db import models

from accounts.domain.roles import SHARED_PERMISSIONS, permission_choices
from documents.domain.adjustments import Adjustment
from documents.domain.checks.sub_document_checks import notes_by_name, reasons_by_name, with_failed_checks
from documents.domain.document_kinds import DocumentKind
from documents.domain.earned.strata import Stratum
from documents.domain.page_layout import PageLayout
from documents.domain.page_reading import PageReading
from documents.domain.reasons import BLIND_SAMPLE
from documents.domain.statuses import DocumentStatus, Route, SubDocumentStatus
from documents.domain.values import CheckOutcome, CheckResult
from documents.models.batch import Batch, SourceFile
from documents.models.schema import SchemaVersion
from documents.models.tenant import TenantModel, status_choices
from idp_project.core.reason_fields import ReasonField, ReasonsField
from idp_project.core.reasons import Reason, text_of

if TYPE_CHECKING:
    from documents.domain.duplicates import Duplicate
    from documents.models.value import FieldValue, TableRow


class Document(TenantModel):
    """One source file as a paged thing.

    `team` repeats the batch's, so that one predicate filters every list. `metadata` is written by the metadata step,
    `content_hash` (of `domain.duplicates`) once every page was read; `error_code` and `error` say why it
    failed. `attachment_of` is the e-mail that it came with, as its `attachment_number`th file. Of a deleted one its
    sub-documents and approved versions are left.
    """

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="documents")
    team = models.ForeignKey("accounts.Team", on_delete=models.PROTECT, related_name="+")
    source_file = models.OneToOneField(SourceFile, on_delete=models.PROTECT, related_name="document")
    status = models.CharField(
        max_length=20, choices=status_choices(DocumentStatus), default=DocumentStatus.RECEIVED.value
    )
    page_count = models.IntegerField(null=True, blank=True)
    content_hash = models.CharField(max_length=64, blank=True)
    metadata = models.JSONField(default=dict, blank=True)
    error_code = models.CharField(max_length=60, blank=True)
    error = ReasonField(db_column="error_data")
    finished_at = models.DateTimeField(null=True, blank=True)
    attachment_of = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="attachments"
    )
    attachment_number = models.IntegerField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    duplicate_of: Duplicate | None = None  # no column: set for those who look, by what they may see

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["attachment_of", "attachment_number"], name="attachment_once_a_message")
        ]
        permissions = [*permission_choices(SHARED_PERMISSIONS)]
        indexes = [
            models.Index(fields=["team", "-created_at"]),
            models.Index(fields=["batch", "created_at"]),
            models.Index(
                fields=["organization", "content_hash"],
                condition=~models.Q(content_hash=""),
                name="document_content",
            ),
        ]

    def __str__(self) -> str:
        return self.source_file.name

    @property
    def error_message(self) -> str:
        """Why it failed, for people."""
        return text_of(self.error)


class Page(TenantModel):
    """One page; `number` is 1-based. `text` is a PageText as JSON, `extraction` the candidates and rows of the page.

    `image_name` is the stored picture that people see (upright, enhanced where that helped), `width`/`height` in px.

    What a person did to it: `number_in_file` is its place in the file where they moved it, `turned_to` the quarter turns
    clockwise at which they want it shown, `set_aside_at` when they set it aside: it stays in its place and is not read.
    """

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="pages")
    number = models.IntegerField()
    number_in_file = models.IntegerField(null=True, blank=True)
    turned_to = models.SmallIntegerField(null=True, blank=True)
    set_aside_at = models.DateTimeField(null=True, blank=True)
    set_aside_by = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    width_points = models.FloatField()
    height_points = models.FloatField()
    image_name = models.CharField(max_length=255, blank=True)
    original_image_name = models.CharField(max_length=255, blank=True)
    width = models.IntegerField(null=True, blank=True)
    height = models.IntegerField(null=True, blank=True)
    is_blank = models.BooleanField(default=False)
    facts = models.JSONField(default=dict, blank=True)
    text = models.JSONField(null=True, blank=True)
    extraction = models.JSONField(null=True, blank=True)
    error_code = models.CharField(max_length=60, blank=True)
    error = ReasonField(db_column="error_data")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["document", "number"], name="page_number_once_a_document")]
        indexes = [
            models.Index(fields=[name], condition=~models.Q(**{name: ""}), name=f"page_by_{name}")
            for name in ("image_name", "original_image_name")
        ]

    def __str__(self) -> str:
        return f"page {self.number}"

    @property
    def place_in_file(self) -> int:
        """The page of the file that it is, 1-based."""
        return self.number_in_file or self.number

    @property
    def quarter_turns(self) -> int:
        """At which it is shown, clockwise, against the file."""
        if self.turned_to is not None and not self.facts:
            return self.turned_to
        turns = (self.facts.get(step, {}).get("quarter_turns") or 0 for step in ("classify_page", "read_text"))
        return sum(turns) % 4

    @property
    def error_message(self) -> str:
        """Why it failed, for people."""
        return text_of(self.error)


class PageCandidates(TenantModel):
    """Everything on a page that could be a value of a field, with its evidence: a PageReading as bytes.

    A new model is scored on it without reading the page again. `features_version` says which meaning its features have. It
    goes with its page.
    """

    page = models.OneToOneField(Page, on_delete=models.CASCADE, related_name="candidates")
    features_version = models.SmallIntegerField()
    data = models.BinaryField()

    class Meta:
        verbose_name_plural = "page candidates"

    def __str__(self) -> str:
        return f"candidates of {self.page_id}"

    @property
    def reading(self) -> PageReading:
        return PageReading.from_bytes(bytes(self.data))


class PageLayoutRow(TenantModel):
    """Tables and key–value pairs of a page, found without a schema: a PageLayout as JSON. It goes with its page."""

    page = models.OneToOneField(Page, on_delete=models.CASCADE, related_name="layout_row")
    data = models.JSONField()

    class Meta:
        db_table = "documents_pagelayout"
        verbose_name_plural = "page layouts"

    def __str__(self) -> str:
        return f"layout of {self.page_id}"

    @property
    def layout(self) -> PageLayout:
        return PageLayout.from_dict(self.data)


class SubDocument(TenantModel):
    """Contiguous pages of one type; a document's sub-documents partition its pages.

    `schema_version` is empty for a blank sheet or an unknown type. `reasons` say why a person should look, beside
    `checks`: what every check (a CheckResult as JSON) says of the values as they are now. `adjustments`: what is printed
    beside its sums (each an Adjustment as JSON), so that checks know it without reading a page.
    `kind` is what it is beside its type (a DocumentKind), `kind_evidence` the words and stamps that say so, each a
    KindEvidence as JSON, that of `kind` first. `page_scores`: page number to how much spoke for a boundary before it
    (0..1), as detected. `arranged_by` is who set its pages or type; `read_again_at`: when somebody
    had it read again under a newer version of its type.

    `is_in_range`: it would be approved automatically if its gate were open; `reader`, `model` and `calibrator` are the digests
    of what read it, `sender_key` and `stratum` where it comes from (documents/domain/earned). `is_blind`: what the machine
    read is hidden until a person has entered it.
    """

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="sub_documents")
    team = models.ForeignKey("accounts.Team", on_delete=models.PROTECT, related_name="+")
    schema_version = models.ForeignKey(SchemaVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    first_page = models.IntegerField()
    last_page = models.IntegerField()
    is_blank = models.BooleanField(default=False)
    kind = models.CharField(
        max_length=30,
        choices=status_choices(DocumentKind),
        default=DocumentKind.UNKNOWN.value,
        db_default=DocumentKind.UNKNOWN.value,
    )
    kind_evidence = models.JSONField(default=list, blank=True, db_default=[])
    type_score = models.FloatField(default=0)
    boundary_score = models.FloatField(default=0)
    page_scores = models.JSONField(default=dict, blank=True)
    arranged_by = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    arranged_at = models.DateTimeField(null=True, blank=True)
    read_again_at = models.DateTimeField(null=True, blank=True)
    status = models.CharField(
        max_length=20, choices=status_choices(SubDocumentStatus), default=SubDocumentStatus.PROCESSING.value
    )
    route = models.CharField(max_length=10, choices=status_choices(Route), blank=True)
    confidence = models.FloatField(null=True, blank=True)
    reasons = ReasonsField(db_column="reasons_data")
    checks = models.JSONField(default=list, blank=True)
    adjustments = models.JSONField(default=list, blank=True, db_default=[])
    approved_version_number = models.IntegerField(default=0)
    is_in_range = models.BooleanField(default=False, db_default=False)
    is_blind = models.BooleanField(default=False, db_default=False)
    reader = models.CharField(max_length=16, blank=True, default="", db_default="")
    model = models.CharField(max_length=16, blank=True, default="", db_default="")
    calibrator = models.CharField(max_length=16, blank=True, default="", db_default="")
    stratum = models.CharField(max_length=20, choices=status_choices(Stratum), blank=True, default="", db_default="")
    sender_key = models.CharField(max_length=64, blank=True, default="", db_default="")

    _failed: tuple[list[Any], dict[str, list[Reason]]] | None = None  # made once for all values of these `checks`
    _noted: tuple[list[Any], dict[str, list[Reason]]] | None = None  # likewise

    class Meta:
        ordering = ["first_page"]
        constraints = [
            models.UniqueConstraint(fields=["document", "first_page"], name="sub_document_first_page_once"),
            models.CheckConstraint(
                condition=models.Q(first_page__lte=models.F("last_page")), name="sub_document_range"
            ),
        ]
        indexes = [
            models.Index(fields=["team", "status"]),
            models.Index(
                fields=["schema_version", "sender_key"], condition=~models.Q(sender_key=""), name="sub_document_sender"
            ),
        ]

    @property
    def read_pages(self) -> models.QuerySet[Page]:
        """Its pages, in order, without those that a person has set aside."""
        pages = Page.objects.filter(document_id=self.document_id, set_aside_at__isnull=True)
        return pages.filter(number__range=(self.first_page, self.last_page)).order_by("number")

    def __str__(self) -> str:
        kind = self.schema_version.schema.name if self.schema_version else "unknown type"
        return f"{kind}, pages {self.first_page}–{self.last_page}"

    @property
    def plain_values(self) -> list[FieldValue]:
        """Its field values without table cells, in the schema's order; without items that people took from a list."""
        values = self.field_values.all()
        plain = [value for value in values if value.table_row_id is None and not value.is_removed_item]
        return [value.as_shown for value in plain if not self.is_blind or value.item < 2 or value.is_confirmed]

    @property
    def shown_rows(self) -> list[TableRow]:
        """Its table rows; none in a blind sample."""
        return [] if self.is_blind else list(self.table_rows.all())

    @property
    def shown_confidence(self) -> float | None:
        return None if self.is_blind else self.confidence

    @property
    def check_results(self) -> list[CheckResult]:
        """`checks` as objects, for people and programs; none in a blind sample, where they tell what was read."""
        return [] if self.is_blind else [CheckResult.from_dict(check) for check in self.checks]

    @property
    def failed_checks(self) -> tuple[CheckResult, ...]:
        """Of `checks`, those that failed; none in a blind sample."""
        if self.is_blind:
            return ()
        failed = CheckOutcome.FAILED.value
        return tuple(CheckResult.from_dict(check) for check in self.checks if check["outcome"] == failed)

    @property
    def checks_not_passed(self) -> tuple[CheckResult, ...]:
        """Of `checks`, those that failed or lacked something; none in a blind sample."""
        if self.is_blind:
            return ()
        failed = CheckOutcome.FAILED.value
        found = (check for check in self.checks if check["outcome"] == failed or check.get("is_missing"))
        return tuple(CheckResult.from_dict(check) for check in found)

    @property
    def printed_adjustments(self) -> list[Adjustment]:
        """`adjustments` as objects."""
        return [Adjustment.from_dict(entry) for entry in self.adjustments]

    @property
    def all_reasons(self) -> list[Reason]:
        """Why a person should look: its own reasons, then what checks say that did not pass; each once. Of a blind sample,
        that."""
        if self.is_blind:
            return [BLIND_SAMPLE()]
        return with_failed_checks(self.reasons, self.checks_not_passed)

    def check_notes(self, names: Iterable[str]) -> list[Reason]:
        """What checks counted beside its parts that are about one of these names; nothing in a blind sample."""
        if self.is_blind:
            return []
        if self._noted is None or self._noted[0] is not self.checks:
            noted = [check for check in self.checks if check.get("notes")]
            self._noted = self.checks, notes_by_name(CheckResult.from_dict(check) for check in noted)
        found = self._noted[1]
        return list(dict.fromkeys(note for name in names for note in found.get(name, ())))

    def failed_reasons(self, names: Iterable[str]) -> list[Reason]:
        """What the failed checks say that speak of a value under one of these names; nothing in a blind sample."""
        if self.is_blind:
            return []
        if self._failed is None or self._failed[0] is not self.checks:
            self._failed = self.checks, reasons_by_name(self.failed_checks)
        found = (self._failed[1].get(name, []) for name in names)
        return list(dict.fromkeys(reason for reasons in found for reason in reasons))
