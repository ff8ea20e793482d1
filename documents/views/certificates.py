"""The birth certificate of an approved value: a page that can be printed, and the picture on it."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.access import access_of
from documents.services.showing import certificates


@never_cache
@require_GET
def certificate(request: HttpRequest, sub_document_id: UUID, path: str) -> HttpResponse:
    """Where one value of an approved sub-document comes from, and who answers for it."""
    found = certificates.certificate_open(access_of(request), sub_document_id, path)
    return render(request, "documents/certificate.html", {"certificate": found})


@never_cache
@require_GET
def certificate_picture(request: HttpRequest, sub_document_id: UUID, path: str) -> HttpResponse:
    """The place of the value, cut out of its page."""
    picture = certificates.certificate_picture(access_of(request), sub_document_id, path)
    return HttpResponse(picture, content_type="image/jpeg", headers={"Referrer-Policy": "no-referrer"})
