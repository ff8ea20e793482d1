"""Schemas: which there are, what a version asks for, and changing labels and thresholds."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from documents.domain.auto_approval import AutoApproval
from documents.domain.earned.plan import TARGETS, plan_of
from documents.forms import AutoApprovalForm, SchemaTuningForm
from documents.selectors import auto_approval, schemas
from documents.services.approving import auto_approval as auto_approval_services
from documents.services.schemas import schemas as schemas_services
from idp_project.core.errors import IdpError


@never_cache
@require_GET
def schema_list(request: Any) -> HttpResponse:
    """Every visible schema with its newest version."""
    return render(request, "documents/schema_list.html", {"rows": schemas.schema_rows(request.access)})


@never_cache
@require_GET
def schema_engines(request: Any) -> HttpResponse:
    """A fragment for the page of AI providers: which schemas name engines of their own."""
    return render(request, "documents/_schema_engines.html", {"rows": schemas.schema_engines(request.access)})


@never_cache
@require_GET
def schema_detail(request: Any, schema_id: UUID) -> HttpResponse:
    """Fields, tables and checks of one version (`?version=1.0`), by default the newest."""
    detail = schemas.schema_view_for(request.access, schema_id, request.GET.get("version", ""))
    approval = auto_approval.auto_approval_view_for(request.access, schema_id)
    return render(request, "documents/schema_detail.html", {"detail": detail, "approval": approval})


@never_cache
@require_http_methods(["GET", "POST"])
def schema_auto_approval(request: Any, schema_id: UUID) -> HttpResponse:
    """For managers of the type: what it has to earn, and how far it has come. A POST changes what it has to earn."""
    view = auto_approval.managed_auto_approval_view_for(request.access, schema_id)
    form = AutoApprovalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        auto_approval_services.schema_auto_approval_set(request.access, schema_id, form.wanted())
        messages.success(request, _("Saved. It holds for what is decided from now on."))
        return redirect("documents:schema_auto_approval", schema_id)
    context = {
        "approval": view,
        "earning": view.earning,
        "form": form,
        "is_never": view.schema.auto_approval == AutoApproval.NEVER,
        "targets": [{"target": target, "n": plan_of(target, view.missed).stages[0].n} for target in TARGETS],
    }
    return render(request, "documents/schema_auto_approval.html", context, status=400 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def schema_edit(request: Any, schema_id: UUID) -> HttpResponse:
    """Labels and thresholds of the newest version; a POST publishes the next one."""
    schemas.schema_tunable_by(request.access, schema_id)
    detail = schemas.schema_view_for(request.access, schema_id)
    form = SchemaTuningForm(request.POST or None, detail.spec)
    if request.method == "POST" and form.is_valid():
        try:
            version = schemas_services.schema_tune(
                request.access, schema_id, base=form.cleaned_data["base"], tuning=form.tuning
            )
        except IdpError as error:
            form.add_error(None, error.message)
        else:
            done = _(
                "Version %(number)s is published: it holds for documents that come from now on. What it has earned stays, "
                "unless a threshold changed: then examined documents are judged again."
            )
            messages.success(request, done % {"number": version.number})
            return redirect("documents:schema_detail", schema_id)
    context = {"detail": detail, "form": form}
    return render(request, "documents/schema_edit.html", context, status=400 if form.errors else 200)
