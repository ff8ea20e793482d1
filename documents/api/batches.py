"""REST: batches. Each view makes one domain call."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import Access, access_of
from documents.api.base import AccessListView
from documents.progress import batch_state_live
from documents.selectors.doors import batch_get_for, batch_list
from documents.selectors.duplicates import batch_duplicates_for
from documents.serializers.rows import (
    BatchSerializer,
    BatchSubmitSerializer,
    DuplicateSerializer,
    PrioritySerializer,
)
from documents.services.intake.batches import batch_prioritize, batch_submit
from documents.services.intake.file_counts import files_count
from documents.services.intake.receiving import IncomingFile
from documents.services.removing.batch_deletion import batch_delete
from documents.services.running.cancellation import batch_cancel
from idp_project.core.strict_views import GenericAPIView

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


class BatchPriorityView(GenericAPIView):
    """Lets a batch begin before or after the organisation's others."""

    @extend_schema(request=PrioritySerializer, responses={204: None})
    def post(self, request: Request, batch_id: UUID) -> Response:
        form = PrioritySerializer(data=request.data)
        form.is_valid(raise_exception=True)
        batch_prioritize(access_of(request), batch_id, form.validated_data["priority"])
        return Response(status=204)
