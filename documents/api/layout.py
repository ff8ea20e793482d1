"""REST: tables and key–value pairs of a document, found without a schema. Each view makes one domain call."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import access_of
from documents.selectors.page_layouts import PAIR_SOURCES, pair_views, table_view
from documents.services.showing.layouts import FORMS, MOST_TABLES, document_layout_open, document_table_open
from idp_project.core.attachments import as_attachment
from idp_project.core.storable import whole_number
from idp_project.core.strict_views import GenericAPIView

_BOX = "[left, top, right, bottom] in fractions of the page."


def _box() -> serializers.ListField:
    return serializers.ListField(child=serializers.FloatField(), min_length=4, max_length=4, help_text=_BOX)


class TablePlaceSerializer(serializers.Serializer[Any]):
    page = serializers.IntegerField()
    box = _box()


class FoundCellSerializer(serializers.Serializer[Any]):
    """Rows and columns count from 0; the last ones are included."""

    row = serializers.IntegerField()
    last_row = serializers.IntegerField()
    column = serializers.IntegerField()
    last_column = serializers.IntegerField()
    text = serializers.CharField()
    page = serializers.IntegerField()
    box = _box()


class FoundTableSerializer(serializers.Serializer[Any]):
    """A table, joined over pages; the first `header_rows` are titles, `score` 0..1 is how sure it is a table."""

    number = serializers.IntegerField()
    first_page = serializers.IntegerField()
    last_page = serializers.IntegerField()
    rows = serializers.IntegerField()
    columns = serializers.IntegerField()
    header_rows = serializers.IntegerField()
    is_ruled = serializers.BooleanField()
    score = serializers.FloatField()
    places = TablePlaceSerializer(many=True)
    cells = FoundCellSerializer(many=True)


class FoundTablesSerializer(serializers.Serializer[Any]):
    """`unread_pages` were read by an older release, or not yet: their tables are not known."""

    tables = FoundTableSerializer(many=True)
    unread_pages = serializers.ListField(child=serializers.IntegerField())


class FoundPairSerializer(serializers.Serializer[Any]):
    """A label with its value; of a table, a cell with the title of its column."""

    key = serializers.CharField()
    value = serializers.CharField()
    page = serializers.IntegerField()
    key_box = _box()
    value_box = _box()
    score = serializers.FloatField()
    found_in = serializers.ChoiceField(choices=PAIR_SOURCES)
    table = serializers.IntegerField(allow_null=True)


class FoundPairsSerializer(serializers.Serializer[Any]):
    """`unread_pages` were read by an older release, or not yet: their pairs are not known."""

    pairs = FoundPairSerializer(many=True)
    unread_pages = serializers.ListField(child=serializers.IntegerField())


class DocumentTablesView(GenericAPIView):
    """Every table of a document, found without a schema."""

    serializer_class = FoundTablesSerializer

    def get(self, request: Request, document_id: UUID) -> Response:
        layout = document_layout_open(access_of(request), document_id)
        return Response({"tables": [table_view(table) for table in layout.tables], "unread_pages": layout.unread_pages})


class DocumentPairsView(GenericAPIView):
    """Labels with their values, found without a schema."""

    serializer_class = FoundPairsSerializer

    def get(self, request: Request, document_id: UUID) -> Response:
        layout = document_layout_open(access_of(request), document_id)
        return Response({"pairs": pair_views(layout), "unread_pages": layout.unread_pages})


class DocumentTableFileView(GenericAPIView):
    """One table as a file to save."""

    query_parameters = [
        OpenApiParameter("number", int, required=True, description="Of the table, as `tables/` counts them."),
        OpenApiParameter("form", str, required=True, enum=FORMS, description="CSV, or an Excel workbook."),
    ]

    @extend_schema(responses={200: OpenApiTypes.BINARY})
    def get(self, request: Request, document_id: UUID) -> HttpResponse:
        query = request.query_params
        number = whole_number(query.get("number", ""), most=MOST_TABLES)
        file = document_table_open(access_of(request), document_id, number, query.get("form", ""))
        return as_attachment(file.name, file.content, file.content_type)
