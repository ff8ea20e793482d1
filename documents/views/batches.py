"""Pages of batches and documents, page images by token, words of a page. Each view makes one domain call."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access import Access, access_of
from accounts.domain.roles import Permission
from accounts.services.sign_in.tickets import image_token_issue, image_token_verify
from documents.domain.refusals import PAGES_AT_ONCE
from documents.progress import batch_state_live
from documents.selectors import auto_approval, doors, duplicates, readable
from documents.services.intake import batches, file_counts, receiving
from documents.services.running import retry
from documents.services.showing import audited_reads, page_pictures
from documents.templatetags.screens import with_presentation
from idp_project.core.attachments import file_attachment
from idp_project.core.bodies import takes_files
from idp_project.core.errors import InvalidInput, NotFound
from idp_project.core.ids import uuid_of
from idp_project.core.json_bodies import json_object
from idp_project.core.rate_limits import limited
from idp_project.core.storable import LAST_START, whole_number
from idp_project.core.strict_input import check_form

PLACEHOLDER = UUID(int=0)  # stands for an id in addresses that the browser completes
_BATCHES_A_PAGE = 50
_MOST_TOKENS = 50
_UPLOAD_FIELDS = ("team", "schema", "name", "upload", "csrfmiddlewaretoken")


@never_cache
@require_GET
def batch_list(request: HttpRequest) -> HttpResponse:
    """The visible batches and the drop zone."""
    access = access_of(request)
    filters = {"text": request.GET.get("text", "").strip(), "status": request.GET.get("status", "")}
    start = whole_number(request.GET.get("start", ""), most=LAST_START)
    rows = readable.batch_rows(access, **filters, start=start, limit=_BATCHES_A_PAGE + 1)
    has_running = any(row["open_count"] or row["status"] == "deleting" for row in rows)
    context = {
        "batches": rows[:_BATCHES_A_PAGE],
        "older": start + _BATCHES_A_PAGE if len(rows) > _BATCHES_A_PAGE else None,
        "newer": max(0, start - _BATCHES_A_PAGE) if start else None,
        "has_running": has_running,
        "paused": readable.pause_over(access) if has_running else None,
        "filters": filters,
        "status_choices": readable.BATCH_FILTERS,
        "upload_teams": doors.upload_team_list(access),
        "accepts_office": bool(settings.OFFICE_PROGRAM),
        "active_team_id": access.active_team_id,
        "schemas": doors.schema_list(access),
        "max_file_bytes": settings.MAX_FILE_BYTES,
        "max_pages": settings.MAX_PAGES,
    }
    return render(request, "documents/batch_list.html", context)


@limited("uploads")
@takes_files("MAX_REQUEST_BYTES")
@require_POST
def batch_create(request: HttpRequest) -> HttpResponse:
    """Receives files as one batch: {"id", "url"} for scripts, a redirect for a plain form."""
    check_form(request.POST, request.FILES, fields=_UPLOAD_FIELDS, file_fields=["files"])
    file_counts.files_count(
        access_of(request), len(request.FILES.getlist("files")) + len(request.POST.getlist("upload"))
    )
    schema = request.POST.get("schema", "")
    batch = batches.batch_submit(
        access_of(request),
        team_id=uuid_of(request.POST.get("team", "")),
        files=[
            receiving.IncomingFile(file.name or "", file.chunks(), file.size or 0)
            for file in request.FILES.getlist("files")
        ],
        upload_ids=[uuid_of(upload_id) for upload_id in request.POST.getlist("upload")],
        name=request.POST.get("name", ""),
        schema_id=uuid_of(schema) if schema else None,
        idempotency_key=request.headers.get("Idempotency-Key"),
    )
    url = reverse("documents:batch_detail", args=[batch.id])
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"id": str(batch.id), "url": url}, status=201)
    return HttpResponseRedirect(url)


@never_cache
@require_GET
def batch_detail(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """The live page of a batch; its first state comes with it."""
    access = access_of(request)
    batch = doors.batch_get_for(access, batch_id)
    context = {
        "batch": readable.batch_facts(batch),
        "state": batch_state_live(batch),
        "duplicates": _duplicates(access, batch_id),
        "approval_notes": auto_approval.batch_auto_approval(access, batch),
        "can_retry": access.can(Permission.UPLOAD_DOCUMENTS, team_id=batch.team_id, batch_id=batch.id),
        "can_manage": access.can(Permission.MANAGE_BATCHES, team_id=batch.team_id, batch_id=batch.id),
        "shares_url": reverse("documents:batch_shares", args=[batch.id])
        if access.can(Permission.SHARE_DOCUMENTS, team_id=batch.team_id)
        else "",
        "placeholder": PLACEHOLDER,
    }
    return render(request, "documents/batch_detail.html", context)


@never_cache
@require_GET
def batch_state(request: HttpRequest, batch_id: UUID) -> JsonResponse:
    """The batch as JSON: counters and one row per document."""
    return JsonResponse(batch_state_live(doors.batch_get_for(access_of(request), batch_id)))


@never_cache
@require_GET
def batch_duplicates(request: HttpRequest, batch_id: UUID) -> JsonResponse:
    """{document id: what it is the same as} of the batch's documents that were there before."""
    return JsonResponse(_duplicates(access_of(request), batch_id))


