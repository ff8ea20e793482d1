"""JSON of birth certificates."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from documents.selectors.certificates import Certificate


class ValueChangeSerializer(serializers.Serializer[Any]):
    """What became of the value: `who` is empty for the machine."""

    at = serializers.DateTimeField()
    who = serializers.CharField()
    kind = serializers.CharField()
    old = serializers.CharField()
    new = serializers.CharField()
    confidence = serializers.FloatField(allow_null=True)


class CertificateSerializer(serializers.Serializer[Certificate]):
    """`polygon` is flat, in page coordinates (0..1 of the upright page); `confidence` the machine's. `rests_on` is the bound of
    an automatic approval. `xml_path` is the place in the XML of an electronic invoice, `deviation` what XML and page say where
    they disagree: stated, xml_path, printed, page, polygon. Null where nothing is known."""

    sub_document_id = serializers.UUIDField(source="sub_document.id")
    document_id = serializers.UUIDField()
    path = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    type = serializers.CharField(source="cell.type.value")
    value = serializers.CharField(source="cell.value", allow_null=True)
    raw_text = serializers.CharField(source="cell.raw_text")
    confidence = serializers.FloatField(source="cell.confidence", allow_null=True)
    file_name = serializers.CharField(source="content.file_name")
    file_sha256 = serializers.CharField(source="content.file_sha256")
    page = serializers.IntegerField(allow_null=True)
    polygon = serializers.ListField(child=serializers.FloatField(), allow_null=True)
    xml_path = serializers.CharField()
    deviation = serializers.DictField(source="cell.deviation", allow_null=True)
    has_picture = serializers.SerializerMethodField()
    engine = serializers.CharField()
    model = serializers.CharField()
    notes = serializers.ListField(child=serializers.CharField())
    schema_key = serializers.CharField(source="content.schema_key")
    schema_version = serializers.CharField(source="content.schema_version")
    version = serializers.IntegerField(source="content.version")
    corrected_by = serializers.CharField(source="cell.corrected_by")
    corrected_at = serializers.DateTimeField(allow_null=True)
    approved_by = serializers.CharField(source="content.approved_by")
    approved_at = serializers.DateTimeField(allow_null=True)
    is_automatic = serializers.BooleanField()
    rests_on = serializers.DictField(allow_null=True)
    overrides = serializers.SerializerMethodField()
    received_at = serializers.DateTimeField()
    delivered_at = serializers.DateTimeField(allow_null=True)
    is_withdrawn = serializers.BooleanField()
    withdrawn_by = serializers.CharField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    history = ValueChangeSerializer(many=True)

    def get_has_picture(self, certificate: Certificate) -> bool:
        return bool(certificate.page_id and certificate.polygon)

    def get_overrides(self, certificate: Certificate) -> list[dict[str, Any]]:
        return [override.to_dict() for override in certificate.overrides]
