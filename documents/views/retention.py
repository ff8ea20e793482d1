"""Deleting: the organisation's rule with a dry run, batches and documents by hand, legal holds."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.forms.retention import RetentionForm
from accounts.services.retention.retention_rule import retention_rule_set
from accounts.views.organization import back_to, tried
from documents.domain.refusals import HOLD_FORM
from documents.selectors import retention as retention_selectors
from documents.services.removing import batch_deletion as batch_deletion_services
from documents.services.removing import removal
from documents.views.processing import back_with
from idp_project.core.errors import InvalidInput


@never_cache
@require_http_methods(["GET", "POST"])
def retention(request: HttpRequest) -> HttpResponse:
    """The organisation's rule, what it would delete now, and what it deleted last; a POST saves the rule."""
    access = request.access  # type: ignore[attr-defined]
    view = retention_selectors.retention_view_for(access)
    form = RetentionForm(request.POST or None, view.organization)
    if request.method == "POST" and tried(form, lambda: retention_rule_set(access, **form.cleaned_data)):
        return back_to(request, "documents:organization_retention", done=_("Saved. It holds for the next nightly run."))
    context = {"form": form, "plan": view.plan, "last": view.last}
    return render(request, "documents/retention.html", context, status=400 if form.errors else 200)


@require_POST
def document_delete(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Deletes a document; back to its batch, or to the page that the form names."""
    batch_id = removal.document_delete(request.access, document_id)  # type: ignore[attr-defined]
    address = reverse("documents:batch_detail", args=[batch_id])
    return back_with(request, _("The document and its file are deleted."), address)


@require_POST
def batch_delete(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Has the documents of a batch deleted; its page shows how far that is."""
    batch_deletion_services.batch_delete(request.access, batch_id)  # type: ignore[attr-defined]
    return back_with(request, _("The batch is being deleted."), reverse("documents:batch_detail", args=[batch_id]))


@never_cache
@require_GET
def batch_deletion(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """How far the deletion of a batch is, for its page, which is loaded again when that is over."""
    deletion = retention_selectors.batch_deletion_for(request.access, batch_id)  # type: ignore[attr-defined]
    response = render(request, "documents/_deletion.html", {"deletion": deletion, "batch_id": batch_id})
    if deletion is None or deletion["finished_at"]:
        response["HX-Refresh"] = "true"
    return response


@require_POST
def batch_hold(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """`is_held` is yes or no."""
    wanted = request.POST.get("is_held", "")
    if wanted not in ("yes", "no"):
        raise InvalidInput(HOLD_FORM())
    removal.batch_hold_set(request.access, batch_id, is_held=wanted == "yes")  # type: ignore[attr-defined]
    said = _("Under a legal hold: nothing of it is deleted.") if wanted == "yes" else _("The legal hold is ended.")
    return back_with(request, said, reverse("documents:batch_detail", args=[batch_id]))
