"""REST: a document type made from examples, tried and rehearsed. Each view makes one domain call.

What runs the extractor is loaded when it is first asked for: a web process that never does needs no OpenCV.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import access_of
from documents.selectors.rehearsals import rehearsal_get_for, rehearsals_for
from documents.services.schemas.rehearsals import rehearsal_begin
from extraction.selectors import trial_documents_for
from extraction.serializers.proposals import (
    FieldAtAnswerSerializer,
    FieldAtSerializer,
    ProposalsSerializer,
    ProposeSerializer,
)
from extraction.serializers.rehearsals import RehearsalRowSerializer, RehearsalSerializer, RehearseSerializer
from extraction.serializers.trials import TrialDocumentSerializer, TrialSerializer, TrySerializer
from idp_project.core.strict_views import GenericAPIView


class TrialDocumentListView(GenericAPIView):
    """Documents that the type can be tried on: of this type first, then of unknown type, then others; newest first, at most
    50. For managers of the type."""

    serializer_class = TrialDocumentSerializer
    pagination_class = None

    @extend_schema(responses=TrialDocumentSerializer(many=True))
    def get(self, request: Request, schema_id: UUID) -> Response:
        rows: Any = trial_documents_for(access_of(request), schema_id)
        return Response(self.get_serializer(rows, many=True).data)


class DraftTryView(GenericAPIView):
    """Runs the asker's draft on a document that has been read, beside the published version; stores nothing.

    What of the draft has a problem is left out and named. No language model is asked.
    """

    @extend_schema(request=TrySerializer, responses=TrialSerializer)
    def post(self, request: Request, schema_id: UUID) -> Response:
        from extraction.runner.trial.playground import draft_try
        from extraction.runner.trial.views import trial_view

        form = TrySerializer(data=request.data)
        form.is_valid(raise_exception=True)
        trial = draft_try(access_of(request), schema_id, **form.validated_data)
        return Response(TrialSerializer(trial_view(trial, schema_id)).data)


class RehearsalListView(GenericAPIView):
    """Rehearsals of the asker's drafts of the type, the newest first. POST begins one over approved documents.

    Jobs run the draft and the newest published version on stored texts; `GET …/rehearsals/<id>/` says how far that is.
    """

    serializer_class = RehearsalSerializer
    pagination_class = None

    @extend_schema(responses=RehearsalRowSerializer(many=True))
    def get(self, request: Request, schema_id: UUID) -> Response:
        rows: Any = rehearsals_for(access_of(request), schema_id)
        return Response(RehearsalRowSerializer(rows, many=True).data)

    @extend_schema(request=RehearseSerializer, responses={201: RehearsalSerializer})
    def post(self, request: Request, schema_id: UUID) -> Response:
        form = RehearseSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        access = access_of(request)
        rehearsal = rehearsal_begin(access, schema_id, **form.validated_data)
        return Response(self.get_serializer(rehearsal_get_for(access, schema_id, rehearsal.pk)).data, status=201)


class RehearsalView(GenericAPIView):
    """One of the asker's own: how far it is, what it found, and the first documents with differences."""

    serializer_class = RehearsalSerializer
    pagination_class = None

    def get(self, request: Request, schema_id: UUID, rehearsal_id: UUID) -> Response:
        return Response(self.get_serializer(rehearsal_get_for(access_of(request), schema_id, rehearsal_id)).data)


class ProposalsView(GenericAPIView):
    """Fields and tables proposed from one to five documents that were read, by what is printed on them. No model is asked."""

    @extend_schema(request=ProposeSerializer, responses=ProposalsSerializer)
    def post(self, request: Request, schema_id: UUID) -> Response:
        from extraction.runner.proposals.propose import proposals_for

        form = ProposeSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        found = proposals_for(access_of(request), schema_id, form.validated_data["document_ids"])
        return Response(ProposalsSerializer(found).data)


class FieldAtView(GenericAPIView):
    """The field for words that somebody clicked: its label is looked for beside and above them, its type is that of the words."""

    @extend_schema(request=FieldAtSerializer, responses=FieldAtAnswerSerializer)
    def post(self, request: Request, schema_id: UUID) -> Response:
        from extraction.runner.proposals.clicks import field_at

        form = FieldAtSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        return Response(FieldAtAnswerSerializer(field_at(access_of(request), schema_id, **form.validated_data)).data)
