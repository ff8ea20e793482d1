"""What the desk asks while somebody works on a table. Each view makes one domain call."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.access import access_of
from documents.selectors import readable
from documents.selectors.tables import table_named, table_views
from documents.templatetags.screens import FIELD_STATES, with_presentation
from idp_project.core.errors import InvalidInput
from idp_project.core.json_bodies import json_object
from review.serializers.tasks import TableEditSerializer
from review.services import tables as services
from review.views.corrected import state_of


def tables_data(task: Any) -> dict[str, Any]:
    """The tables of a task as the desk takes them, with where it sends changes and the words for states of cells."""
    return {
        "tables": table_views(task.sub_document),
        "states": {state: [tone, icon, str(label)] for state, (tone, icon, label) in FIELD_STATES.items()},
        "urls": {
            "edit": reverse("review:table_edit", args=[task.id, "table"]),
            "redo": reverse("review:table_redo", args=[task.id]),
        },
    }


@require_POST
def table_edit(request: HttpRequest, task_id: UUID, table: str) -> JsonResponse:
    """One change of a table, as the API takes it. Gives `table` (only rows that changed), `fields`, `failed_checks`
    and `reasons`, all as they are then."""
    form = TableEditSerializer(data=json_object(request.body))
    if not form.is_valid():
        raise InvalidInput(_first_error(form.errors))
    return _answer(services.table_edit(access_of(request), task_id, table, **form.arguments()))


@require_POST
def table_redo(request: HttpRequest, task_id: UUID) -> JsonResponse:
    """Does again what was undone last; the answer is that of `table_edit`."""
    return _answer(services.table_redo(access_of(request), task_id))


def _answer(edited: services.Edited) -> JsonResponse:
    return JsonResponse(edited_answer(edited))


def edited_answer(edited: services.Edited) -> dict[str, Any]:
    """What `table_edit` answers."""
    return {
        "table": table_named(edited.task.sub_document, edited.table, edited.rows),
        "fields": [with_presentation(readable.field_view_of(value)) for value in edited.fields],
        **state_of(edited.task),
    }


def _first_error(errors: Any) -> str:
    """One sentence of a form's errors, at whatever depth it is."""
    while not isinstance(errors, str):
        errors = next(iter(errors.values() if isinstance(errors, dict) else errors))
    return str(errors)
