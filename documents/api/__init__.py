"""REST: batches, documents, schemas. Each view makes one domain call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import Access
from documents.progress import batch_state_live
from documents.selectors.doors import batch_get_for, batch_list, document_list, schema_list, sub_document_get_for
from documents.selectors.duplicates import batch_duplicates_for
from documents.selectors.processing import TROUBLE_STATUSES, dead_letter_list, processing_for, trouble_rows
from documents.selectors.step_runs import sub_document_step_runs
from documents.selectors.usage import organization_use
from documents.serializers import (
    BatchSerializer,
    BatchSubmitSerializer,
    DeadLetterSerializer,
    DocumentDetailSerializer,
    DocumentSerializer,
    DuplicateSerializer,
    OrganizationUseSerializer,
    PauseSerializer,
    PrioritySerializer,
    SchemaSerializer,
    StepRunSerializer,
    TroubleSerializer,
)
from documents.services.delivering.deliveries import delivery_discard, delivery_retry
from documents.services.intake.batches import batch_prioritize, batch_submit
from documents.services.intake.file_counts import files_count
from documents.services.intake.receiving import IncomingFile
from documents.services.removing.batch_deletion import batch_delete
from documents.services.removing.removal import document_delete, document_look_again
from documents.services.running.cancellation import batch_cancel
from documents.services.running.pauses import pause_set
from documents.services.running.retry import document_retry, step_run_retry
from documents.services.showing.audited_reads import document_detail_open, original_open
from idp_project.core.pagination import newest_page_of
from idp_project.core.strict_views import APIView, GenericAPIView, ListAPIView

_IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 200},
    OpenApiParameter.HEADER,
    description=(
        "The sender's own name for this upload, for example a UUID. Repeated with the same content, it gives the batch of "
        "the first upload; with other content: 422 `idempotency_key_reused`, and nothing is stored. Each person has their "
        "own keys. A key is remembered as long as its batch."
    ),
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
    query_parameters = [OpenApiParameter("text", str, description="What the name of the batch or of a file contains.")]

    def rows(self, access: Access) -> Any:
        return batch_list(access, text=self.request.query_params.get("text", ""))

    @extend_schema(
        parameters=[_IDEMPOTENCY_KEY],
        request={"multipart/form-data": BatchSubmitSerializer, "application/json": BatchSubmitSerializer},
        responses={201: BatchSerializer},
    )
    def post(self, request: Request) -> Response:
        """An `Idempotency-Key` header makes a repeated upload the same batch; with other content the key is refused (422).

        Files: PDF, pictures, e-mails, and office documents where LibreOffice is installed. One that is not accepted becomes
        a failed document with its reason (`error_code`).
        """
        form = BatchSubmitSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        data = form.validated_data
        files_count(access_of(request), len(data["files"]) + len(data["upload_ids"]))
        batch = batch_submit(
            access_of(request),
            team_id=data["team_id"],
            files=[IncomingFile(file.name, file.chunks(), file.size) for file in data["files"]],
            upload_ids=data["upload_ids"],
            name=data["name"],
            schema_id=data["schema_id"],
            source="api",
            priority=data["priority"],
            idempotency_key=request.headers.get("Idempotency-Key"),
        )
        return Response(BatchSerializer(batch).data, status=201)


class BatchView(GenericAPIView):
    """One batch with its live state."""

    @extend_schema(responses={200: OpenApiTypes.OBJECT})
    def get(self, request: Request, batch_id: UUID) -> Response:
        return Response(batch_state_live(batch_get_for(access_of(request), batch_id)))

    @extend_schema(responses={202: None})
    def delete(self, request: Request, batch_id: UUID) -> Response:
        """Has a job delete every document of it: `batch.deletion` above says how far it is, and what had to stay.

        Approved values stay in the production database.
        """
        batch_delete(access_of(request), batch_id)
        return Response(status=202)


class BatchDuplicatesView(GenericAPIView):
    """Those of a batch's documents that are the same as an earlier one, by id."""

    @extend_schema(responses={200: {"type": "object", "additionalProperties": {"type": "object"}}})
    def get(self, request: Request, batch_id: UUID) -> Response:
        found = batch_duplicates_for(access_of(request), batch_id)
        return Response({str(key): DuplicateSerializer(value).data for key, value in found.items()})


class BatchCancelView(GenericAPIView):
    """Stops a batch."""

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, batch_id: UUID) -> Response:
        batch_cancel(access_of(request), batch_id)
        return Response(status=204)


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


class BatchPriorityView(GenericAPIView):
    """Lets a batch begin before or after the organisation's others."""

    @extend_schema(request=PrioritySerializer, responses={204: None})
    def post(self, request: Request, batch_id: UUID) -> Response:
        form = PrioritySerializer(data=request.data)
        form.is_valid(raise_exception=True)
        batch_prioritize(access_of(request), batch_id, form.validated_data["priority"])
        return Response(status=204)


class StepRunRetryView(GenericAPIView):
    """Runs one failed step again."""

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, step_run_id: UUID) -> Response:
        step_run_retry(access_of(request), step_run_id)
        return Response(status=204)


class DocumentLookAgainView(GenericAPIView):
    """Wakes a stuck document up."""

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, document_id: UUID) -> Response:
        document_look_again(access_of(request), document_id)
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


class OrganizationUseView(GenericAPIView):
    """Bytes kept and pages of this month, with their quotas; for org admins."""

    serializer_class = OrganizationUseSerializer

    def get(self, request: Request) -> Response:
        return Response(self.get_serializer(organization_use(access_of(request))).data)


class QuarantineView(APIView):
    """Failed and quarantined steps of documents that the asker manages; `?status=` narrows."""

    query_parameters = [OpenApiParameter("status", str, enum=TROUBLE_STATUSES)]

    @extend_schema(responses={200: TroubleSerializer(many=True)})
    def get(self, request: Request) -> Response:
        rows = trouble_rows(access_of(request), status=request.query_params.get("status", ""))
        return Response(TroubleSerializer(rows, many=True).data)


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
