"""The API's view of review tasks."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from documents.serializers import FieldValueSerializer
from review.models import DecisionKind, ReviewTask


class ReviewTaskSerializer(serializers.ModelSerializer[ReviewTask]):
    file_name = serializers.CharField(source="sub_document.document.source_file.name")
    document_id = serializers.UUIDField(source="sub_document.document_id")
    type = serializers.CharField(source="sub_document.schema_version.schema.key", default=None)
    first_page = serializers.IntegerField(source="sub_document.first_page")
    last_page = serializers.IntegerField(source="sub_document.last_page")
    claimed_by = serializers.CharField(default=None)

    class Meta:
        model = ReviewTask
        fields = [
            "id",
            "status",
            "document_id",
            "sub_document_id",
            "file_name",
            "type",
            "first_page",
            "last_page",
            "reasons",
            "priority",
            "due_at",
            "claimed_by",
            "claimed_until",
        ]


class ReviewTaskDetailSerializer(ReviewTaskSerializer):
    fields_ = FieldValueSerializer(many=True, source="sub_document.plain_values")

    class Meta(ReviewTaskSerializer.Meta):
        fields = [*ReviewTaskSerializer.Meta.fields, "fields_"]

    def to_representation(self, instance: ReviewTask) -> dict[str, Any]:
        data = super().to_representation(instance)
        data["fields"] = data.pop("fields_")
        return data


class CorrectionSerializer(serializers.Serializer[Any]):
    """`text` as a person types it; it is read as the field's type in the schema's locale."""

    text = serializers.CharField(allow_blank=True, max_length=10_000)


class DecisionSerializer(serializers.Serializer[Any]):
    decision = serializers.ChoiceField(choices=DecisionKind.choices)
    reason = serializers.CharField(allow_blank=True, required=False, default="", max_length=2000)
