"""REST: the organisation's own words of documents. Each view makes one domain call."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import access_of
from documents.domain.words import EXTENDABLE, languages
from documents.domain.words.own import LONGEST_WORD, MONTHS, OwnWord
from documents.selectors.words import organization_words_for
from documents.services.schemas.words import organization_word_add, organization_word_remove
from idp_project.core.strict_input import StrictSerializer
from idp_project.core.strict_views import GenericAPIView


class OwnWordSerializer(StrictSerializer):
    """A word of one group; its language is for the list, and `meaning` is the month (1 to 12) of the name of a month."""

    id = serializers.UUIDField(read_only=True)
    group = serializers.ChoiceField(choices=EXTENDABLE)
    word = serializers.CharField(max_length=LONGEST_WORD)
    language = serializers.ChoiceField(choices=languages(), required=False, allow_blank=True, default="")
    meaning = serializers.ChoiceField(choices=MONTHS, required=False, allow_blank=True, default="")


class OrganizationWordsSerializer(serializers.Serializer[Any]):
    """The organisation's own words, and the built-in ones by group."""

    own = OwnWordSerializer(many=True)
    built_in = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))


class OwnWordFilterSerializer(StrictSerializer):
    """Values of the query parameters."""

    group = serializers.ChoiceField(choices=EXTENDABLE, required=False, default="")
    language = serializers.ChoiceField(choices=languages(), required=False, default="")


class OwnWordListView(GenericAPIView):
    """Words by which the organisation's documents are read; POST adds one. For administrators of the organisation."""

    query_parameters = [
        OpenApiParameter("group", str, enum=EXTENDABLE, description="Words of one group."),
        OpenApiParameter("language", str, enum=languages(), description="Words of one language."),
    ]

    @extend_schema(responses={200: OrganizationWordsSerializer})
    def get(self, request: Request) -> Response:
        chosen = OwnWordFilterSerializer(data=request.query_params)
        chosen.is_valid(raise_exception=True)
        words = organization_words_for(access_of(request), **chosen.validated_data)
        return Response(OrganizationWordsSerializer(words).data)

    @extend_schema(request=OwnWordSerializer, responses={201: OwnWordSerializer})
    def post(self, request: Request) -> Response:
        form = OwnWordSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        added = organization_word_add(access_of(request), OwnWord(**form.validated_data))
        return Response(OwnWordSerializer(added).data, status=201)


class OwnWordView(GenericAPIView):
    """DELETE takes one of the organisation's own words away."""

    @extend_schema(responses={204: None})
    def delete(self, request: Request, word_id: UUID) -> Response:
        organization_word_remove(access_of(request), word_id)
        return Response(status=204)
