"""Work on tasks beside their values: taking one over, comments and questions; and a person's own work and messages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import access_of
from accounts.domain.roles import Permission
from idp_project.core.ids import uuid_of
from idp_project.core.json_bodies import json_object
from review.forms.queue import AbsenceForm, ProfileForm
from review.selectors.people import absences_for, profile_of
from review.selectors.together import notification_list, unread_count
from review.services import asking, leases, profiles


@require_POST
def take_over(request: HttpRequest, task_id: UUID) -> JsonResponse:
    """Takes a task from who holds it, with a `{"note"}`; gives {"next"}: its desk."""
    note = str(json_object(request.body).get("note", ""))[:1000]
    leases.task_take_over(access_of(request), task_id, note=note)
    return JsonResponse({"next": reverse("review:desk", args=[task_id])})


def _text(request: HttpRequest) -> str:
    return request.POST.get("text", "")[:2000]


@require_POST
def comment(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Adds a note; back to the desk."""
    asking.task_comment(access_of(request), task_id, text=_text(request))
    return HttpResponseRedirect(reverse("review:desk", args=[task_id]))


@require_POST
def ask(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Asks `person`, and goes on to the next task."""
    user_id = uuid_of(request.POST.get("person", ""))
    asking.task_ask(access_of(request), task_id, user_id=user_id, text=_text(request))
    messages.success(request, _("Asked. The document comes back to you with the answer."))
    return HttpResponseRedirect(reverse("review:next"))


@require_POST
def return_task(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Sends it back to who uploaded it, and goes on to the next task."""
    asking.task_return(access_of(request), task_id, text=_text(request))
    messages.success(request, _("Returned. The document comes back to you with the answer."))
    return HttpResponseRedirect(reverse("review:next"))


@require_POST
def answer(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Answers what was asked; back to the queue."""
    asking.task_answer(access_of(request), task_id, text=_text(request))
    messages.success(request, _("Answered: it goes back to who asked."))
    return HttpResponseRedirect(reverse("review:queue"))


@never_cache
@require_http_methods(["GET", "POST"])
def notifications(request: HttpRequest) -> HttpResponse:
    """What the asker was told, the newest first; a POST marks all as read."""
    access = access_of(request)
    if request.method == "POST":
        profiles.notifications_read(access)
        return HttpResponseRedirect(reverse("review:notifications"))
    rows = list(notification_list(access))
    context = {"notifications": rows, "has_unread": any(row.read_at is None for row in rows)}
    return render(request, "review/notifications.html", context)


@never_cache
@require_GET
def unread(request: HttpRequest) -> HttpResponse:
    """How many messages are new, as the bare number; empty for none."""
    return HttpResponse(str(unread_count(access_of(request)) or ""))


@never_cache
@require_http_methods(["GET", "POST"])
def my_work(request: HttpRequest) -> HttpResponse:
    """The types that the asker knows, e-mail, and absences; a POST saves the first two."""
    access = access_of(request)
    profile = profile_of(access)
    initial = {"known_types": profile.known_types, "is_mailed": profile.is_mailed}
    form = ProfileForm(request.POST or None, access, initial=initial)
    if request.method == "POST" and form.is_valid():
        profiles.profile_set(access, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(reverse("review:my_work"))
    return _my_work(request, form, AbsenceForm(None, access))


def _my_work(request: HttpRequest, form: Any, absence_form: Any) -> HttpResponse:
    access = access_of(request)
    context = {
        "form": form,
        "absence_form": absence_form,
        "absences": list(absences_for(access)),
        "can_review": access.can(Permission.REVIEW_DOCUMENTS),
    }
    return render(request, "review/my_work.html", context, status=400 if form.errors or absence_form.errors else 200)


@require_POST
def absence_add(request: HttpRequest) -> HttpResponse:
    """Enters an absence of the asker's own, or of somebody in a team that they manage."""
    access = access_of(request)
    form = AbsenceForm(request.POST, access)
    if not form.is_valid():
        profile = profile_of(access)
        initial = {"known_types": profile.known_types, "is_mailed": profile.is_mailed}
        return _my_work(request, ProfileForm(None, access, initial=initial), form)
    profiles.absence_add(access, **form.absence)
    messages.success(request, _("Saved."))
    return HttpResponseRedirect(reverse("review:my_work"))


@require_POST
def absence_remove(request: HttpRequest, absence_id: UUID) -> HttpResponse:
    """Takes an absence back."""
    profiles.absence_remove(access_of(request), absence_id)
    return HttpResponseRedirect(reverse("review:my_work"))
