"""What the desk is told after a value was set."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from documents.selectors import readable
from documents.selectors.empty_values import next_item
from documents.templatetags.screens import reasons_in_short, with_presentation
from review.services.tasks import Corrected


def corrected_answer(request: HttpRequest, corrected: Corrected) -> dict[str, Any]:
    """`field` as it now stands, `changed`: the other fields of which checks say something else now, `failed_checks`,
    `reasons`: why a person should look now, and `added`: the list's next empty item, `{field, html}`, or null."""
    return {
        "field": with_presentation(readable.field_view_of(corrected.value)),
        "changed": [with_presentation(readable.field_view_of(value)) for value in corrected.changed],
        **state_of(corrected.task),
        "added": _added(request, corrected.value),
    }


def state_of(task: Any) -> dict[str, Any]:
    """What changes with every value: the failed checks, and why a person should look, in short."""
    reasons = [reason.text for reason in reasons_in_short(task.all_reasons)]
    return {"failed_checks": readable.failed_checks_of(task.sub_document), "reasons": reasons}


def _added(request: HttpRequest, value: Any) -> dict[str, Any] | None:
    """The next empty item of the value's list, as data and as the desk shows it."""
    empty = next_item(value)
    if empty is None:
        return None
    field = with_presentation(readable.field_view_of(empty))
    return {"field": field, "html": render_to_string("review/_field.html", {"field": field}, request)}
