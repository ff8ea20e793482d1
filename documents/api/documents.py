"""REST: documents. Each view makes one domain call."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import Access, access_of
from documents.api.base import AccessListView
from documents.selectors.doors import document_list
from documents.serializers.rows import (
    DocumentDetailSerializer,
    DocumentSerializer,
)
from documents.services.removing.removal import document_delete, document_look_again
from documents.services.running.retry import document_retry
from documents.services.showing.audited_reads import document_detail_open, original_open
from idp_project.core.attachments import file_attachment
from idp_project.core.pagination import newest_page_of
from idp_project.core.strict_views import GenericAPIView


class DocumentListView(AccessListView):
    """Visible documents, newest first; `?batch_id=` narrows."""

    serializer_class = DocumentSerializer
    query_parameters = [OpenApiParameter("batch_id", UUID, description="Those of one batch.")]

    def rows(self, access: Access) -> Any:
        batch_id = self.request.query_params.get("batch_id")
        return document_list(access, batch_id=batch_id, page=newest_page_of(self.request))


class DocumentView(GenericAPIView):
    """One document with its sub-documents, fields and tables."""

    serializer_class = DocumentDetailSerializer

    def get(self, request: Request, document_id: UUID) -> Response:
        return Response(self.get_serializer(document_detail_open(access_of(request), document_id)).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, document_id: UUID) -> Response:
        """What has ended; approved values stay in the production database."""
        document_delete(access_of(request), document_id)
        return Response(status=204)


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
        return file_attachment(original.name, original.file)


class DocumentLookAgainView(GenericAPIView):
    """Wakes a stuck document up."""

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, document_id: UUID) -> Response:
        document_look_again(access_of(request), document_id)
        return Response(status=204)
