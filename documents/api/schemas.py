"""REST: document types, from their draft to their end. Each view makes one domain call."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import Access, access_of
from documents.api.base import AccessListView
from documents.domain.drafts.files import FileForm
from documents.selectors.columns import schema_views_for
from documents.selectors.doors import schema_list
from documents.selectors.drafts import draft_view, draft_view_for, schema_file_for
from documents.selectors.schemas import schema_detail_for
from documents.serializers.rows import SchemaSerializer
from documents.serializers.schemas import (
    DraftBeginSerializer,
    DraftSaveSerializer,
    DraftSerializer,
    PublishSerializer,
    SchemaCreateSerializer,
    SchemaDetailSerializer,
    SchemaFileSerializer,
    SchemaImportSerializer,
    TypedViewSerializer,
)
from documents.services.schemas import drafts, types
from documents.services.schemas.columns import schema_column_retire
from documents.services.schemas.importing import schema_import
from idp_project.core.strict_views import GenericAPIView

_TEXT = {
    FileForm.YAML: "application/yaml",
    FileForm.JSON: "application/json",
    FileForm.JSON_SCHEMA: "application/schema+json",
}


class SchemaListView(AccessListView):
    """Document types that a batch may be submitted for. POST makes a new one, with a draft of the asker."""

    serializer_class = SchemaSerializer
    pagination_class = None

    def rows(self, access: Access) -> Any:
        return schema_list(access)

    @extend_schema(request=SchemaCreateSerializer, responses={201: SchemaDetailSerializer})
    def post(self, request: Request) -> Response:
        form = SchemaCreateSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        access = access_of(request)
        made = types.schema_create(access, **form.validated_data)
        return Response(SchemaDetailSerializer(schema_detail_for(access, made.pk)).data, status=201)


class SchemaImportView(GenericAPIView):
    """A document type from a file: YAML, JSON or JSON Schema. Of a known key it becomes the asker's draft of that type."""

    @extend_schema(request=SchemaImportSerializer, responses={201: SchemaDetailSerializer})
    def post(self, request: Request) -> Response:
        form = SchemaImportSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        access = access_of(request)
        schema = schema_import(access, **form.validated_data)
        return Response(SchemaDetailSerializer(schema_detail_for(access, schema.pk)).data, status=201)


class SchemaView(GenericAPIView):
    """One document type with its versions. DELETE ends one that was never published."""

    serializer_class = SchemaDetailSerializer

    def get(self, request: Request, schema_id: UUID) -> Response:
        return Response(self.get_serializer(schema_detail_for(access_of(request), schema_id)).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, schema_id: UUID) -> Response:
        types.schema_delete(access_of(request), schema_id)
        return Response(status=204)


class SchemaFileView(GenericAPIView):
    """A published version as a file, by default the newest as YAML."""

    query_parameters = [
        OpenApiParameter("version", str, description="A published version; the newest where it is left out."),
        OpenApiParameter("form", str, enum=[form.value for form in FileForm]),
    ]

    @extend_schema(responses={(200, "application/yaml"): OpenApiTypes.STR})
    def get(self, request: Request, schema_id: UUID) -> HttpResponse:
        form = SchemaFileSerializer(data=request.query_params)
        form.is_valid(raise_exception=True)
        wanted = FileForm(form.validated_data["form"])
        text = schema_file_for(access_of(request), schema_id, form.validated_data["version"], wanted)
        return HttpResponse(text, content_type=f"{_TEXT[wanted]}; charset=utf-8")


class SchemaColumnListView(GenericAPIView):
    """The views and columns in which analysts find the values of a type."""

    serializer_class = TypedViewSerializer

    @extend_schema(responses=TypedViewSerializer(many=True))
    def get(self, request: Request, schema_id: UUID) -> Response:
        return Response(self.get_serializer(schema_views_for(access_of(request), schema_id), many=True).data)


class SchemaColumnView(GenericAPIView):
    """DELETE takes a former column (`view.column`) or a former view away; the values stay."""

    @extend_schema(responses={204: None})
    def delete(self, request: Request, schema_id: UUID, name: str) -> Response:
        schema_column_retire(access_of(request), schema_id, name)
        return Response(status=204)


class SchemaRetireView(GenericAPIView):
    """Takes a type out of use: what was submitted with it goes on, nothing new begins with it."""

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, schema_id: UUID) -> Response:
        types.schema_retire(access_of(request), schema_id)
        return Response(status=204)


class SchemaRestoreView(GenericAPIView):
    """Takes a retired type into use again."""

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, schema_id: UUID) -> Response:
        types.schema_restore(access_of(request), schema_id)
        return Response(status=204)


class SchemaDraftView(GenericAPIView):
    """The asker's own draft of a type: GET shows it, POST begins one, PUT stores it, DELETE throws it away.

    For managers of the type. A draft may be incomplete; `problems` say what keeps it from being published.
    """

    serializer_class = DraftSerializer

    def get(self, request: Request, schema_id: UUID) -> Response:
        return self._answer(draft_view_for(access_of(request), schema_id))

    @extend_schema(request=DraftBeginSerializer)
    def post(self, request: Request, schema_id: UUID) -> Response:
        """The draft that is there, else a new one from the newest version; with `version` from that one, in its place."""
        form = DraftBeginSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        access = access_of(request)
        draft = drafts.schema_draft_open(access, schema_id, number=form.validated_data["version"])
        return self._answer(draft_view(access, draft.schema, draft))

    @extend_schema(request=DraftSaveSerializer)
    def put(self, request: Request, schema_id: UUID) -> Response:
        form = DraftSaveSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        access = access_of(request)
        draft = drafts.schema_draft_save(access, schema_id, **form.validated_data)
        return self._answer(draft_view(access, draft.schema, draft))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, schema_id: UUID) -> Response:
        drafts.schema_draft_discard(access_of(request), schema_id)
        return Response(status=204)

    def _answer(self, view: Any) -> Response:
        return Response(self.get_serializer(view).data)


class VersionSerializer(serializers.Serializer[Any]):
    """What was published."""

    version = serializers.CharField(source="number")
    published_at = serializers.DateTimeField()


class SchemaPublishView(GenericAPIView):
    """Publishes the asker's draft as the next version, for documents to come."""

    @extend_schema(request=PublishSerializer, responses={201: VersionSerializer})
    def post(self, request: Request, schema_id: UUID) -> Response:
        form = PublishSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        version = drafts.schema_draft_publish(access_of(request), schema_id, **form.validated_data)
        return Response(VersionSerializer(version).data, status=201)
