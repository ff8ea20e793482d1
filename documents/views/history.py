"""The history of one field value, as a fragment."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from documents.selectors import history


@never_cache
@require_GET
def field_value_history(request: Any, field_value_id: UUID) -> HttpResponse:
    """Who set the value when, from what to what; the oldest first."""
    changes = history.field_value_history(request.access, field_value_id)
    return render(request, "documents/_field_value_history.html", {"changes": changes})
