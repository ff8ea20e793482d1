"""Sharing a document or a batch with one person. Each view makes one domain call."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.domain.roles import Permission
from accounts.selectors import colleague_list
from documents import selectors, services
from documents.forms import ShareForm
from idp_project.core.errors import IdpError, NotFound


@never_cache
@require_http_methods(["GET", "POST"])
def document_shares(request: Any, document_id: UUID) -> HttpResponse:
    """With whom the document is shared; a POST shares it with one more person."""
    document = selectors.document_get_for(request.access, document_id, Permission.SHARE_DOCUMENTS)
    page = {"name": str(document), "url": reverse("documents:document_detail", args=[document_id])}
    return _shares(request, page, document_id=document_id)


@never_cache
@require_http_methods(["GET", "POST"])
def batch_shares(request: Any, batch_id: UUID) -> HttpResponse:
    """With whom the batch is shared; a POST shares it with one more person."""
    batch = selectors.batch_get_for(request.access, batch_id, Permission.SHARE_DOCUMENTS)
    page = {"name": batch.name, "url": reverse("documents:batch_detail", args=[batch_id])}
    return _shares(request, page, batch_id=batch_id)


@require_POST
def share_revoke(request: Any, share_id: UUID) -> HttpResponse:
    """Ends a share and goes back to where it was listed."""
    share = selectors.share_get_for(request.access, share_id, Permission.SHARE_DOCUMENTS)
    services.share_revoke(request.access, share_id)
    messages.success(request, _("The share was ended."))
    if share.document_id:
        return HttpResponseRedirect(reverse("documents:document_shares", args=[share.document_id]))
    return HttpResponseRedirect(reverse("documents:batch_shares", args=[share.batch_id]))


def _shares(request: Any, page: dict[str, str], **target: Any) -> HttpResponse:
    form = ShareForm(request.POST or None, people=colleague_list(request.access).exclude(id=request.access.user_id))
    if request.method == "POST" and _shared(request, form, target):
        return HttpResponseRedirect(request.path)
    context = {"shares": selectors.share_list(request.access, **target), "form": form, "shared": page}
    return render(request, "documents/shares.html", context, status=400 if form.errors else 200)


def _shared(request: Any, form: ShareForm, target: dict[str, Any]) -> bool:
    """Whether it was done; a refusal is said at the form, nothing typed is lost."""
    if not form.is_valid():
        return False
    try:
        services.share_create(request.access, **target, **form.share())
    except NotFound:
        form.add_error("person", _("There is nobody like that in your organisation."))
        return False
    except IdpError as error:
        form.add_error(None, error.message)
        return False
    messages.success(request, _("The share was made; it holds at once."))
    return True
