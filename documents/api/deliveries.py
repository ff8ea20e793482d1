"""REST: dead deliveries. Each view makes one domain call."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import Access, access_of
from documents.api.base import AccessListView
from documents.selectors.processing import dead_letter_list
from documents.serializers.rows import (
    DeadLetterSerializer,
)
from documents.services.delivering.deliveries import delivery_discard, delivery_retry
from idp_project.core.strict_views import GenericAPIView


class DeadLetterListView(AccessListView):
    """Dead deliveries of documents that the asker manages."""

    serializer_class = DeadLetterSerializer

    def rows(self, access: Access) -> Any:
        return dead_letter_list(access)


class DeadLetterView(GenericAPIView):
    """DELETE gives a dead delivery up."""

    @extend_schema(responses={204: None})
    def delete(self, request: Request, delivery_id: UUID) -> Response:
        delivery_discard(access_of(request), delivery_id)
        return Response(status=204)


class DeadLetterRetryView(GenericAPIView):
    """Sends a dead delivery on its way again."""

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, delivery_id: UUID) -> Response:
        delivery_retry(access_of(request), delivery_id)
        return Response(status=204)
