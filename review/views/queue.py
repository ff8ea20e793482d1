"""The queue: filters, the asker's own views of it, and what is done to many tasks at once."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access import Access, access_of
from accounts.domain.roles import Permission
from documents.selectors.unsure import unsure_fields
from documents.templatetags.screens import reasons_in_short
from idp_project.core.errors import InvalidInput
from idp_project.core.ids import uuid_of
from review.domain.refusals import NO_TASK_CHOSEN, NO_TYPE_CHOSEN
from review.forms.queue import QueueFilterForm
from review.selectors.next_best import open_task_count
from review.selectors.people import managed_people
from review.selectors.queue import queue_figures, queue_list, saved_views
from review.selectors.tasks import QUEUE_LENGTH
from review.services import assigning, bulk
from review.views.desk import task_facts

_REASONS_SHOWN = 2


@never_cache
@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """Undecided tasks that fit the filters: one's own first, then the most urgent."""
    access = access_of(request)
    form = QueueFilterForm(request.GET, access)
    wanted = form.queue_filter
    tasks = [_row(task, access) for task in queue_list(access, wanted, first=QUEUE_LENGTH)]
    unsure = unsure_fields([task["sub_document_id"] for task in tasks])
    for task in tasks:
        reasons = reasons_in_short([*task["reasons"], *unsure.get(task["sub_document_id"], [])])
        task |= {"reasons": reasons, "more_reasons": max(0, len(reasons) - _REASONS_SHOWN)}
    is_manager = access.can(Permission.MANAGE_BATCHES)
    context = {
        "tasks": tasks,
        "can_review": access.can(Permission.REVIEW_DOCUMENTS),
        "form": form,
        "is_filtered": not wanted.is_empty,
        "query": urlencode(wanted.as_query()),
        "figures": queue_figures(access),
        "views": [_view(view, wanted.as_query()) for view in saved_views(access)],
        "people": list(managed_people(access)) if is_manager else [],
        "is_manager": is_manager,
        "types": form.types,
    }
    return render(request, "review/queue.html", context)


def _row(task: Any, access: Access) -> dict[str, Any]:
    now = timezone.now()
    holder = task.holder
    return task_facts(task) | {
        "confidence": task.sub_document.shown_confidence,
        "created_at": task.created_at,
        "due_at": task.due_at,
        "due_because": None if task.sub_document.is_blind else task.due_because,
        "is_late": bool(task.due_at and task.due_at < now),
        "holder": str(holder) if holder else "",
        "is_mine": holder is not None and holder.id == access.user_id,
        "given_to": str(task.assigned_to) if task.assigned_to else "",
        "is_given_to_me": task.assigned_to_id is not None and task.assigned_to_id == access.user_id,
        "waits_for": str(task.waits_for) if task.waits_for else "",
        "team_name": task.team.name,
    }


def _view(view: Any, present: dict[str, str]) -> dict[str, Any]:
    return {"id": view.id, "name": view.name, "query": urlencode(view.filters), "is_open": view.filters == present}


@never_cache
@require_GET
def count(request: HttpRequest) -> HttpResponse:
    """How many tasks the asker could take now, as the bare number; empty for none."""
    return HttpResponse(str(open_task_count(access_of(request)) or ""))


@require_POST
def view_save(request: HttpRequest) -> HttpResponse:
    """Keeps the filters of the query string under a name."""
    access = access_of(request)
    wanted = QueueFilterForm(request.GET, access).queue_filter
    assigning.view_save(access, name=request.POST.get("name", ""), filters=wanted.as_query())
    return HttpResponseRedirect(f"{reverse('review:queue')}?{urlencode(wanted.as_query())}")


@require_POST
def view_delete(request: HttpRequest, view_id: UUID) -> HttpResponse:
    """Forgets a view of the asker's own."""
    assigning.view_delete(access_of(request), view_id)
    return HttpResponseRedirect(reverse("review:queue"))


@require_POST
def assign(request: HttpRequest) -> HttpResponse:
    """Gives each chosen `task` to `person`, or to everybody where that is empty."""
    user_id = _id(request.POST.get("person"))
    number = assigning.tasks_assign(
        access_of(request), _chosen(request), user_id=user_id, note=request.POST.get("note", "")[:1000]
    )
    text = ngettext("%(n)d document is given.", "%(n)d documents are given.", number)
    if user_id is None:
        text = ngettext("%(n)d document is everybody's again.", "%(n)d documents are everybody's again.", number)
    messages.success(request, text % {"n": number})
    return HttpResponseRedirect(reverse("review:queue"))


@require_POST
def approve_preview(request: HttpRequest) -> HttpResponse:
    """What would be approved of the chosen tasks, each with its values; nothing is changed."""
    rows = bulk.approval_preview(access_of(request), _chosen(request))
    context = {"rows": rows, "ready": sum(1 for row in rows if row.against is None)}
    return render(request, "review/approve_preview.html", context)


@require_POST
def approve(request: HttpRequest) -> HttpResponse:
    """Approves the chosen tasks of a preview, each as it was shown there."""
    seen = {task_id: request.POST.get(f"digest-{task_id}", "") for task_id in _chosen(request)}
    return _said(request, bulk.tasks_approve(access_of(request), seen), _("%(n)d approved."))


@require_POST
def retype(request: HttpRequest) -> HttpResponse:
    """Gives the chosen tasks the type `schema`."""
    schema_id = _id(request.POST.get("schema"))
    if schema_id is None:
        raise InvalidInput(NO_TYPE_CHOSEN(), code="no_type_chosen")
    outcome = bulk.tasks_retype(access_of(request), _chosen(request), schema_id=schema_id)
    return _said(request, outcome, _("%(n)d are read again for this type."))


def _said(request: HttpRequest, outcome: bulk.Outcome, done: str) -> HttpResponse:
    if outcome.done:
        messages.success(request, done % {"n": outcome.done})
    if outcome.waiting:
        messages.success(request, _("%(n)d wait for a second person now.") % {"n": outcome.waiting})
    for task, message in outcome.refused[:10]:
        messages.error(request, f"{task.sub_document.document.source_file.name}: {message}")
    return HttpResponseRedirect(reverse("review:queue"))


def _chosen(request: HttpRequest) -> list[UUID]:
    found = [_id(text) for text in dict.fromkeys(request.POST.getlist("task"))]
    chosen = [task_id for task_id in found if task_id]
    if not chosen:
        raise InvalidInput(NO_TASK_CHOSEN(), code="nothing_chosen")
    return chosen


def _id(text: str | None) -> UUID | None:
    return uuid_of(text) if text else None
