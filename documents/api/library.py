"""REST: the library of document types. Each view makes one domain call."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import access_of
from documents.domain.drafts.shape import MOST_BYTES
from documents.domain.library import LANGUAGES
from documents.domain.schema_spec import FieldType
from documents.selectors.library import library_row_for, library_shelf
from documents.serializers.rows import SchemaSerializer
from documents.services.schemas import library as services
from documents.services.schemas.adoption import schema_adopt
from documents.services.schemas.types import LONGEST_KEY
from idp_project.core.reserved_names import ReservedNamesSerializer
from idp_project.core.strict_input import StrictSerializer
from idp_project.core.strict_views import GenericAPIView


class LibraryFieldSerializer(ReservedNamesSerializer):
    """A field or column, with its label in the language that was asked for."""

    name = serializers.CharField()
    type = serializers.ChoiceField(choices=[kind.value for kind in FieldType])
    label_ = serializers.CharField()
    is_required = serializers.BooleanField()
    is_list = serializers.BooleanField()


class LibraryTableSerializer(ReservedNamesSerializer):
    name = serializers.CharField()
    label_ = serializers.CharField()
    is_required = serializers.BooleanField()
    columns = LibraryFieldSerializer(many=True)


class LibraryTypeSerializer(ReservedNamesSerializer):
    """`adopted`: the organisation's own types that were made of it; `may_adopt`: for at least one team, or for all."""

    key = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    language = serializers.ChoiceField(choices=LANGUAGES)
    fields_ = LibraryFieldSerializer(many=True)
    tables = LibraryTableSerializer(many=True)
    kinds = serializers.ListField(child=serializers.CharField())
    adopted = SchemaSerializer(many=True)
    may_adopt = serializers.BooleanField()


class LibraryFilterSerializer(StrictSerializer):
    """Values of the query parameters."""

    language = serializers.ChoiceField(choices=LANGUAGES, required=False, default="")


class SchemaAdoptSerializer(StrictSerializer):
    """`team_id` null: for every team. `language` is that of names and labels, the asker's unless given; `key` the library's."""

    team_id = serializers.UUIDField(required=False, allow_null=True, default=None)
    language = serializers.ChoiceField(choices=LANGUAGES, required=False, allow_blank=True, default="")
    key = serializers.CharField(max_length=LONGEST_KEY, required=False, allow_blank=True, default="")


class SchemaLibraryView(GenericAPIView):
    """The document types that come with the installation, in one language: the asker's unless another one is named."""

    query_parameters = [OpenApiParameter("language", str, enum=LANGUAGES, description="Of names and labels.")]

    @extend_schema(responses={200: LibraryTypeSerializer(many=True)})
    def get(self, request: Request) -> Response:
        chosen = LibraryFilterSerializer(data=request.query_params)
        chosen.is_valid(raise_exception=True)
        rows = library_shelf(access_of(request), _language(chosen.validated_data["language"]))
        return Response(LibraryTypeSerializer(rows, many=True).data)


class SchemaAdoptView(GenericAPIView):
    """POST makes the organisation's own type of one of the library's, with version 1.0 published."""

    @extend_schema(request=SchemaAdoptSerializer, responses={201: SchemaSerializer})
    def post(self, request: Request, key: str) -> Response:
        form = SchemaAdoptSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        wanted = form.validated_data
        schema = schema_adopt(
            access_of(request),
            key,
            team_id=wanted["team_id"],
            language=_language(wanted["language"]),
            key=wanted["key"],
        )
        return Response(SchemaSerializer(schema).data, status=201)


class LibraryTextSerializer(serializers.Serializer[Any]):
    """A type of the library as super admins see it."""

    key = serializers.CharField()
    name = serializers.CharField()
    text = serializers.CharField()
    is_shipped = serializers.BooleanField()
    is_changed = serializers.BooleanField()
    is_hidden = serializers.BooleanField()


class LibraryTextChangeSerializer(StrictSerializer):
    """`text` has the form of the files of the library; with `is_hidden` the type is no longer offered, and the text does not
    count."""

    text = serializers.CharField(
        max_length=MOST_BYTES, trim_whitespace=False, required=False, allow_blank=True, default=""
    )
    is_hidden = serializers.BooleanField(required=False, default=False)


class LibraryTypeView(GenericAPIView):
    """A type of the library as text, for super admins. PUT stores it, or takes the type out of the library. DELETE has it as it
    came with the installation. What organisations took stays theirs."""

    @extend_schema(responses={200: LibraryTextSerializer})
    def get(self, request: Request, key: str) -> Response:
        return Response(LibraryTextSerializer(library_row_for(access_of(request), key)).data)

    @extend_schema(request=LibraryTextChangeSerializer, responses={200: LibraryTextSerializer})
    def put(self, request: Request, key: str) -> Response:
        form = LibraryTextChangeSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        access = access_of(request)
        wanted = form.validated_data
        if wanted["is_hidden"]:
            services.library_type_hide(access, key)
        else:
            services.library_type_save(access, key, wanted["text"])
        return Response(LibraryTextSerializer(library_row_for(access, key)).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, key: str) -> Response:
        services.library_type_reset(access_of(request), key)
        return Response(status=204)


def _language(wanted: str) -> str:
    own = (get_language() or "")[:2]
    return wanted or (own if own in LANGUAGES else LANGUAGES[0])
