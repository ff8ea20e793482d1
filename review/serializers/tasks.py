"""The API's view of review tasks."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from documents.domain.arrangement import WantedPage, WantedSubDocument
from documents.domain.overrides import LONGEST_TEXT, OverrideCode, OverrideReason
from documents.domain.table_edits import MOST_ROWS
from documents.models import FieldValue, SubDocument
from documents.selectors.empty_values import with_empty_values
from documents.serializers.rows import CheckResultSerializer, FieldValueSerializer
from idp_project.core.reason_serializers import ReasonDataField
from idp_project.core.reserved_names import ReservedNamesSerializer
from idp_project.core.strict_input import StrictSerializer
from review.models import DecisionKind, ReviewTask, TableEdit
from review.services.tables import ACTIONS


class ReviewTaskSerializer(serializers.ModelSerializer[ReviewTask]):
    """`reasons` say why a person should look now: the task's own, then what the failed checks say. `is_blind`: part of the blind
    sample; until `compared_at` nothing that the machine read is given, and checks are empty."""

    reasons = serializers.ListField(child=serializers.CharField(), source="all_reasons")
    reasons_data = serializers.ListField(child=ReasonDataField(), source="all_reasons")
    file_name = serializers.CharField(source="sub_document.document.source_file.name")
    document_id = serializers.UUIDField(source="sub_document.document_id")
    type = serializers.CharField(source="sub_document.schema_version.schema.key", default=None)
    first_page = serializers.IntegerField(source="sub_document.first_page")
    last_page = serializers.IntegerField(source="sub_document.last_page")
    claimed_by = serializers.CharField(default=None)
    assigned_to = serializers.CharField(default=None)
    waits_for = serializers.CharField(default=None)
    due_because = serializers.CharField(default=None)

    class Meta:
        model = ReviewTask
        fields = [
            "id",
            "status",
            "is_blind",
            "compared_at",
            "document_id",
            "sub_document_id",
            "file_name",
            "type",
            "first_page",
            "last_page",
            "reasons",
            "reasons_data",
            "stage",
            "priority",
            "due_at",
            "due_because",
            "amount",
            "claimed_by",
            "claimed_until",
            "assigned_to",
            "waits_for",
        ]

    def to_representation(self, instance: ReviewTask) -> dict[str, Any]:
        """Of a blind one without the amount and the date that the machine read."""
        hidden = {"amount": None, "due_because": None} if instance.sub_document.is_blind else {}
        return super().to_representation(instance) | hidden


class FillableRowSerializer(serializers.Serializer[Any]):
    """A table row with a cell for every column of its table."""

    id = serializers.UUIDField()
    table = serializers.CharField()
    number = serializers.IntegerField()
    cells = FieldValueSerializer(many=True)


def fillable_rows(task: ReviewTask) -> list[dict[str, Any]]:
    """Every row of every table."""
    _, rows = with_empty_values(task.sub_document)
    return [{"id": row.id, "table": row.table, "number": row.number, "cells": cells} for row, cells in rows]


class ReviewTaskDetailSerializer(ReviewTaskSerializer):
    """With every field and every cell; `value` is null and `raw_text` empty where nothing was found. Such a field or cell
    is filled by its `id` like any other. `checks` are all checks of the values as they are now, passed ones included."""

    checks = CheckResultSerializer(many=True, source="sub_document.check_results")
    fields_ = FieldValueSerializer(many=True, source="fillable_fields")
    tables = FillableRowSerializer(many=True, source="fillable_rows")

    class Meta(ReviewTaskSerializer.Meta):
        fields = [*ReviewTaskSerializer.Meta.fields, "checks", "fields_", "tables"]

    def to_representation(self, instance: ReviewTask) -> dict[str, Any]:
        fields, rows = with_empty_values(instance.sub_document)
        found = [{"id": row.id, "table": row.table, "number": row.number, "cells": cells} for row, cells in rows]
        instance.fillable_fields, instance.fillable_rows = fields, found  # type: ignore[attr-defined]
        data = super().to_representation(instance)
        data["fields"] = data.pop("fields_")
        return data


class CorrectionSerializer(StrictSerializer):
    """`text` as a person types it; it is read as the field's type in the schema's locale. `is_absent`, with an empty text: the
    document does not state it; `is_illegible`: it is there, and nobody can read it."""

    text = serializers.CharField(allow_blank=True, max_length=10_000)
    is_absent = serializers.BooleanField(default=False)
    is_illegible = serializers.BooleanField(default=False)


class CorrectedSerializer(FieldValueSerializer):
    """The value as it stands now, all checks computed again, and the other values of which checks say something else."""

    checks = CheckResultSerializer(many=True, source="sub_document.check_results")
    changed = serializers.SerializerMethodField()

    class Meta(FieldValueSerializer.Meta):
        fields = [*FieldValueSerializer.Meta.fields, "checks", "changed"]

    @extend_schema_field(FieldValueSerializer(many=True))
    def get_changed(self, value: FieldValue) -> list[dict[str, Any]]:
        return list(FieldValueSerializer(self.context["changed"], many=True).data)


class TableEditSerializer(StrictSerializer):
    """One change of a table. Rows are named by their ids, columns by their names. By `action`:

    `add_rows` (`count`, `before`: row or null for the end) · `remove_rows` (`rows`) · `move_rows` (`rows`, `before`) ·
    `merge_rows` (`rows` that follow each other) · `split_row` (`row`; with `column` and `offset` at that place of its text, else
    by printed lines) · `map_columns` (`mapping`: where each column's cells go, null for nowhere; `rows`, else all) ·
    `fill` (`column`, `text`, `rows`, else all; only empty cells unless `only_empty` is false) · `fill_down` (`columns`, `rows`:
    the first one's cells go to the others) ·
    `paste` (`text` of a spreadsheet, from `row` and `column` on, null: behind the last).
    """

    action = serializers.ChoiceField(choices=list(ACTIONS))
    rows = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=MOST_ROWS)
    row = serializers.UUIDField(required=False, allow_null=True)
    before = serializers.UUIDField(required=False, allow_null=True)
    count = serializers.IntegerField(required=False, min_value=1, max_value=100)
    column = serializers.CharField(required=False, max_length=80)
    columns = serializers.ListField(child=serializers.CharField(max_length=80), required=False, max_length=100)
    mapping = serializers.DictField(child=serializers.CharField(max_length=80, allow_null=True), required=False)
    text = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False, max_length=1_000_000)
    offset = serializers.IntegerField(required=False, min_value=0)
    only_empty = serializers.BooleanField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Each action has what it needs, and nothing that it would ignore."""
        needed, possible = _ARGUMENTS[attrs["action"]]
        given = set(attrs) - {"action"}
        missing, unknown = needed - given, given - needed - possible
        errors: dict[str, str] = dict.fromkeys(missing, str(serializers.Field.default_error_messages["required"]))
        errors |= {name: gettext("%(action)s does not take this.") % {"action": attrs["action"]} for name in unknown}
        if attrs["action"] == "split_row" and ("column" in given) != ("offset" in given):
            errors["offset"] = gettext("Send column and offset together, or neither.")
        if errors:
            raise serializers.ValidationError(errors)
        return attrs

    def arguments(self) -> dict[str, Any]:
        """What the service takes."""
        data = dict(self.validated_data)
        if "mapping" in data:
            data["columns"] = data.pop("mapping")
        return data


_ARGUMENTS: dict[str, tuple[set[str], set[str]]] = {
    "add_rows": ({"count", "before"}, set()),
    "remove_rows": ({"rows"}, set()),
    "move_rows": ({"rows", "before"}, set()),
    "merge_rows": ({"rows"}, set()),
    "split_row": ({"row"}, {"column", "offset"}),
    "map_columns": ({"mapping"}, {"rows"}),
    "fill": ({"column", "text"}, {"rows", "only_empty"}),
    "fill_down": ({"columns", "rows"}, {"only_empty"}),
    "paste": ({"text", "row"}, {"column"}),
}


class TableEditedSerializer(serializers.Serializer[Any]):
    """The tables as they are then, all checks, and the other values of which checks say something else."""

    tables = serializers.SerializerMethodField()
    checks = CheckResultSerializer(many=True, source="task.sub_document.check_results")
    changed = FieldValueSerializer(many=True, source="fields")

    @extend_schema_field(FillableRowSerializer(many=True))
    def get_tables(self, edited: Any) -> list[dict[str, Any]]:
        return list(FillableRowSerializer(fillable_rows(edited.task), many=True).data)


class TableEditEntrySerializer(serializers.ModelSerializer[TableEdit]):
    """One edit that was made at the desk; `undone_at` while it is undone."""

    made_by = serializers.CharField(default=None)

    class Meta:
        model = TableEdit
        fields = ["id", "table", "action", "rows", "cells", "made_by", "created_at", "undone_at"]


class ComparedSerializer(serializers.Serializer[Any]):
    """The fields in which a blind entry differs from what the machine read: to be settled by a correction or confirmation."""

    differing = FieldValueSerializer(many=True)


class OverrideSerializer(StrictSerializer):
    """Why it is approved although checks fail. `other` needs a `text`."""

    code = serializers.ChoiceField(choices=[(code.value, code.words) for code in OverrideCode])
    text = serializers.CharField(allow_blank=True, required=False, default="", max_length=LONGEST_TEXT)


class DecisionSerializer(StrictSerializer):
    """Rejecting needs a `reason`. Approving while checks fail needs an `override`, one for all of them.

    Without it the answer is 409 `failed_checks` with `failed_checks`: `[{check, fields, labels, message}]`.
    """

    decision = serializers.ChoiceField(choices=DecisionKind.choices)
    reason = serializers.CharField(allow_blank=True, required=False, default="", max_length=2000)
    override = OverrideSerializer(required=False, allow_null=True, default=None)

    def arguments(self) -> dict[str, Any]:
        """What the service takes."""
        given = self.validated_data["override"]
        return self.validated_data | {"override": OverrideReason.of(**given) if given else None}


class FailedCheckSerializer(ReservedNamesSerializer):
    """One check that stands against an approval; `labels` are what people call its `fields`."""

    check = serializers.CharField()
    fields_ = serializers.ListField(child=serializers.CharField())
    labels = serializers.ListField(child=serializers.CharField())
    message = serializers.CharField()
    reason_data = ReasonDataField()


class FailedChecksSerializer(serializers.Serializer[Any]):
    """The answer 409 to an approval without a reason while checks fail; other conflicts have no `failed_checks`."""

    code = serializers.CharField()
    message = serializers.CharField()
    is_retryable = serializers.BooleanField()
    failed_checks = FailedCheckSerializer(many=True, required=False)


class ReasonSerializer(StrictSerializer):
    """Why; kept in the audit trail."""

    reason = serializers.CharField(allow_blank=True, required=False, default="", max_length=2000)


class NoteSerializer(StrictSerializer):
    """A few words for the person concerned."""

    note = serializers.CharField(max_length=1000)


class ArrangedSerializer(serializers.ModelSerializer[SubDocument]):
    """A sub-document that goes through its steps again."""

    type = serializers.CharField(source="schema_version.schema.key", default=None)

    class Meta:
        model = SubDocument
        fields = ["id", "first_page", "last_page", "type", "is_blank", "status", "boundary_score"]


class RereadingSerializer(serializers.Serializer[Any]):
    """`waiting`: sub-documents that wait with earlier versions, by the number of the version. Of the last time that somebody
    had them read again: `sub_documents` that waited then, `begun`, and `left_out` (on a desk, or decided meanwhile)."""

    newest = serializers.CharField(source="newest.number", default="")
    waiting = serializers.DictField(child=serializers.IntegerField())
    is_at_work = serializers.BooleanField()
    sub_documents = serializers.IntegerField(source="last.sub_documents", default=0)
    begun = serializers.IntegerField(source="last.begun", default=0)
    left_out = serializers.IntegerField(source="last.left_out", default=0)
    finished_at = serializers.DateTimeField(source="last.finished_at", default=None)
    stopped_because = ReasonDataField(source="last.stopped_because", default=None)


class SplitSerializer(StrictSerializer):
    """`before_page`: the first page of what is split off."""

    before_page = serializers.IntegerField(min_value=2)


class MoveSerializer(StrictSerializer):
    """`first_page`: where the sub-document is to begin."""

    first_page = serializers.IntegerField(min_value=2)


class RetypeSerializer(StrictSerializer):
    """`schema_id`: what it is; null for none of the known types."""

    schema_id = serializers.UUIDField(allow_null=True)


class WantedSubDocumentSerializer(StrictSerializer):
    """Pages of one sub-document; without `schema_id` they keep the type of the one they come from."""

    first_page = serializers.IntegerField(min_value=1)
    last_page = serializers.IntegerField(min_value=1)
    schema_id = serializers.UUIDField(allow_null=True, required=False)


class WantedPageSerializer(StrictSerializer):
    """A page at its new place: the number at which it was seen, quarter turns clockwise, and whether it is set aside."""

    id = serializers.UUIDField()
    number = serializers.IntegerField(min_value=1)
    turn = serializers.IntegerField(min_value=0, max_value=3, default=0)
    is_set_aside = serializers.BooleanField(default=False)


class ArrangementSerializer(StrictSerializer):
    """`sub_documents` take every page once, in order; `seen`: the first pages of the sub-documents that the sender started
    from. `pages`, where given, are all pages in their new order: then the places of `sub_documents` are those. `parts` is the
    earlier name of `sub_documents`: clients that send it keep working."""

    sub_documents = WantedSubDocumentSerializer(many=True, allow_empty=False, required=False)
    parts = WantedSubDocumentSerializer(many=True, allow_empty=False, required=False)
    seen = serializers.ListField(child=serializers.IntegerField(min_value=1), required=False, allow_null=True)
    pages = WantedPageSerializer(many=True, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One of both names."""
        if ("sub_documents" in attrs) == ("parts" in attrs):
            missing = serializers.Field.default_error_messages["required"]
            raise serializers.ValidationError({"sub_documents": missing}, code="required")
        return attrs

    def wanted(self) -> list[WantedSubDocument]:
        """What the service takes."""
        data = self.validated_data
        return [
            WantedSubDocument(one["first_page"], one["last_page"], "schema_id" not in one, one.get("schema_id"))
            for one in data.get("sub_documents") or data["parts"]
        ]

    def wanted_pages(self) -> list[WantedPage]:
        """What the service takes; empty where pages stay as they are."""
        return [WantedPage(**page) for page in self.validated_data.get("pages", ())]
