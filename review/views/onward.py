"""On from one document to the next: where it is, and whether what a browser loaded ahead of it is still true."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.access import Access, access_of
from documents.selectors.field_states import values_version
from review.selectors.next_best import open_task_count, task_next_for


@never_cache
@require_GET
def peek(request: HttpRequest) -> JsonResponse:
    """{"next"}: the desk that would come after the task `?after=`, to be loaded ahead; null where nothing waits. It takes
    nothing."""
    task = task_next_for(access_of(request), after=optional_uuid(request.GET.get("after")))
    return JsonResponse({"next": reverse("review:desk", args=[task.id]) if task else None})


def onward(access: Access, task: Any) -> dict[str, Any]:
    """{"next", "version", "left"}: the address of the task's desk, or of the queue; the version of its values; how many wait."""
    if task is None:
        return {"next": reverse("review:queue"), "version": "", "left": 0}
    return {
        "next": reverse("review:desk", args=[task.id]),
        "version": values_version(task.sub_document),
        "left": open_task_count(access),
    }


def optional_uuid(text: str | None) -> UUID | None:
    """None for what is not a UUID."""
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
