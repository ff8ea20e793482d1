"""Tables and key–value pairs on the document page, and a table as a file. Each view makes one domain call."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.access import access_of
from documents.selectors.page_layouts import label_pair_views, table_view
from documents.services.showing.layouts import FORMS, MOST_TABLES, document_layout_open, document_table_open
from idp_project.core.attachments import as_attachment
from idp_project.core.storable import whole_number


@never_cache
@require_GET
def document_layout(request: HttpRequest, document_id: UUID) -> JsonResponse:
    """{"tables": […], "pairs": […], "unread_pages": […]}: what was found without a schema."""
    layout = document_layout_open(access_of(request), document_id)
    tables = [table_view(table) | {"files": _files(document_id, table.number)} for table in layout.tables]
    return JsonResponse(
        {"tables": tables, "pairs": label_pair_views(layout), "unread_pages": list(layout.unread_pages)}
    )


def _files(document_id: UUID, number: int) -> dict[str, str]:
    path = reverse("documents:document_table_file", args=[document_id])
    return {form: f"{path}?number={number}&form={form}" for form in FORMS}


@never_cache
@require_GET
def document_table_file(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """One table as a file: `?number=` and `?form=`, csv or xlsx."""
    number = whole_number(request.GET.get("number", ""), most=MOST_TABLES)
    file = document_table_open(access_of(request), document_id, number, request.GET.get("form", ""))
    return as_attachment(file.name, file.content, file.content_type)
