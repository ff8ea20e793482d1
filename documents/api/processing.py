"""REST: step runs, queues, pauses, what failed, and how much is used. Each view makes one domain call."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import access_of
from documents.selectors.doors import sub_document_get_for
from documents.selectors.processing import TROUBLE_STATUSES, processing_for, trouble_rows
from documents.selectors.step_runs import sub_document_step_runs
from documents.selectors.usage import organization_use
from documents.serializers.rows import (
    OrganizationUseSerializer,
    PauseSerializer,
    StepRunSerializer,
    TroubleSerializer,
)
from documents.services.running.pauses import pause_set
from documents.services.running.retry import step_run_retry
from idp_project.core.strict_views import APIView, GenericAPIView


class StepRunListView(GenericAPIView):
    """The 14 step runs of a sub-document."""

    serializer_class = StepRunSerializer

    def get(self, request: Request, sub_document_id: UUID) -> Response:
        sub_document = sub_document_get_for(access_of(request), sub_document_id)
        step_runs = sub_document_step_runs(sub_document.document_id, sub_document.id)
        return Response(self.get_serializer(step_runs, many=True).data)


class StepRunRetryView(GenericAPIView):
    """Runs one failed step again."""

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, step_run_id: UUID) -> Response:
        step_run_retry(access_of(request), step_run_id)
        return Response(status=204)


class ProcessingView(GenericAPIView):
    """Queues, workers, work by organisation, pauses and stuck documents; POST pauses and resumes."""

    @extend_schema(responses={200: OpenApiTypes.OBJECT})
    def get(self, request: Request) -> Response:
        return Response(processing_for(access_of(request)))

    @extend_schema(request=PauseSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        form = PauseSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        pause_set(access_of(request), **form.validated_data)
        return Response(status=204)


class QuarantineView(APIView):
    """Failed and quarantined steps of documents that the asker manages; `?status=` narrows."""

    query_parameters = [OpenApiParameter("status", str, enum=TROUBLE_STATUSES)]

    @extend_schema(responses={200: TroubleSerializer(many=True)})
    def get(self, request: Request) -> Response:
        rows = trouble_rows(access_of(request), status=request.query_params.get("status", ""))
        return Response(TroubleSerializer(rows, many=True).data)


class OrganizationUseView(GenericAPIView):
    """Bytes kept and pages of this month, with their quotas; for org admins."""

    serializer_class = OrganizationUseSerializer

    def get(self, request: Request) -> Response:
        return Response(self.get_serializer(organization_use(access_of(request))).data)
