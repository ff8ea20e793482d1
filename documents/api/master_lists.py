"""REST: master data, the lists that document types may name. Each view makes one domain call."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import access_of
from documents.domain.drafts.problems import LONGEST_LABEL
from documents.domain.master_lists import MOST_BYTES
from documents.selectors.master_lists import master_list_rows, master_list_view_for
from documents.services.schemas import master_lists as services
from documents.services.schemas.types import LONGEST_KEY
from idp_project.core.strict_input import StrictSerializer
from idp_project.core.strict_views import GenericAPIView


class MasterListSerializer(serializers.Serializer[Any]):
    """A list without its rows. `types` are the document types that name it; `team_id` null: for every team."""

    id = serializers.UUIDField(source="list.id")
    key = serializers.CharField(source="list.key")
    name = serializers.CharField(source="list.name")
    team_id = serializers.UUIDField(source="list.team_id", allow_null=True)
    columns = serializers.ListField(source="list.columns", child=serializers.CharField())
    row_count = serializers.IntegerField(source="list.row_count")
    revision = serializers.IntegerField(source="list.revision")
    changed_at = serializers.DateTimeField(source="list.changed_at")
    types = serializers.ListField(child=serializers.CharField())
    may_manage = serializers.BooleanField()


class MasterListDetailSerializer(MasterListSerializer):
    """With the first rows that contain what was searched for, and the number of all of them."""

    rows = serializers.ListField(child=serializers.ListField(child=serializers.CharField(allow_blank=True)))
    found = serializers.IntegerField()


class MasterListCreateSerializer(StrictSerializer):
    """`content` is the text of a CSV file whose first line names the columns; `team_id` null: for every team."""

    name = serializers.CharField(max_length=LONGEST_LABEL)
    content = serializers.CharField(max_length=MOST_BYTES, trim_whitespace=False)
    team_id = serializers.UUIDField(required=False, allow_null=True, default=None)
    key = serializers.CharField(max_length=LONGEST_KEY, required=False, allow_blank=True, default="")


class MasterListReplaceSerializer(StrictSerializer):
    """`content` takes the place of all rows; the name stays unless another one is given."""

    content = serializers.CharField(max_length=MOST_BYTES, trim_whitespace=False)
    name = serializers.CharField(max_length=LONGEST_LABEL, required=False, allow_blank=True, default="")


class MasterListFilterSerializer(StrictSerializer):
    """Values of the query parameters."""

    text = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class MasterListListView(GenericAPIView):
    """Lists that the asker's document types may name. POST brings a new one."""

    @extend_schema(responses={200: MasterListSerializer(many=True)})
    def get(self, request: Request) -> Response:
        return Response(MasterListSerializer(master_list_rows(access_of(request)), many=True).data)

    @extend_schema(request=MasterListCreateSerializer, responses={201: MasterListDetailSerializer})
    def post(self, request: Request) -> Response:
        form = MasterListCreateSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        access = access_of(request)
        made = services.master_list_create(access, **form.validated_data)
        return Response(MasterListDetailSerializer(master_list_view_for(access, made.pk)).data, status=201)


class MasterListView(GenericAPIView):
    """One list with rows. PUT replaces all of its rows, DELETE ends a list that no document type names."""

    query_parameters = [OpenApiParameter("text", str, description="Rows that contain this text.")]

    @extend_schema(responses={200: MasterListDetailSerializer})
    def get(self, request: Request, list_id: UUID) -> Response:
        chosen = MasterListFilterSerializer(data=request.query_params)
        chosen.is_valid(raise_exception=True)
        view = master_list_view_for(access_of(request), list_id, chosen.validated_data["text"])
        return Response(MasterListDetailSerializer(view).data)

    @extend_schema(request=MasterListReplaceSerializer, responses={200: MasterListDetailSerializer})
    def put(self, request: Request, list_id: UUID) -> Response:
        form = MasterListReplaceSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        access = access_of(request)
        services.master_list_replace(access, list_id, **form.validated_data)
        return Response(MasterListDetailSerializer(master_list_view_for(access, list_id)).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, list_id: UUID) -> Response:
        services.master_list_delete(access_of(request), list_id)
        return Response(status=204)
