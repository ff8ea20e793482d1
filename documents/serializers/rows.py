"""The API's view of batches, documents and values. Output only, except for `BatchSubmitSerializer`."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.access import access_of
from documents.domain.absence import AbsenceCode
from documents.domain.regions import RegionKind
from documents.domain.values import CheckOutcome
from documents.models import (
    Batch,
    Delivery,
    Document,
    FieldValue,
    Schema,
    StepRun,
    SubDocument,
    TableRow,
    Upload,
)
from documents.models.batch import Priority
from documents.selectors.earned import approval_rests_on
from documents.selectors.sensitive import may_see_sensitive
from documents.selectors.step_runs import decision_on
from idp_project.core.reason_serializers import ReasonDataField, ReasonTextField
from idp_project.core.reserved_names import ReservedNamesSerializer
from idp_project.core.strict_input import StrictSerializer

# How the OpenAPI description names the sets of statuses.
STEP_STATUSES = StepRun._meta.get_field("status").choices
DOCUMENT_STATUSES = Document._meta.get_field("status").choices
SUB_DOCUMENT_STATUSES = SubDocument._meta.get_field("status").choices
DOCUMENT_KINDS = SubDocument._meta.get_field("kind").choices or ()


class SchemaSerializer(serializers.ModelSerializer[Schema]):
    class Meta:
        model = Schema
        fields = ["id", "key", "name", "auto_approval"]


class BatchSerializer(serializers.ModelSerializer[Batch]):
    team = serializers.CharField(source="team.name")
    schema = serializers.CharField(source="schema.key", default=None)
    submitted_by = serializers.CharField(default=None)

    class Meta:
        model = Batch
        fields = [
            "id",
            "name",
            "team",
            "team_id",
            "schema",
            "submitted_by",
            "source",
            "priority",
            "created_at",
            "cancelled_at",
        ]


class BatchSubmitSerializer(StrictSerializer):
    """A multipart form: `files` or `upload_ids` (one or many), and where they go; JSON where there are no `files`."""

    files = serializers.ListField(
        child=serializers.FileField(allow_empty_file=True), required=False, default=list, max_length=500
    )
    upload_ids = serializers.ListField(child=serializers.UUIDField(), required=False, default=list, max_length=500)
    team_id = serializers.UUIDField()
    name = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    schema_id = serializers.UUIDField(required=False, allow_null=True, default=None)
    priority = serializers.ChoiceField(choices=Priority.choices, required=False, default=Priority.NORMAL)


class UploadSerializer(serializers.ModelSerializer[Upload]):
    """`sha256` is there once every byte is."""

    class Meta:
        model = Upload
        fields = [
            "id",
            "file_name",
            "size_bytes",
            "received_bytes",
            "sha256",
            "is_complete",
            "created_at",
            "expires_at",
        ]
        read_only_fields = fields


class StepRunSerializer(serializers.ModelSerializer[StepRun]):
    reason = ReasonTextField()
    reason_data = ReasonDataField(source="reason")

    class Meta:
        model = StepRun
        fields = [
            "id",
            "step",
            "unit_kind",
            "unit_id",
            "status",
            "attempt",
            "reason",
            "reason_data",
            "error_code",
            "started_at",
            "finished_at",
        ]


class AbsenceSerializer(serializers.Serializer[Any]):
    """That the document does not state a value, and how that is known; `confidence` null: not reported."""

    code = serializers.ChoiceField(choices=[code.value for code in AbsenceCode])
    params = serializers.DictField()
    confidence = serializers.FloatField(allow_null=True)


class FieldValueSerializer(serializers.ModelSerializer[FieldValue]):
    """`provenance`: page, polygon (page coordinates, flat list), span, engine, and `notes` on what was guessed, repaired or read
    otherwise than printed, each a code with its params; null where nothing was found.

    `item`: 0 for a field with one value; a list has one entry per item, counted from 1 in order of printing. `field_id` stays
    when the field gets another name. `absence`: that the document does not state it; null for a value, and where nothing is
    known. `reasons` say why a person should look: what failed checks say of the value now, then
    the machine's doubts.
    """

    absence = serializers.SerializerMethodField()
    reasons = serializers.ListField(child=serializers.CharField(), source="all_reasons")
    reasons_data = serializers.ListField(child=ReasonDataField(), source="all_reasons")
    has_failed_check = serializers.BooleanField()

    @extend_schema_field(AbsenceSerializer(allow_null=True))
    def get_absence(self, value: FieldValue) -> dict[str, Any] | None:
        return value.absent.to_dict() if value.absent else None

    class Meta:
        model = FieldValue
        fields = [
            "id",
            "name",
            "item",
            "field_id",
            "type",
            "value",
            "raw_text",
            "confidence",
            "absence",
            "provenance",
            "reasons",
            "reasons_data",
            "has_failed_check",
            "is_confirmed",
            "corrected_at",
        ]


class TableRowSerializer(serializers.ModelSerializer[TableRow]):
    cells = FieldValueSerializer(many=True)

    class Meta:
        model = TableRow
        fields = ["table", "number", "cells"]


class CheckResultSerializer(ReservedNamesSerializer):
    """`fields` name what it speaks of: a field `total`, a cell `line_items[3].amount`, a column `line_items.amount`. `missing`:
    it could not be made, which is not passed. `notes_data`: what else that is printed it has counted, for example a discount."""

    check = serializers.CharField()
    outcome = serializers.ChoiceField(choices=[outcome.value for outcome in CheckOutcome])
    fields_ = serializers.ListField(child=serializers.CharField())
    message = serializers.CharField(allow_blank=True)
    reason_data = ReasonDataField(source="reason")
    notes_data = serializers.ListField(child=ReasonDataField(), source="notes")


class KindEvidenceSerializer(serializers.Serializer[Any]):
    """A word that speaks for a kind of document, with its page and polygon (page coordinates, flat list)."""

    code = serializers.ChoiceField(choices=DOCUMENT_KINDS)
    word = serializers.CharField()
    page = serializers.IntegerField()
    polygon = serializers.ListField(child=serializers.FloatField(), allow_null=True)


class SubDocumentSerializer(serializers.ModelSerializer[SubDocument]):
    """`checks` are those of the values as they are now; `reasons` end with what the failed ones say. `kind` is what it is beside
    its type, `kind_evidence` the words that say so. `is_blind`: drawn for the blind sample, so what the machine read is
    hidden until a person has entered it."""

    reasons = serializers.ListField(child=serializers.CharField(), source="all_reasons")
    reasons_data = serializers.ListField(child=ReasonDataField(), source="all_reasons")
    checks = CheckResultSerializer(many=True, source="check_results")
    kind_evidence = KindEvidenceSerializer(many=True)
    type = serializers.CharField(source="schema_version.schema.key", default=None)
    schema_version = serializers.CharField(source="schema_version.number", default=None)
    rests_on = serializers.SerializerMethodField(
        help_text="What an automatic approval rests on: bound, target, documents."
    )
    decision = serializers.SerializerMethodField(help_text="Of what was rejected: `reject` or `none_of_ours`.")
    fields_ = FieldValueSerializer(many=True, source="plain_values")
    tables = TableRowSerializer(many=True, source="shown_rows")
    confidence = serializers.FloatField(allow_null=True, source="shown_confidence")

    class Meta:
        model = SubDocument
        fields = [
            "id",
            "type",
            "schema_version",
            "kind",
            "kind_evidence",
            "first_page",
            "last_page",
            "is_blank",
            "is_blind",
            "status",
            "decision",
            "route",
            "confidence",
            "reasons",
            "reasons_data",
            "checks",
            "approved_version_number",
            "rests_on",
            "fields_",
            "tables",
        ]

    def get_rests_on(self, instance: SubDocument) -> dict[str, Any] | None:
        return approval_rests_on(instance)

    def get_decision(self, instance: SubDocument) -> str:
        return decision_on(instance)

    def to_representation(self, instance: SubDocument) -> dict[str, Any]:
        data = super().to_representation(instance)
        data["fields"] = data.pop("fields_")
        return data


class _DocumentRowSerializer(serializers.ModelSerializer[Document]):
    """`attachment_of_id` is the e-mail that it came with."""

    file_name = serializers.CharField(source="source_file.name")
    sha256 = serializers.CharField(source="source_file.sha256")
    size_bytes = serializers.IntegerField(source="source_file.size_bytes")
    error_data = ReasonDataField(source="error")

    class Meta:
        model = Document
        fields = [
            "id",
            "batch_id",
            "file_name",
            "sha256",
            "size_bytes",
            "attachment_of_id",
            "status",
            "page_count",
            "metadata",
            "error_code",
            "error_message",
            "error_data",
            "created_at",
            "finished_at",
        ]


class DocumentSerializer(_DocumentRowSerializer):
    """A document in a list."""

    def to_representation(self, document: Document) -> dict[str, Any]:
        """Without the title that the file gives itself, for those who do not review: it may say a hidden value."""
        data: dict[str, Any] = super().to_representation(document)
        request = self.context.get("request")
        place = {"team_id": document.team_id, "batch_id": document.batch_id, "document_id": document.id}
        if request is None or not may_see_sensitive(access_of(request), **place):
            data["metadata"] = {name: value for name, value in data["metadata"].items() if name != "title"}
        return data


class DuplicateSerializer(serializers.Serializer[Any]):
    """The first document that another one is the same as: its bytes, or what its pages say."""

    kind = serializers.CharField()
    document_id = serializers.UUIDField()
    file_name = serializers.CharField()
    received_at = serializers.DateTimeField()


class RegionSerializer(serializers.Serializer[Any]):
    """A part of a page that is no text. `box`: left, top, right, bottom in page coordinates; `is_marked` only of tick boxes."""

    page = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=[kind.value for kind in RegionKind])
    box = serializers.ListField(child=serializers.FloatField(), min_length=4, max_length=4)
    score = serializers.FloatField()
    is_marked = serializers.BooleanField(allow_null=True)
    text = serializers.CharField()


class DocumentDetailSerializer(_DocumentRowSerializer):
    sub_documents = SubDocumentSerializer(many=True)
    duplicate_of = DuplicateSerializer(allow_null=True)
    regions = serializers.SerializerMethodField()

    class Meta(_DocumentRowSerializer.Meta):
        fields = [*_DocumentRowSerializer.Meta.fields, "duplicate_of", "regions", "sub_documents"]

    @extend_schema_field(RegionSerializer(many=True))
    def get_regions(self, document: Document) -> list[dict[str, Any]]:
        return document.shown_regions  # type: ignore[attr-defined]


class OrganizationUseSerializer(serializers.Serializer[Any]):
    """A quota of null limits nothing."""

    stored_bytes = serializers.IntegerField()
    max_stored_bytes = serializers.IntegerField(allow_null=True)
    month = serializers.DateField()
    pages = serializers.IntegerField()
    max_pages_a_month = serializers.IntegerField(allow_null=True)


class TroubleSerializer(serializers.Serializer[Any]):
    """A failed or quarantined step, and where in the document it is."""

    id = serializers.UUIDField()
    document_id = serializers.UUIDField()
    batch_id = serializers.UUIDField()
    file_name = serializers.CharField()
    document_status = serializers.CharField()
    step = serializers.CharField()
    unit_kind = serializers.CharField()
    first_page = serializers.IntegerField(allow_null=True)
    last_page = serializers.IntegerField(allow_null=True)
    status = serializers.CharField()
    error_code = serializers.CharField()
    reason = ReasonTextField()
    reason_data = ReasonDataField(source="reason")
    attempt = serializers.IntegerField()
    crash_count = serializers.IntegerField()
    finished_at = serializers.DateTimeField(allow_null=True)


class DeadLetterSerializer(serializers.ModelSerializer[Delivery]):
    """A delivery that its consumer refuses."""

    document_id = serializers.UUIDField(source="event.document_id")
    sub_document_id = serializers.UUIDField(source="event.sub_document_id")
    file_name = serializers.CharField(source="event.document.source_file.name")
    kind = serializers.CharField(source="event.kind")
    waiting = serializers.IntegerField(help_text="How many later deliveries of its document wait for it.")
    error_data = ReasonDataField(source="error")

    class Meta:
        model = Delivery
        fields = [
            "id",
            "consumer",
            "kind",
            "document_id",
            "sub_document_id",
            "file_name",
            "attempts",
            "error_code",
            "error_message",
            "error_data",
            "waiting",
            "created_at",
        ]


class PauseSerializer(StrictSerializer):
    """`queue` names a queue (super admins); without one it is the asker's organisation."""

    is_paused = serializers.BooleanField()
    queue = serializers.CharField(required=False, allow_blank=True, default="")
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=200)


class PrioritySerializer(StrictSerializer):
    priority = serializers.ChoiceField(choices=Priority.choices)
