"""A document beside the earlier one that is the same: a person decides what it is."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.access import access_of
from documents.selectors import readable
from documents.services.showing.audited_reads import documents_seen
from review.selectors.tasks import earlier_for
from review.services import tasks


@never_cache
@require_GET
def earlier(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Both side by side, with the values that differ. Of an earlier one that the asker may not see nothing is shown but
    that there is one."""
    access = access_of(request)
    task = tasks.task_open(access, task_id)
    found = earlier_for(access, task)
    sides = [_side(task.sub_document)]
    if found.sub_document:
        documents_seen(access, [found.sub_document.document_id])
        sides.insert(0, _side(found.sub_document))
    context = {
        "task": task,
        "is_same": found.is_same,
        "sides": sides,
        "rows": _rows(sides),
        "data": {
            "pages": [page["id"] for side in sides for page in side["pages"]],
            "claim": reverse("review:claim", args=[task.id]),
            "decide": reverse("review:decide", args=[task.id]),
        },
    }
    return render(request, "review/earlier.html", context)


def _side(sub_document: Any) -> dict[str, Any]:
    view = readable.sub_document_view(sub_document)
    document = sub_document.document
    pages = readable.page_views(document.id, first=sub_document.first_page, last=sub_document.last_page)
    return {
        "file_name": document.source_file.name,
        "document_id": document.id,
        "received_at": document.created_at,
        "status": view["shown_status"],
        "pages": pages,
        "values": {field["name"]: field for field in view["fields"]},
    }


def _rows(sides: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One row per field of either side: its label and each side's text."""
    names = dict.fromkeys(name for side in sides for name in side["values"])
    rows = []
    for name in names:
        found = [side["values"].get(name) for side in sides]
        texts = [field["text"] if field else "" for field in found]
        label = next(field["label"] for field in found if field)
        rows.append({"label": label, "texts": texts, "differs": len(set(texts)) > 1})
    return rows
