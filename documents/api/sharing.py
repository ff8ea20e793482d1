"""REST: documents, batches and schemas that are open to single people. Each view makes one domain call."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import access_of
from documents.selectors.doors import share_list
from documents.selectors.shares import schema_grant_list
from documents.services.schemas.schema_grants import schema_grant, schema_grant_revoke
from documents.services.showing.sharing import share_create, share_revoke
from idp_project.core.strict_input import StrictSerializer
from idp_project.core.strict_views import APIView, GenericAPIView


class ShareSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    user_id = serializers.UUIDField()
    user = serializers.CharField()
    may_download = serializers.BooleanField()
    may_review = serializers.BooleanField()
    expires_at = serializers.DateTimeField()
    shared_by = serializers.CharField(default=None)


class NewShareSerializer(StrictSerializer):
    user_id = serializers.UUIDField()
    expires_at = serializers.DateTimeField()
    may_download = serializers.BooleanField(default=False)
    may_review = serializers.BooleanField(default=False)


class SchemaGrantSerializer(StrictSerializer):
    """A person's grant on a schema; `expires_at` null: until it is taken back."""

    user_id = serializers.UUIDField(source="user.id")
    user = serializers.CharField(read_only=True)
    may_manage = serializers.BooleanField(default=False)
    expires_at = serializers.DateTimeField(required=False, allow_null=True, default=None)

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        chosen = super().to_internal_value(data)
        return {"user_id": chosen.pop("user")["id"], **chosen}


class _ShareListView(APIView):
    """Live shares; POST makes one, in place of an earlier one with the same person."""

    @extend_schema(responses={200: ShareSerializer(many=True)})
    def get(self, request: Request, **target: Any) -> Response:
        return Response(ShareSerializer(share_list(access_of(request), **target), many=True).data)

    @extend_schema(request=NewShareSerializer, responses={201: ShareSerializer})
    def post(self, request: Request, **target: Any) -> Response:
        form = NewShareSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        data: dict[str, Any] = form.validated_data
        return Response(ShareSerializer(share_create(access_of(request), **target, **data)).data, status=201)


class DocumentShareListView(_ShareListView):
    """With whom a document is shared; POST shares it with one more person."""


class BatchShareListView(_ShareListView):
    """With whom a batch is shared; POST shares it with one more person."""


class ShareView(GenericAPIView):
    """DELETE ends a share."""

    @extend_schema(responses={204: None})
    def delete(self, request: Request, share_id: UUID) -> Response:
        share_revoke(access_of(request), share_id)
        return Response(status=204)


class SchemaGrantListView(APIView):
    """To whom a schema is open beside its team; POST opens it to one more person, in place of an earlier grant."""

    @extend_schema(responses={200: SchemaGrantSerializer(many=True)})
    def get(self, request: Request, schema_id: UUID) -> Response:
        return Response(SchemaGrantSerializer(schema_grant_list(access_of(request), schema_id), many=True).data)

    @extend_schema(request=SchemaGrantSerializer, responses={204: None})
    def post(self, request: Request, schema_id: UUID) -> Response:
        form = SchemaGrantSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        schema_grant(access_of(request), schema_id, **form.validated_data)
        return Response(status=204)


class SchemaGrantView(GenericAPIView):
    """DELETE takes a person's grant on a schema back."""

    @extend_schema(responses={204: None})
    def delete(self, request: Request, schema_id: UUID, user_id: UUID) -> Response:
        schema_grant_revoke(access_of(request), schema_id, user_id)
        return Response(status=204)
