"""Rehearsals: what is asked for, how far one is, what it found."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from extraction.domain.rehearsal import STATES
from extraction.serializers.trials import TYPES
from idp_project.core.reserved_names import ReservedNamesSerializer
from idp_project.core.strict_input import StrictSerializer


class RehearseSerializer(StrictSerializer):
    """`most`: documents of the sample. `revision`: refused where the draft has another one by now."""

    most = serializers.IntegerField(min_value=1, max_value=500, required=False, default=200)
    revision = serializers.IntegerField(min_value=1, max_value=2**31 - 1, required=False, allow_null=True, default=None)


class ShareSerializer(serializers.Serializer[Any]):
    """`count` of `of`, with Wilson's 95 % interval."""

    count = serializers.IntegerField()
    of = serializers.IntegerField()
    share = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()


class RehearsedSideSerializer(serializers.Serializer[Any]):
    """`values` and `documents` that are right, of those that can be compared; documents that would be approved automatically
    once that is earned, and which of these are wrong. Null where nothing can be said."""

    values = ShareSerializer(allow_null=True)
    documents = ShareSerializer(allow_null=True)
    automatic = ShareSerializer(allow_null=True)
    automatic_wrong = ShareSerializer(allow_null=True)


class RehearsedFieldSerializer(serializers.Serializer[Any]):
    """A field, or a column of `table`; lists and columns count as one value per document. The states are counts and add up to
    `documents`; `changed`: where nobody approved a value to compare with."""

    table = serializers.CharField(allow_blank=True)
    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    type = serializers.ChoiceField(choices=TYPES)
    documents = serializers.IntegerField()
    same = serializers.IntegerField()
    right_to_wrong = serializers.IntegerField()
    wrong_to_right = serializers.IntegerField()
    wrong_to_wrong = serializers.IntegerField()
    changed = serializers.IntegerField()
    disappeared = serializers.IntegerField()
    disappeared_right = serializers.IntegerField()
    appeared = serializers.IntegerField()
    appeared_right = serializers.IntegerField()
    before = ShareSerializer(allow_null=True)
    after = ShareSerializer(allow_null=True)


class RehearsalSummarySerializer(ReservedNamesSerializer):
    documents = serializers.IntegerField()
    before = RehearsedSideSerializer()
    after = RehearsedSideSerializer()
    fields_ = RehearsedFieldSerializer(many=True)


class RehearsedValueSerializer(serializers.Serializer[Any]):
    """`before`: of the published version, `after`: of the draft, `approved`: what people approved; lists and columns joined."""

    table = serializers.CharField(allow_blank=True)
    name = serializers.CharField()
    state = serializers.ChoiceField(choices=STATES)
    was_right = serializers.BooleanField(allow_null=True)
    is_right = serializers.BooleanField(allow_null=True)
    before = serializers.CharField(allow_null=True)
    after = serializers.CharField(allow_null=True)
    approved = serializers.CharField(allow_null=True)


class RehearsedDocumentSerializer(serializers.Serializer[Any]):
    document_id = serializers.UUIDField()
    file_name = serializers.CharField()
    first_page = serializers.IntegerField()
    last_page = serializers.IntegerField()
    was_automatic = serializers.BooleanField()
    is_automatic = serializers.BooleanField()
    values = RehearsedValueSerializer(many=True)


class RehearsalRowSerializer(serializers.Serializer[Any]):
    """`done` of `documents`; `revision` of the draft, `base` the published version that it is compared with."""

    id = serializers.UUIDField(source="rehearsal.id")
    revision = serializers.IntegerField(source="rehearsal.revision")
    base = serializers.CharField(source="rehearsal.base")
    status = serializers.ChoiceField(choices=("running", "finished"))
    documents = serializers.IntegerField(source="rehearsal.documents")
    pages = serializers.IntegerField(source="rehearsal.pages")
    done = serializers.IntegerField()
    created_at = serializers.DateTimeField(source="rehearsal.created_at")
    finished_at = serializers.DateTimeField(source="rehearsal.finished_at", allow_null=True)
    seconds = serializers.FloatField(allow_null=True)


class RehearsalSerializer(RehearsalRowSerializer):
    """`summary` is null while it is under way; `differences` has the first 100 documents in which something would be
    otherwise, of those that the asker may see."""

    summary = RehearsalSummarySerializer(source="rehearsal.summary", allow_null=True)
    differences = RehearsedDocumentSerializer(many=True)
