"""Document types: which there are, what a version asks for, the editor, and the end of a type."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from documents.domain.auto_approval import AutoApproval
from documents.domain.drafts.files import FileForm, file_of
from documents.domain.earned.plan import TARGETS, plan_of
from documents.domain.library import LANGUAGES
from documents.forms import AdoptionForm, AutoApprovalForm, NewTypeForm
from documents.selectors import auto_approval, columns, drafts, measured, schemas
from documents.selectors.library import library_shelf
from documents.selectors.master_lists import list_columns_for
from documents.serializers.schemas import DraftSerializer
from documents.services.approving import auto_approval as auto_approval_services
from documents.services.schemas import columns as columns_services
from documents.services.schemas import drafts as drafts_services
from documents.services.schemas import types
from documents.views.type_vocabulary import check_label, type_vocabulary
from idp_project.core.errors import IdpError
from idp_project.core.regional import language_name


@never_cache
@require_GET
def schema_list(request: Any) -> HttpResponse:
    """Every visible schema with its newest version."""
    context = {"rows": schemas.schema_rows(request.access), "may_create": drafts.may_create_types(request.access)}
    return render(request, "documents/schema_list.html", context)


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
    context = {
        "detail": detail,
        "approval": auto_approval.auto_approval_view_for(request.access, schema_id),
        "views": columns.schema_views_for(request.access, schema_id),
        "history": drafts.schema_history_for(request.access, schema_id),
        "check_words": [(check_label(check.kind), check) for check in detail.spec.checks],
    }
    return render(request, "documents/schema_detail.html", context)


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
        "quality": measured.type_quality_for(request.access, schema_id),
        "form": form,
        "is_never": view.schema.auto_approval == AutoApproval.NEVER,
        "targets": [{"target": target, "n": plan_of(target, view.missed).stages[0].n} for target in TARGETS],
    }
    return render(request, "documents/schema_auto_approval.html", context, status=400 if form.errors else 200)


@never_cache
@require_GET
def schema_edit(request: Any, schema_id: UUID) -> HttpResponse:
    """The editor: the asker's draft of the type, else the newest version; the page stores changes by the API."""
    view = drafts.draft_or_beginning_for(request.access, schema_id)
    schema = view.draft.schema
    editor = {
        "draft": DraftSerializer(view).data,
        "newest": view.newest.number if view.newest else "",
        "vocabulary": type_vocabulary(schema.organization_id, list_columns_for(request.access)),
        "urls": {
            "draft": reverse("api-schema-draft", args=[schema.pk]),
            "publish": reverse("api-schema-publish", args=[schema.pk]),
            "detail": reverse("documents:schema_detail", args=[schema.pk]),
            "list": reverse("documents:schema_list"),
            "documents": reverse("api-schema-trial-documents", args=[schema.pk]),
            "try": reverse("api-schema-try", args=[schema.pk]),
            "proposals": reverse("api-schema-proposals", args=[schema.pk]),
            "rehearsals": reverse("api-schema-rehearsals", args=[schema.pk]),
            "fieldAt": reverse("api-schema-field-at", args=[schema.pk]),
            "words": reverse("documents:page_words", args=[UUID(int=0)]),
        },
    }
    context = {
        "schema": schema,
        "editor": editor,
        "is_published": view.newest is not None,
        "upload_url": reverse("documents:batch_list"),
    }
    return render(request, "documents/schema_edit.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def schema_new(request: Any) -> HttpResponse:
    """A new document type: empty, or from a file. A POST makes it and leads to its editor."""
    form = NewTypeForm(request.POST or None, request.FILES or None, access=request.access)
    if request.method == "POST":
        drafts.check_may_create_types(request.access)
    if request.method == "POST" and form.is_valid():
        try:
            schema = form.make(request.access)
        except IdpError as error:
            form.add_error(None, error.message)
        else:
            return redirect("documents:schema_edit", schema.pk)
    language = get_language() if get_language() in LANGUAGES else LANGUAGES[0]
    context = {
        "form": form,
        "may_create": bool(form.team_choices),
        "shelf": library_shelf(request.access, language),
        "library_language": language,
        "library_languages": [(code, language_name(code)) for code in LANGUAGES],
    }
    return render(request, "documents/schema_new.html", context, status=400 if form.errors else 200)


@never_cache
@require_POST
def schema_adopt(request: Any) -> HttpResponse:
    """Takes a type of the library into use; under the next free key where the organisation has it already."""
    form = AdoptionForm(request.POST, access=request.access)
    drafts.check_may_create_types(request.access)
    if not form.is_valid():
        return redirect("documents:schema_new")
    schema = form.adopt(request.access)
    messages.success(request, _("%(name)s is in use. It is yours to change.") % {"name": schema.name})
    return redirect("documents:schema_detail", schema.pk)


@never_cache
@require_POST
def schema_begin(request: Any, schema_id: UUID) -> HttpResponse:
    """Begins the asker's draft with the version that is sent, in place of an earlier draft."""
    drafts_services.schema_draft_open(request.access, schema_id, number=request.POST.get("version", ""))
    return redirect("documents:schema_edit", schema_id)


@never_cache
@require_POST
def schema_column_retire(request: Any, schema_id: UUID) -> HttpResponse:
    """Takes a former column of the typed views away."""
    columns_services.schema_column_retire(request.access, schema_id, request.POST.get("name", ""))
    messages.success(request, _("The column will go as soon as nothing in the production database depends on it."))
    return redirect("documents:schema_detail", schema_id)


@never_cache
@require_POST
def schema_retire(request: Any, schema_id: UUID) -> HttpResponse:
    """Takes the type out of use, or into use again (`restore`)."""
    if request.POST.get("restore"):
        types.schema_restore(request.access, schema_id)
        messages.success(request, _("The type is in use again."))
    else:
        types.schema_retire(request.access, schema_id)
        messages.success(
            request, _("The type is retired: what was submitted with it goes on, nothing new begins with it.")
        )
    return redirect("documents:schema_detail", schema_id)


@never_cache
@require_POST
def schema_delete(request: Any, schema_id: UUID) -> HttpResponse:
    """Deletes a type that was never published."""
    types.schema_delete(request.access, schema_id)
    messages.success(request, _("The type is deleted."))
    return redirect("documents:schema_list")


@never_cache
@require_GET
def schema_file(request: Any, schema_id: UUID) -> HttpResponse:
    """A published version as a file (`?version=1.0&form=yaml`)."""
    forms = {form.value: form for form in FileForm}
    form = forms.get(request.GET.get("form", ""), FileForm.YAML)
    detail = schemas.schema_view_for(request.access, schema_id, request.GET.get("version", ""))
    extension = "yaml" if form is FileForm.YAML else "json"
    answer = HttpResponse(file_of(detail.spec, form), content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{detail.schema.key}-{detail.version.number}.{extension}"'
    return answer
