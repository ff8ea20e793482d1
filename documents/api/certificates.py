"""REST: birth certificates of approved values. Each view makes one domain call."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import access_of
from documents.serializers.certificates import CertificateSerializer
from documents.services.showing.certificates import certificate_open, certificate_picture
from idp_project.core.strict_views import APIView


class CertificateView(APIView):
    """Where one approved value comes from, and who answers for it. `path` names it: `total`, `orders[2]`,
    `line_items[3].amount`."""

    @extend_schema(responses={200: CertificateSerializer})
    def get(self, request: Request, sub_document_id: UUID, path: str) -> Response:
        return Response(CertificateSerializer(certificate_open(access_of(request), sub_document_id, path)).data)


class CertificatePictureView(APIView):
    """The place of the value, cut out of its page, as a JPEG."""

    @extend_schema(responses={(200, "image/jpeg"): OpenApiTypes.BINARY})
    def get(self, request: Request, sub_document_id: UUID, path: str) -> HttpResponse:
        picture = certificate_picture(access_of(request), sub_document_id, path)
        return HttpResponse(picture, content_type="image/jpeg")
