"""REST: schemas and their switch for automatic approval. Each view makes one domain call."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import Access, access_of
from documents.api.base import AccessListView
from documents.selectors.auto_approval import auto_approval_view_for
from documents.selectors.doors import schema_list
from documents.serializers import AutoApprovalSerializer, AutoApprovalSwitchSerializer, SchemaSerializer
from documents.services.approving.auto_approval import schema_auto_approval_set
from idp_project.core.strict_views import GenericAPIView


class SchemaListView(AccessListView):
    """Schemas a batch may be submitted for."""

    serializer_class = SchemaSerializer
    pagination_class = None

    def rows(self, access: Access) -> Any:
        return schema_list(access)


class SchemaAutoApprovalView(GenericAPIView):
    """Whether documents of a type may be approved without a person."""

    serializer_class = AutoApprovalSerializer

    def get(self, request: Request, schema_id: UUID) -> Response:
        """The switch of the type, and what follows from it."""
        return Response(self.get_serializer(auto_approval_view_for(access_of(request), schema_id)).data)

    @extend_schema(request=AutoApprovalSwitchSerializer, responses={204: None})
    def put(self, request: Request, schema_id: UUID) -> Response:
        """On: for administrators of the organisation, who accept the risk. Off: for managers of the type too."""
        form = AutoApprovalSwitchSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        schema_auto_approval_set(access_of(request), schema_id, **form.validated_data)
        return Response(status=204)
