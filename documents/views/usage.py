"""What an organisation uses of its quotas."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from documents.selectors import usage


@never_cache
@require_GET
def organization_use(request: Any) -> HttpResponse:
    """For org admins, as a fragment of their overview or as a page of its own."""
    template = "_organization_use.html" if request.htmx else "organization_use.html"
    return render(request, f"documents/{template}", {"use": usage.organization_use(request.access)})
