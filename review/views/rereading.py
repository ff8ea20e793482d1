"""Reading again under a newer version: a button at a sub-document, and a panel on the page of its type."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import access_of
from review.selectors.tasks import rereading_view_for
from review.services import rereading


@require_POST
def read_again(request: HttpRequest, sub_document_id: UUID) -> HttpResponse:
    """Has a sub-document read under the newest version of its type; back to its document."""
    touched = rereading.sub_document_read_again(access_of(request), sub_document_id)
    messages.success(request, _("It is being read again, under the newest version of its type."))
    return HttpResponseRedirect(reverse("documents:document_detail", args=[touched.document_id]))


@never_cache
@require_http_methods(["GET", "POST"])
def of_type(request: HttpRequest, schema_id: UUID) -> HttpResponse:
    """A fragment for the page of a type: what waits with earlier versions, and how far reading it again is. A POST begins it."""
    access = access_of(request)
    if request.method == "POST":
        rereading.schema_read_again(access, schema_id)
    return render(request, "review/_rereading.html", {"rereading": rereading_view_for(access, schema_id)})
