"""What the API of trials takes and gives. Places: `polygon` is a flat list of page coordinates, null where nothing is known."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from documents.domain.schema_spec import FieldType
from documents.domain.statuses import Route
from documents.domain.values import CheckOutcome
from documents.selectors.trial_documents import GROUPS
from documents.serializers.rows import DOCUMENT_STATUSES, AbsenceSerializer
from extraction.domain.comparison import DIFFERENCES
from idp_project.core.reason_serializers import ReasonDataField
from idp_project.core.reserved_names import ReservedNamesSerializer
from idp_project.core.strict_input import StrictSerializer

TYPES = [kind.value for kind in FieldType]


class TrySerializer(StrictSerializer):
    """`revision`: refused where the draft has another one by now. `version`: a published version in place of the draft.
    `first_page`: the sub-document of a stack that begins there."""

    document_id = serializers.UUIDField()
    revision = serializers.IntegerField(min_value=1, max_value=2**31 - 1, required=False, allow_null=True, default=None)
    version = serializers.CharField(max_length=20, required=False, allow_blank=True, default="")
    first_page = serializers.IntegerField(min_value=1, max_value=100_000, required=False, allow_null=True, default=None)


class TrialDocumentSerializer(serializers.Serializer[Any]):
    """`group`: whether it has a sub-document of this type, of unknown type, or neither; `page_id` is its first page."""

    id = serializers.UUIDField()
    file_name = serializers.CharField()
    status = serializers.ChoiceField(choices=list(DOCUMENT_STATUSES or ()))
    page_count = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    group = serializers.ChoiceField(choices=GROUPS)
    type_name = serializers.CharField(allow_blank=True)
    first_page = serializers.IntegerField()
    last_page = serializers.IntegerField()
    page_id = serializers.UUIDField(allow_null=True)
    is_approved = serializers.BooleanField()


class PlaceSerializer(serializers.Serializer[Any]):
    page = serializers.IntegerField(allow_null=True)
    polygon = serializers.ListField(child=serializers.FloatField(), allow_null=True)


class CandidateSerializer(PlaceSerializer):
    """A value that could have been chosen; `score` 0..1 ranks those of one field."""

    value = serializers.CharField(allow_null=True)
    raw_text = serializers.CharField(allow_blank=True)
    score = serializers.FloatField()


class TriedCellSerializer(PlaceSerializer):
    """`value` is null where nothing was found, and where `raw_text` could not be read as the type. `is_sure`: it reaches its
    threshold and nothing is against it."""

    name = serializers.CharField()
    field_id = serializers.UUIDField(allow_null=True)
    label = serializers.CharField()  # type: ignore[assignment]
    type = serializers.ChoiceField(choices=TYPES)
    value = serializers.CharField(allow_null=True)
    raw_text = serializers.CharField(allow_blank=True)
    confidence = serializers.FloatField(allow_null=True)
    threshold = serializers.FloatField()
    is_sure = serializers.BooleanField()
    reasons = serializers.ListField(child=ReasonDataField())
    has_failed_check = serializers.BooleanField()
    candidates = CandidateSerializer(many=True)


class TriedFieldSerializer(TriedCellSerializer):
    """`item`: 0 for a field with one value; a list has one entry per item, counted from 1."""

    item = serializers.IntegerField()
    is_required = serializers.BooleanField()
    absence = AbsenceSerializer(allow_null=True)


class TriedColumnSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    type = serializers.ChoiceField(choices=TYPES)


class TriedRowSerializer(serializers.Serializer[Any]):
    """`unread`: amounts that stand in the row in no column."""

    number = serializers.IntegerField()
    cells = TriedCellSerializer(many=True)
    unread = serializers.ListField(child=serializers.CharField())
    reasons = serializers.ListField(child=ReasonDataField())


class TriedTableSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    is_required = serializers.BooleanField()
    columns = TriedColumnSerializer(many=True)
    rows = TriedRowSerializer(many=True)


class TriedCheckSerializer(ReservedNamesSerializer):
    """`fields` name what it speaks of: a field `total`, a cell `lines[3].amount`, a column `lines.amount`."""

    check = serializers.CharField()
    outcome = serializers.ChoiceField(choices=[outcome.value for outcome in CheckOutcome])
    fields_ = serializers.ListField(child=serializers.CharField())
    text = serializers.CharField(allow_blank=True)
    reason = ReasonDataField(allow_null=True)


class TriedOutcomeSerializer(serializers.Serializer[Any]):
    """What would happen. `is_in_range`: it would be approved automatically once the type has earned that. `reasons`: why a
    person would look."""

    route = serializers.ChoiceField(choices=[route.value for route in Route])
    is_automatic = serializers.BooleanField()
    is_in_range = serializers.BooleanField()
    reasons = serializers.ListField(child=ReasonDataField())


class LeftOutSerializer(serializers.Serializer[Any]):
    """What of the draft has a problem and was not run; `path` as in its `problems`."""

    path = serializers.CharField()
    label = serializers.CharField(allow_blank=True)  # type: ignore[assignment]
    code = serializers.CharField()
    text = serializers.CharField()


class TriedRunSerializer(ReservedNamesSerializer):
    """`version` is empty for a draft, `revision` null for a published version."""

    version = serializers.CharField(allow_blank=True)
    revision = serializers.IntegerField(allow_null=True)
    left_out = LeftOutSerializer(many=True)
    fields_ = TriedFieldSerializer(many=True)
    tables = TriedTableSerializer(many=True)
    checks = TriedCheckSerializer(many=True)
    outcome = TriedOutcomeSerializer()


class TriedPageSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    number = serializers.IntegerField()
    width = serializers.IntegerField(allow_null=True)
    height = serializers.IntegerField(allow_null=True)


class TriedSubDocumentSerializer(serializers.Serializer[Any]):
    first_page = serializers.IntegerField()
    last_page = serializers.IntegerField()
    type_name = serializers.CharField(allow_blank=True)
    is_of_type = serializers.BooleanField()
    is_blank = serializers.BooleanField()


class TriedDocumentSerializer(serializers.Serializer[Any]):
    """The pages `first_page..last_page` were tried; `pages_left_out` more belong to the same sub-document."""

    id = serializers.UUIDField()
    file_name = serializers.CharField()
    page_count = serializers.IntegerField()
    first_page = serializers.IntegerField()
    last_page = serializers.IntegerField()
    pages_left_out = serializers.IntegerField()
    pages = TriedPageSerializer(many=True)
    sub_documents = TriedSubDocumentSerializer(many=True)


class TriedDifferenceSerializer(serializers.Serializer[Any]):
    """A value that the published version does not give, or gives otherwise."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    item = serializers.IntegerField()
    state = serializers.ChoiceField(choices=DIFFERENCES)
    published = serializers.CharField(allow_null=True)
    result = serializers.CharField(allow_null=True)


class TrialSerializer(serializers.Serializer[Any]):
    """`result` is the draft's, or that of the version asked for; `published` the newest version's, null where that is the same
    one or nothing was published."""

    document = TriedDocumentSerializer()
    seconds = serializers.FloatField()
    result = TriedRunSerializer()
    published = TriedRunSerializer(allow_null=True)
    differences = TriedDifferenceSerializer(many=True)
