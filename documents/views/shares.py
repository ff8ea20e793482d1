"""Opening a document, a batch or a schema to one person. Each view makes one domain call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.domain.roles import Permission
from accounts.selectors.access import colleague_list
from documents.forms import SchemaGrantForm, ShareForm
from documents.selectors import doors
from documents.selectors import shares as grants_selectors
from documents.services.schemas import schema_grants as schema_grants_services
from documents.services.showing import sharing
from idp_project.core.errors import IdpError, NotFound


@never_cache
@require_http_methods(["GET", "POST"])
def document_shares(request: Any, document_id: UUID) -> HttpResponse:
    """With whom the document is shared; a POST shares it with one more person."""
    document = doors.document_get_for(request.access, document_id, Permission.SHARE_DOCUMENTS)
    return _shares(
        request, str(document), reverse("documents:document_detail", args=[document_id]), document_id=document_id
    )


@never_cache
@require_http_methods(["GET", "POST"])
def batch_shares(request: Any, batch_id: UUID) -> HttpResponse:
    """With whom the batch is shared; a POST shares it with one more person."""
    batch = doors.batch_get_for(request.access, batch_id, Permission.SHARE_DOCUMENTS)
    return _shares(request, batch.name, reverse("documents:batch_detail", args=[batch_id]), batch_id=batch_id)


@require_POST
def share_revoke(request: Any, share_id: UUID) -> HttpResponse:
    """Ends a share and goes back to where it was listed."""
    share = doors.share_get_for(request.access, share_id, Permission.SHARE_DOCUMENTS)
    sharing.share_revoke(request.access, share_id)
    messages.success(request, _("The share was ended."))
    if share.document_id:
        return HttpResponseRedirect(reverse("documents:document_shares", args=[share.document_id]))
    return HttpResponseRedirect(reverse("documents:batch_shares", args=[share.batch_id]))


@never_cache
@require_http_methods(["GET", "POST"])
def schema_grants(request: Any, schema_id: UUID) -> HttpResponse:
    """To whom the schema is open beside its team; a POST opens it to one more person."""
    schema = grants_selectors.schema_granted_by(request.access, schema_id)
    form = SchemaGrantForm(request.POST or None, people=_people(request))
    if request.method == "POST" and _done(
        request, form, lambda: schema_grants_services.schema_grant(request.access, schema_id, **form.grant())
    ):
        return HttpResponseRedirect(request.path)
    opened = {
        "name": schema.name,
        "url": reverse("documents:schema_detail", args=[schema_id]),
        "explanation": _("People who may use this schema although they are not in its team, or manage it too."),
        "note": _("It takes the place of an earlier grant to the same person. Nobody can pass a grant on."),
    }
    rows = [_grant_row(grant) for grant in grants_selectors.schema_grant_list(request.access, schema_id)]
    return _page(request, opened, rows, form)


@require_POST
def schema_grant_revoke(request: Any, schema_id: UUID, user_id: UUID) -> HttpResponse:
    """Takes a grant on a schema back and goes to where they are listed."""
    schema_grants_services.schema_grant_revoke(request.access, schema_id, user_id)
    messages.success(request, _("The grant was taken back."))
    return HttpResponseRedirect(reverse("documents:schema_grants", args=[schema_id]))


@never_cache
@require_GET
def person_grants(request: Any, user_id: UUID) -> HttpResponse:
    """A fragment for the person's page: what was opened to them beside their roles."""
    grants = grants_selectors.person_grants_for(request.access, user_id)
    rows = [{"what": grant.schema.name, **_grant_row(grant)} for grant in grants.schemas]
    rows += [{"what": str(share.document or share.batch), **_share_row(share)} for share in grants.shares]
    return render(request, "documents/_person_grants.html", {"rows": rows})


def _shares(request: Any, name: str, url: str, **target: Any) -> HttpResponse:
    form = ShareForm(request.POST or None, people=_people(request))
    if request.method == "POST" and _done(
        request, form, lambda: sharing.share_create(request.access, **target, **form.share())
    ):
        return HttpResponseRedirect(request.path)
    opened = {
        "name": name,
        "url": url,
        "explanation": _(
            "People of other teams who may see this until a day. Everybody of its own team sees it anyway."
        ),
        "note": _(
            "It takes the place of an earlier share with the same person. What you may not do yourself you cannot "
            "share, and nobody can pass a share on."
        ),
    }
    return _page(request, opened, [_share_row(share) for share in doors.share_list(request.access, **target)], form)


def _page(request: Any, opened: dict[str, str], rows: list[dict[str, Any]], form: Any) -> HttpResponse:
    context = {"opened": opened, "rows": rows, "form": form}
    return render(request, "documents/shares.html", context, status=400 if form.errors else 200)


def _people(request: Any) -> Any:
    return colleague_list(request.access).exclude(id=request.access.user_id)


def _share_row(share: Any) -> dict[str, Any]:
    kind = "document" if share.document_id else "batch"
    may = [_("look"), *([_("download")] if share.may_download else []), *([_("review")] if share.may_review else [])]
    return {
        "person": share.user,
        "may": may,
        "expires_at": share.expires_at,
        "given_by": share.shared_by,
        "end_url": reverse("documents:share_revoke", args=[share.id]),
        "list_url": reverse(f"documents:{kind}_shares", args=[share.document_id or share.batch_id]),
    }


def _grant_row(grant: grants_selectors.SchemaGrant) -> dict[str, Any]:
    return {
        "person": grant.user,
        "may": [_("use"), *([_("manage")] if grant.may_manage else [])],
        "expires_at": grant.expires_at,
        "end_url": reverse("documents:schema_grant_revoke", args=[grant.schema.id, grant.user.pk]),
        "list_url": reverse("documents:schema_grants", args=[grant.schema.id]),
    }


def _done(request: Any, form: Any, change: Callable[[], object]) -> bool:
    """Whether it was done; a refusal is said at the form, nothing typed is lost."""
    if not form.is_valid():
        return False
    try:
        change()
    except NotFound:
        form.add_error("person", _("There is nobody like that in your organisation."))
        return False
    except IdpError as error:
        form.add_error(None, error.message)
        return False
    messages.success(request, form.done)
    return True
