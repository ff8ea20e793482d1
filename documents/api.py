"""REST: batches, documents, schemas. Each view makes one domain call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView, ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import Access
from documents.progress import batch_state_live
from documents.selectors import (
    batch_get_for,
    batch_list,
    document_list,
    schema_list,
    sub_document_get_for,
    sub_document_step_runs,
)
from documents.serializers import (
    BatchSerializer,
    BatchSubmitSerializer,
    DocumentDetailSerializer,
    DocumentSerializer,
    SchemaSerializer,
    StepRunSerializer,
)
from documents.services import (
    IncomingFile,
    batch_cancel,
    batch_submit,
    document_detail_open,
    document_retry,
    original_open,
)


def access_of(request: Request) -> Access:
    """Who asks; authentication has made sure that there is somebody."""
    return request.access  # type: ignore[attr-defined]


class AccessListView(ListAPIView):
    """A list of what the asker may see: subclasses give `rows`."""

    rows: Callable[..., Any]

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):  # the API description is made without an asker
            return self.get_serializer_class().Meta.model._default_manager.none()  # type: ignore[attr-defined]
        return self.rows(access_of(self.request))


class SchemaListView(AccessListView):
    """Schemas a batch may be submitted for."""

    serializer_class = SchemaSerializer
    pagination_class = None

    def rows(self, access: Access) -> Any:
        return schema_list(access)


class BatchListView(AccessListView):
    """Visible batches, newest first; POST submits one."""

    serializer_class = BatchSerializer

    def rows(self, access: Access) -> Any:
        return batch_list(access, text=self.request.query_params.get("text", ""))

    @extend_schema(request={"multipart/form-data": BatchSubmitSerializer}, responses={201: BatchSerializer})
    def post(self, request: Request) -> Response:
        """An `Idempotency-Key` header makes a repeated upload the same batch."""
        form = BatchSubmitSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        data = form.validated_data
        batch = batch_submit(
            access_of(request),
            team_id=data["team_id"],
            files=[IncomingFile(file.name, file.chunks()) for file in data["files"]],
            name=data["name"],
            schema_id=data["schema_id"],
            source="api",
            idempotency_key=request.headers.get("Idempotency-Key", "")[:200],
        )
        return Response(BatchSerializer(batch).data, status=201)


class BatchView(GenericAPIView):
    """One batch with its live state."""

    @extend_schema(responses={200: OpenApiTypes.OBJECT})
    def get(self, request: Request, batch_id: UUID) -> Response:
        return Response(batch_state_live(batch_get_for(access_of(request), batch_id)))


class BatchCancelView(GenericAPIView):
    """Stops a batch."""

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, batch_id: UUID) -> Response:
        batch_cancel(access_of(request), batch_id)
        return Response(status=204)


class DocumentListView(AccessListView):
    """Visible documents, newest first; `?batch_id=` narrows."""

    serializer_class = DocumentSerializer

    def rows(self, access: Access) -> Any:
        return document_list(access, batch_id=self.request.query_params.get("batch_id"))


class DocumentView(GenericAPIView):
    """One document with its sub-documents, fields and tables."""

    serializer_class = DocumentDetailSerializer

    def get(self, request: Request, document_id: UUID) -> Response:
        return Response(self.get_serializer(document_detail_open(access_of(request), document_id)).data)


class DocumentRetryView(GenericAPIView):
    """Runs the failed steps of a document again."""

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, document_id: UUID) -> Response:
        document_retry(access_of(request), document_id)
        return Response(status=204)


class DocumentOriginalView(GenericAPIView):
    """The file as received, always as an attachment that no browser runs in our origin."""

    @extend_schema(responses={200: OpenApiTypes.BINARY})
    def get(self, request: Request, document_id: UUID) -> FileResponse:
        original = original_open(access_of(request), document_id)
        response = FileResponse(
            original.file, as_attachment=True, filename=original.name, content_type="application/octet-stream"
        )
        response["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return response


class StepRunListView(GenericAPIView):
    """The 14 step runs of a sub-document."""

    serializer_class = StepRunSerializer

    def get(self, request: Request, sub_document_id: UUID) -> Response:
        sub_document = sub_document_get_for(access_of(request), sub_document_id)
        step_runs = sub_document_step_runs(sub_document.document_id, sub_document.id)
        return Response(self.get_serializer(step_runs, many=True).data)
