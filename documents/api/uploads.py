"""REST: files in parts, by the tus protocol 1.0 (https://tus.io/protocols/resumable-upload): core, creation with its
first part, expiration, termination.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.http import http_date
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import access_of
from documents.domain.refusals import INVALID_FILE_NAME, UPLOAD_METADATA_REPEATED, UPLOAD_METADATA_UNKNOWN
from documents.selectors.doors import upload_get_for
from documents.serializers.rows import UploadSerializer
from documents.services.intake.uploads import upload_append, upload_create, upload_discard
from idp_project.core.errors import InvalidInput
from idp_project.core.json_bodies import JsonParser
from idp_project.core.strict_input import REPEATED, UNKNOWN
from idp_project.core.strict_views import GenericAPIView

PART = "application/offset+octet-stream"
_CHUNK_BYTES = 2**16
_ABOUT = {"Tus-Resumable": "1.0.0", "Cache-Control": "no-store"}
_OFFSET = OpenApiParameter("Upload-Offset", int, OpenApiParameter.HEADER, required=True)
_LENGTH = OpenApiParameter("Upload-Length", int, OpenApiParameter.HEADER, required=True)
_METADATA = OpenApiParameter(
    "Upload-Metadata",
    str,
    OpenApiParameter.HEADER,
    description="`filename` and its value in base64; `filetype` may stand beside it, but the file's bytes decide.",
)
_METADATA_KEYS = frozenset({"filename", "filetype"})


class PartParser(BaseParser):
    """Leaves the body where it is: the view reads it in chunks."""

    media_type = PART

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> dict[str, Any]:
        return {}


_PARSERS = [PartParser, JsonParser]  # JSON only to say by name what is not taken


class UploadListView(GenericAPIView):
    """Begins a file that comes in parts."""

    serializer_class = UploadSerializer
    parser_classes = _PARSERS

    @extend_schema(
        parameters=[_LENGTH, _METADATA],
        request={PART: OpenApiTypes.BINARY},
        responses={201: UploadSerializer},
    )
    def post(self, request: Request) -> Response:
        """`Upload-Length` is the whole file's; the body may be its first part."""
        upload = upload_create(
            access_of(request), file_name=_file_name(request), size_bytes=_number(request, "Upload-Length")
        )
        if length := _body_length(request):
            upload = upload_append(access_of(request), upload.id, offset=0, length=length, chunks=_body(request))
        response = _answer(upload, status=201)
        response["Location"] = reverse("api-upload", args=[upload.id])
        return response

    def options(self, request: Request) -> Response:  # type: ignore[override]
        """What of tus is spoken here."""
        response = Response(status=204, headers=_ABOUT)
        response["Tus-Version"] = _ABOUT["Tus-Resumable"]
        response["Tus-Extension"] = "creation,creation-with-upload,expiration,termination"
        response["Tus-Max-Size"] = str(settings.MAX_FILE_BYTES)
        return response


class UploadView(GenericAPIView):
    """A file that one is sending."""

    serializer_class = UploadSerializer
    parser_classes = _PARSERS

    def get(self, request: Request, upload_id: UUID) -> Response:
        """How far it has come; HEAD says the same in headers."""
        return _answer(upload_get_for(access_of(request), upload_id))

    @extend_schema(parameters=[_OFFSET], request={PART: OpenApiTypes.BINARY}, responses={204: None})
    def patch(self, request: Request, upload_id: UUID) -> Response:
        """The next part. 409 says in `received_bytes` where to go on."""
        offset, length = _number(request, "Upload-Offset"), _body_length(request)
        upload = upload_append(access_of(request), upload_id, offset=offset, length=length, chunks=_body(request))
        return _answer(upload, status=204)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, upload_id: UUID) -> Response:
        """Gives it up."""
        upload_discard(access_of(request), upload_id)
        return Response(status=204, headers=_ABOUT)


def _answer(upload: Any, status: int = 200) -> Response:
    data = None if status == 204 else UploadSerializer(upload).data
    response = Response(data, status=status, headers=_ABOUT)
    response["Upload-Offset"] = str(upload.received_bytes)
    response["Upload-Length"] = str(upload.size_bytes)
    response["Upload-Expires"] = http_date(upload.expires_at.timestamp())
    return response


def _file_name(request: Request) -> str:
    """Of `Upload-Metadata: filename c2Nhbi5wZGY=,…`; empty where it is not said."""
    pairs = [
        pair.strip().partition(" ") for pair in request.headers.get("Upload-Metadata", "").split(",") if pair.strip()
    ]
    keys = [key for key, _, _ in pairs]
    if unknown := sorted(set(keys) - _METADATA_KEYS):
        raise InvalidInput(
            UPLOAD_METADATA_UNKNOWN(names=", ".join(unknown), known=", ".join(sorted(_METADATA_KEYS))), code=UNKNOWN
        )
    if len(keys) > len(set(keys)):
        raise InvalidInput(UPLOAD_METADATA_REPEATED(), code=REPEATED)
    try:
        return next((b64decode(value, validate=True).decode() for key, _, value in pairs if key == "filename"), "")
    except ValueError:
        raise InvalidInput(INVALID_FILE_NAME(), code="invalid_file_name") from None


def _number(request: Request, header: str) -> int:
    """-1 where it is missing or none."""
    text = request.headers.get(header, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else -1


def _body_length(request: Request) -> int:
    return int(request.META.get("CONTENT_LENGTH") or 0)


def _body(request: Request) -> Iterator[bytes]:
    """In chunks, as it lies in the server's spool: never whole in memory. Raises when it is read, behind the door."""
    if request.content_type != PART:
        raise UnsupportedMediaType(request.content_type)
    while chunk := request._request.read(_CHUNK_BYTES):
        yield chunk
