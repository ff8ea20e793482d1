"""What a question looks like on its way in, and an answer on its way out."""

from typing import Any

from rest_framework import serializers

from idp_project.core.strict_input import StrictSerializer
from rag.domain.passages import AnswerMode, Scope
from rag.services.asking import LONGEST_QUESTION


class ScopeSerializer(StrictSerializer):
    """Where to look; what is left out is everywhere the asker may see."""

    team_id = serializers.UUIDField(required=False, allow_null=True)
    batch_id = serializers.UUIDField(required=False, allow_null=True)
    document_id = serializers.UUIDField(required=False, allow_null=True)
    schema_key = serializers.SlugField(required=False, allow_blank=True)
    received_from = serializers.DateField(required=False, allow_null=True)
    received_to = serializers.DateField(required=False, allow_null=True)


class QuestionSerializer(StrictSerializer):
    """A question; with `conversation_id` it joins one of the asker's conversations."""

    text = serializers.CharField(max_length=LONGEST_QUESTION)
    conversation_id = serializers.UUIDField(required=False, allow_null=True)
    scope = ScopeSerializer(required=False)

    def arguments(self) -> dict[str, Any]:
        """For `question_ask`."""
        data = self.validated_data
        scope = {name: value for name, value in (data.get("scope") or {}).items() if value}
        return {
            "text": data["text"],
            "conversation_id": data.get("conversation_id"),
            "scope": Scope(**scope),
        }


class CitationSerializer(serializers.Serializer[Any]):
    """A place in a document: `polygon` encloses the quote, `polygons` its lines, in page coordinates."""

    id = serializers.UUIDField()
    number = serializers.IntegerField()
    document_id = serializers.UUIDField()
    file_name = serializers.CharField()
    page = serializers.IntegerField()
    quote = serializers.CharField()
    span = serializers.ListField(child=serializers.IntegerField(), min_length=2, max_length=2)
    polygon = serializers.ListField(child=serializers.FloatField(), allow_null=True)
    polygons = serializers.ListField(child=serializers.ListField(child=serializers.FloatField()))


class StatementSerializer(serializers.Serializer[Any]):
    """One sentence; it has at least one citation."""

    text = serializers.CharField()
    citations = CitationSerializer(many=True)


class AnswerSerializer(serializers.Serializer[Any]):
    """`is_refusal`: the documents do not say. `mode`: quotations, or a language model whose sentences were checked."""

    id = serializers.UUIDField()
    mode = serializers.ChoiceField(choices=[mode.value for mode in AnswerMode])
    model = serializers.CharField()
    is_refusal = serializers.BooleanField()
    note = serializers.CharField()
    statements = StatementSerializer(many=True)
