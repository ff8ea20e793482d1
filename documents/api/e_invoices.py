"""REST: the electronic invoice of a document. Each view makes one domain call."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import access_of
from documents.services.showing.e_invoices import e_invoice_open, e_invoice_xml_open
from idp_project.core.attachments import file_attachment
from idp_project.core.reason_serializers import ReasonDataField
from idp_project.core.strict_views import GenericAPIView


class StatedTermSerializer(serializers.Serializer[Any]):
    """A value by its term of EN 16931; `value` normalised, `raw` as written, `path` its place in the XML. `row` counts the rows
    of a group from 0, null for a value of the whole."""

    term = serializers.CharField()
    name = serializers.CharField()
    value = serializers.CharField()
    raw = serializers.CharField()
    path = serializers.CharField()
    row = serializers.IntegerField(allow_null=True)


class DeviationSerializer(serializers.Serializer[Any]):
    """Where XML and page disagree. `field_value_id` null: a whole row, or the title. `page` and `polygon` are the place of what
    is printed, null where nothing is; `xml_path` that of what is stated. `is_settled`: a person has decided it since."""

    field_value_id = serializers.UUIDField(allow_null=True)
    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    row = serializers.IntegerField(allow_null=True)
    term = serializers.CharField()
    stated = serializers.CharField()
    xml_path = serializers.CharField()
    printed = serializers.CharField()
    page = serializers.IntegerField(allow_null=True)
    polygon = serializers.ListField(child=serializers.FloatField(), allow_null=True)
    message = serializers.CharField()
    is_settled = serializers.BooleanField()


class RuleMessageSerializer(serializers.Serializer[Any]):
    """What one rule says; `rules` is the set that it is of, `path` the place in the XML."""

    rule = serializers.CharField()
    flag = serializers.CharField()
    text = serializers.CharField()
    path = serializers.CharField()
    rules = serializers.CharField()


class EInvoiceSerializer(serializers.Serializer[Any]):
    """`is_whole_file`: the document is the XML, and its pages were made of it. `broken_rules` are the names of the rules that it
    breaks; `versions` those of the sets of rules. `validation_failure`: why they could not be checked. `letter`: what to write to
    the supplier of a faulty one. `agrees`: some value was compared with a page, and none deviates. `signatures` are those of the
    PDF. `error`: why the XML could not be read. Nothing of what it states is given in a blind sample."""

    file_name = serializers.CharField()
    is_whole_file = serializers.BooleanField()
    size_bytes = serializers.IntegerField()
    sha256 = serializers.CharField()
    syntax = serializers.CharField()
    guideline = serializers.CharField()
    error = ReasonDataField(allow_null=True)
    terms = StatedTermSerializer(many=True)
    is_validated = serializers.BooleanField()
    validation_failure = ReasonDataField(allow_null=True)
    schema_errors = serializers.ListField(child=serializers.CharField())
    rules = RuleMessageSerializer(many=True)
    versions = serializers.DictField(child=serializers.CharField())
    broken_rules = serializers.ListField(child=serializers.CharField())
    deviations = DeviationSerializer(many=True)
    agrees = serializers.BooleanField()
    signatures = serializers.ListField(child=serializers.DictField())
    letter = serializers.CharField()


class DocumentEInvoiceView(GenericAPIView):
    """The electronic invoice that a document came with, or is."""

    serializer_class = EInvoiceSerializer

    def get(self, request: Request, document_id: UUID) -> Response:
        return Response(self.get_serializer(e_invoice_open(access_of(request), document_id)).data)


class DocumentEInvoiceXmlView(GenericAPIView):
    """Its XML byte for byte, always as an attachment that no browser runs in our origin."""

    @extend_schema(responses={200: OpenApiTypes.BINARY})
    def get(self, request: Request, document_id: UUID) -> FileResponse:
        found = e_invoice_xml_open(access_of(request), document_id)
        return file_attachment(found.name, found.file)
