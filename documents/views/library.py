"""The library of document types, for super admins: what is offered, one type as text, and a new one."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.views.organization import back_to, tried
from documents.domain.library import LANGUAGES
from documents.forms import LibraryTypeForm
from documents.selectors.library import library_row_for, library_rows
from documents.services.schemas import library as services


@never_cache
@require_http_methods(["GET", "POST"])
def library(request: Any) -> HttpResponse:
    """Every type with its state; a POST adds one by its key and text."""
    rows = library_rows(request.access, _language())
    form = LibraryTypeForm(request.POST or None)
    if request.method == "POST" and tried(
        form, lambda: services.library_type_save(request.access, form.cleaned_data["key"], form.cleaned_data["text"])
    ):
        return back_to(request, "documents:library", done=_("The library offers it from now on."))
    context = {"rows": rows, "form": form}
    return render(request, "documents/library.html", context, status=400 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def library_type(request: Any, key: str) -> HttpResponse:
    """One type as text; a POST stores it."""
    row = library_row_for(request.access, key, _language())
    form = LibraryTypeForm(request.POST or None, key=key, text=row.text)
    if request.method == "POST" and tried(
        form, lambda: services.library_type_save(request.access, key, form.cleaned_data["text"])
    ):
        return back_to(request, "documents:library", done=_("The library offers it from now on."))
    context = {"row": row, "form": form}
    return render(request, "documents/library_type.html", context, status=400 if form.errors else 200)


@require_POST
def library_type_state(request: Any, key: str) -> HttpResponse:
    """Takes a type out of the library, or (`reset`) has it as it came with the installation."""
    if request.POST.get("reset"):
        services.library_type_reset(request.access, key)
    else:
        services.library_type_hide(request.access, key)
    return redirect("documents:library")


def _language() -> str:
    own = (get_language() or "")[:2]
    return own if own in LANGUAGES else LANGUAGES[0]
