"""What the API of document types takes and gives."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from documents.domain.drafts.files import FileForm
from documents.domain.drafts.shape import MOST_BYTES
from idp_project.core.strict_input import StrictSerializer


@extend_schema_field(OpenApiTypes.OBJECT)
class DefinitionField(serializers.JSONField):
    """A definition as `GET …/file/?form=json` gives it; its shape is checked by the domain, which names the place."""


class SchemaCreateSerializer(StrictSerializer):
    """Without `team_id` every team may use the type. `key` is made of the name where it is left out."""

    name = serializers.CharField(max_length=500)
    team_id = serializers.UUIDField(required=False, allow_null=True, default=None)
    key = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    definition = DefinitionField(required=False, allow_null=True, default=None)


class SchemaImportSerializer(StrictSerializer):
    """`content` is the text of the file; `key` and `name` take the place of those in it."""

    content = serializers.CharField(max_length=MOST_BYTES, trim_whitespace=False)
    team_id = serializers.UUIDField(required=False, allow_null=True, default=None)
    key = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    name = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class SchemaFileSerializer(StrictSerializer):
    """Values of the query parameters."""

    version = serializers.CharField(max_length=20, required=False, default="")
    form = serializers.ChoiceField(
        choices=[form.value for form in FileForm], required=False, default=FileForm.YAML.value
    )


class DraftBeginSerializer(StrictSerializer):
    """`version`: a published version that the draft begins with, in place of an earlier draft."""

    version = serializers.CharField(max_length=20, required=False, allow_blank=True, default="")


class DraftSaveSerializer(StrictSerializer):
    """`revision` is that of the draft which was changed."""

    definition = DefinitionField()
    revision = serializers.IntegerField(min_value=1, max_value=2**31 - 1)


class PublishSerializer(StrictSerializer):
    """`note`: what changes and why, for those who read the list of versions."""

    revision = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    note = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class VersionRowSerializer(serializers.Serializer[Any]):
    """One published version, in the list of a type."""

    version = serializers.CharField(source="number")
    published_at = serializers.DateTimeField()
    published_by = serializers.CharField(allow_null=True)
    note = serializers.CharField()


class SchemaDetailSerializer(serializers.Serializer[Any]):
    """A document type; `versions` has the newest first, `definition` is that of the newest, null before the first."""

    id = serializers.UUIDField(source="schema.id")
    key = serializers.CharField(source="schema.key")
    name = serializers.CharField(source="schema.name")
    team_id = serializers.UUIDField(source="schema.team_id", allow_null=True)
    is_retired = serializers.BooleanField(source="schema.is_retired")
    may_manage = serializers.BooleanField()
    has_draft = serializers.BooleanField()
    versions = VersionRowSerializer(many=True)
    definition = DefinitionField(allow_null=True)


class ProblemSerializer(serializers.Serializer[Any]):
    """What keeps a draft from being published; `path` such as `fields/3/label`, empty for the whole."""

    path = serializers.CharField()
    code = serializers.CharField(source="reason.code")
    text = serializers.CharField(source="reason.text")


class ChangeSerializer(serializers.Serializer[Any]):
    """A difference from the newest version. `is_major`: other values are looked for."""

    is_major = serializers.BooleanField()
    code = serializers.CharField(source="reason.code")
    text = serializers.CharField(source="reason.text")


class ColumnEffectSerializer(serializers.Serializer[Any]):
    """What becomes of a column in which analysts find the values."""

    code = serializers.CharField()
    text = serializers.CharField()


class TypedColumnSerializer(serializers.Serializer[Any]):
    """A column of a typed view. `is_former`: kept under an earlier name or type for those who use it."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    kind = serializers.CharField(source="kind.word")
    is_former = serializers.BooleanField()


class TypedViewSerializer(serializers.Serializer[Any]):
    """A view in the production database: of the fields, or of one table."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    is_former = serializers.BooleanField()
    columns = TypedColumnSerializer(many=True)


class DraftSerializer(serializers.Serializer[Any]):
    """A draft. `overtaken_by`: what others published since it began; then it cannot be published."""

    definition = DefinitionField(source="draft.definition")
    base = serializers.CharField(source="draft.base")
    revision = serializers.IntegerField(source="draft.revision")
    updated_at = serializers.DateTimeField(source="draft.updated_at")
    next_version = serializers.CharField(source="next_number")
    may_publish = serializers.BooleanField()
    is_overtaken = serializers.BooleanField()
    problems = ProblemSerializer(many=True)
    changes = ChangeSerializer(many=True)
    overtaken_by = ChangeSerializer(many=True)
    others = serializers.ListField(child=serializers.CharField())
    columns = ColumnEffectSerializer(many=True)
    rehearsal_advised = serializers.BooleanField(
        help_text="There are 20 approved documents or more, and this revision was not rehearsed."
    )