def _duplicates(access: Access, batch_id: UUID) -> dict[str, Any]:
    return {
        str(document_id): {
            "kind": first.kind.value,
            "file_name": first.file_name,
            "received_at": first.received_at.isoformat(),
            "url": reverse("documents:document_detail", args=[first.document_id]),
        }
        for document_id, first in duplicates.batch_duplicates_for(access, batch_id).items()
    }


@require_POST
def batch_retry(request: HttpRequest, batch_id: UUID) -> JsonResponse:
    """Runs the failed steps of one document of the batch (`{"document": id}`) again."""
    document = doors.document_get_for(access_of(request), uuid_of(str(json_object(request.body).get("document", ""))))
    if document.batch_id != batch_id:
        raise NotFound
    retry.document_retry(access_of(request), document.id)
    return JsonResponse({})


@never_cache
@require_GET
def document_detail(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Pages, sub-documents, fields, tables and steps of one document."""
    view = audited_reads.document_view_open(access_of(request), document_id)
    boxes = [
        box for sub_document in view["sub_documents"] for box in readable.boxes_of(with_presentation(sub_document))
    ]
    return render(request, "documents/document_detail.html", view | {"boxes": boxes})


@never_cache
@require_GET
def original(request: HttpRequest, document_id: UUID) -> FileResponse:
    """The file as received, always as an attachment that no browser runs in our origin."""
    original = audited_reads.original_open(access_of(request), document_id)
    return file_attachment(original.name, original.file)


@require_POST
def image_tokens(request: HttpRequest) -> JsonResponse:
    """{"tokens": {page id: address}} for the pages of the request that the asker may see."""
    data = json_object(request.body)
    variant = str(data.get("variant", "view"))
    wanted = data.get("pages")
    if not isinstance(wanted, list) or len(wanted) > _MOST_TOKENS:
        raise InvalidInput(PAGES_AT_ONCE(most=_MOST_TOKENS))
    access = access_of(request)
    page_ids = audited_reads.pages_open(access, [uuid_of(str(page_id)) for page_id in wanted])
    return JsonResponse({"tokens": {str(page_id): _image_url(access, page_id, variant) for page_id in page_ids}})


def _image_url(access: Access, page_id: UUID, variant: str) -> str:
    path = reverse("documents:page_image", args=[page_id, variant])
    return f"{path}?token={image_token_issue(access, page_id, variant)}"


@require_GET
def page_image(request: HttpRequest, page_id: UUID, variant: str) -> HttpResponse:
    """One page image; needs the session's cookie and a token minted for this page, variant, user and session."""
    access = access_of(request)
    doors.page_get_for(access, page_id)
    image_token_verify(access, request.GET.get("token", ""), page_id, variant)
    picture = page_pictures.page_picture(access, page_id, variant)
    response = HttpResponse(picture, content_type=page_pictures.media_type(picture))
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@never_cache
@require_GET
def page_words(request: HttpRequest, page_id: UUID) -> JsonResponse:
    """{"words": [[text, polygon, confidence, span], …], "regions": [{kind, label, polygon, score, is_marked?, text?}, …]}, the
    words in reading order."""
    return JsonResponse(audited_reads.page_words_open(access_of(request), page_id))
