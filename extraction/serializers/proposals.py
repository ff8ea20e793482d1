"""Proposals from examples, and fields made by a click. Places as in `trials`."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from documents.serializers.schemas import DefinitionField
from extraction.domain.refusals import POLYGON_FORM
from extraction.serializers.trials import PlaceSerializer
from idp_project.core.reserved_names import ReservedNamesSerializer
from idp_project.core.strict_input import StrictSerializer


class ProposeSerializer(StrictSerializer):
    """One to five documents that were read."""

    document_ids = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=5)


class ProposedValueSerializer(PlaceSerializer):
    """Where an example has the field: `label` as printed there, empty where nothing names it."""

    document_id = serializers.UUIDField()
    label = serializers.CharField(allow_blank=True)  # type: ignore[assignment]
    raw_text = serializers.CharField()
    value = serializers.CharField(allow_null=True)
    label_polygon = serializers.ListField(child=serializers.FloatField(), allow_null=True)


class ProposedFieldSerializer(serializers.Serializer[Any]):
    """`field` can be put into `fields` of a definition as it is. `occurs_in` of the `of` examples; `in_draft`: the name of the
    draft's field that has this label already."""

    field = DefinitionField()
    score = serializers.FloatField()
    occurs_in = serializers.IntegerField()
    of = serializers.IntegerField()
    is_label_printed = serializers.BooleanField()
    in_draft = serializers.CharField(allow_blank=True)
    values = ProposedValueSerializer(many=True)


class ProposedPlaceSerializer(PlaceSerializer):
    document_id = serializers.UUIDField()


class ProposedTableSerializer(serializers.Serializer[Any]):
    """`table` can be put into `tables` of a definition as it is; `shown` are its first rows as printed."""

    table = DefinitionField()
    rows = serializers.IntegerField()
    score = serializers.FloatField()
    occurs_in = serializers.IntegerField()
    of = serializers.IntegerField()
    places = ProposedPlaceSerializer(many=True)
    shown = serializers.ListField(child=serializers.ListField(child=serializers.CharField(allow_blank=True)))


class UnreadPageSerializer(serializers.Serializer[Any]):
    document_id = serializers.UUIDField()
    page = serializers.IntegerField()


class ProposalsSerializer(ReservedNamesSerializer):
    """The likeliest first. `name`, `keywords` and `locale` are for the type as a whole; `unread_pages` have no stored layout."""

    name = serializers.CharField(allow_blank=True)
    keywords = serializers.ListField(child=serializers.CharField())
    locale = serializers.CharField()
    fields_ = ProposedFieldSerializer(many=True)
    tables = ProposedTableSerializer(many=True)
    unread_pages = UnreadPageSerializer(many=True)
    seconds = serializers.FloatField()


class FieldAtSerializer(StrictSerializer):
    """The words of a value: a `polygon` around them (flat page coordinates), or their numbers in `words`, counted from 0 as
    the page's words are."""

    document_id = serializers.UUIDField()
    page = serializers.IntegerField(min_value=1, max_value=100_000)
    polygon = serializers.ListField(
        child=serializers.FloatField(min_value=0, max_value=1), min_length=6, max_length=64, required=False
    )
    words = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=1_000_000), min_length=1, max_length=500, required=False
    )

    def validate_polygon(self, value: list[float]) -> list[float]:
        if len(value) % 2:
            raise serializers.ValidationError(str(POLYGON_FORM()))
        return value


class FieldAtAnswerSerializer(ProposedFieldSerializer):
    """`locale`: by which its value was read."""

    locale = serializers.CharField()
