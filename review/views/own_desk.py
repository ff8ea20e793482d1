"""A person's own desk: its settings, their draft at a task, and undo. Each view makes one domain call."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_POST

from accounts.access import access_of
from idp_project.core.json_bodies import json_object
from review.services import drafts, own_desk
from review.services.tables import Edited
from review.services.undo import desk_undo
from review.views.corrected import corrected_answer
from review.views.tables import edited_answer


@require_POST
def preferences(request: HttpRequest) -> JsonResponse:
    """Keeps `{"keys": {action: [keys]}, "has_singles": bool, "panels": {panel: pixels}}`, or some of these."""
    own_desk.desk_preference_set(access_of(request), json_object(request.body))
    return JsonResponse({})


@require_POST
def draft(request: HttpRequest, task_id: UUID) -> JsonResponse:
    """Keeps what is typed and not saved: `{"entries": {id: {"text", "place", "is_absent", "saved"}}}`."""
    drafts.draft_keep(access_of(request), task_id, json_object(request.body).get("entries"))
    return JsonResponse({})


@require_POST
def undo(request: HttpRequest, task_id: UUID) -> JsonResponse:
    """Takes back what the asker did last at the task; as `field_correct` or `table_edit` answers, or {"field": null}."""
    undone = desk_undo(access_of(request), task_id)
    if isinstance(undone, Edited):
        return JsonResponse(edited_answer(undone))
    return JsonResponse(corrected_answer(request, undone) if undone else {"field": None})
