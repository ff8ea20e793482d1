"""Master data: the lists that document types may name, one of them with its rows, and its end."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.views.organization import back_to, tried
from documents.forms import MasterListForm
from documents.selectors.master_lists import master_list_rows, master_list_view_for
from documents.services.schemas import master_lists as services


@never_cache
@require_http_methods(["GET", "POST"])
def master_lists(request: Any) -> HttpResponse:
    """Every list; a POST brings a new one."""
    rows = master_list_rows(request.access)
    form = MasterListForm(request.POST or None, request.FILES or None, access=request.access)
    if request.method == "POST" and tried(form, lambda: services.master_list_create(request.access, **form.wanted())):
        return back_to(request, "documents:master_lists", done=_("The list is here: name it at a field of a type."))
    context = {"rows": rows, "form": form}
    return render(request, "documents/master_lists.html", context, status=400 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def master_list(request: Any, list_id: UUID) -> HttpResponse:
    """One list, searched by `?text=`; a POST puts the rows of another file in place of its own."""
    search = request.GET.get("text", "")
    view = master_list_view_for(request.access, list_id, search)
    form = MasterListForm(
        request.POST or None, request.FILES or None, access=request.access, name=view.list.name, is_new=False
    )
    if request.method == "POST" and tried(
        form, lambda: services.master_list_replace(request.access, list_id, **form.wanted())
    ):
        said = _("Replaced. It holds for what is read, corrected or approved from now on.")
        return back_to(request, "documents:master_list", list_id, done=said)
    context = {"view": view, "form": form, "search": search}
    return render(request, "documents/master_list.html", context, status=400 if form.errors else 200)


@require_POST
def master_list_delete(request: Any, list_id: UUID) -> HttpResponse:
    """Deletes a list that no type names."""
    services.master_list_delete(request.access, list_id)
    return back_to(request, "documents:master_lists", done=_("The list is deleted."))
