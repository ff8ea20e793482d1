"""Pages on which managers see and free what does not go by itself: queues, quarantine, dead letters."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access import access_of
from accounts.domain.roles import Permission
from documents.domain.refusals import PAUSE_FORM
from documents.selectors import auto_approval, sensitive
from documents.selectors import processing as processing_selectors
from documents.selectors.scripts import readable_scripts
from documents.services.delivering import deliveries
from documents.services.intake import batches
from documents.services.removing import removal
from documents.services.running import cancellation, pauses, retry
from idp_project.core.errors import InvalidInput


@never_cache
@require_GET
def processing(request: HttpRequest) -> HttpResponse:
    """Queues, workers, work by organisation, pauses, and what is stuck."""
    access = access_of(request)
    can_pause = access.organization_id is not None and access.can_everywhere(Permission.MANAGE_ORGANIZATION)
    is_whole_page = "HX-Request" not in request.headers
    context = processing_selectors.processing_for(access) | {
        "scripts": readable_scripts() if is_whole_page else None,
        "can_pause": can_pause,
        "can_pause_queues": access.is_super,
        "own_id": access.organization_id,
        "stuck_minutes": settings.STUCK_SECONDS // 60,
        "approval_notes": auto_approval.organization_auto_approval(access) if is_whole_page else [],
    }
    return render(request, "documents/processing.html", context)


@never_cache
@require_GET
def quarantine(request: HttpRequest) -> HttpResponse:
    """Quarantined and failed steps with their reasons."""
    kind = request.GET.get("kind", "")
    rows = processing_selectors.trouble_rows(access_of(request), status=kind)
    return render(
        request,
        "documents/quarantine.html",
        {"rows": rows, "kind": kind, "kinds": processing_selectors.TROUBLE_STATUSES},
    )


@never_cache
@require_GET
def dead_letters(request: HttpRequest) -> HttpResponse:
    """Deliveries that can never succeed as they are."""
    rows = processing_selectors.dead_letter_list(access_of(request))[:200]
    return render(request, "documents/dead_letters.html", {"deliveries": rows})


@require_POST
def processing_pause(request: HttpRequest) -> HttpResponse:
    """`queue` names a queue, else it is the own organisation; `is_paused` says what it shall be."""
    wanted = request.POST.get("is_paused", "")
    if wanted not in ("yes", "no"):
        raise InvalidInput(PAUSE_FORM())
    pauses.pause_set(
        access_of(request),
        queue=request.POST.get("queue", ""),
        is_paused=wanted == "yes",
        reason=request.POST.get("reason", ""),
    )
    said = (
        _("Paused. What runs finishes its step; what is approved is still delivered.")
        if wanted == "yes"
        else _("Resumed.")
    )
    return back_with(request, said, "documents:processing")


@require_POST
def batch_cancel(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Stops a batch."""
    cancellation.batch_cancel(access_of(request), batch_id)
    return back_with(request, _("The batch is cancelled."), reverse("documents:batch_detail", args=[batch_id]))


@require_POST
def batch_prioritize(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """`priority` is -1, 0 or 1."""
    wanted = request.POST.get("priority", "")
    priority = int(wanted) if wanted in ("-1", "0", "1") else 9
    batches.batch_prioritize(access_of(request), batch_id, priority)
    return back_with(request, _("The priority is changed."), reverse("documents:batch_detail", args=[batch_id]))


@require_POST
def step_run_retry(request: HttpRequest, step_run_id: UUID) -> HttpResponse:
    """Tries one failed step again."""
    document_id = retry.step_run_retry(access_of(request), step_run_id)
    address = reverse("documents:document_detail", args=[document_id])
    return back_with(request, _("The step is tried again."), address)


@require_POST
def document_look_again(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Wakes a stuck document up."""
    removal.document_look_again(access_of(request), document_id)
    return back_with(request, _("The document is looked at again."), "documents:processing")


@require_POST
def delivery_retry(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    """Sends a dead delivery on its way again."""
    deliveries.delivery_retry(access_of(request), delivery_id)
    return back_with(request, _("The delivery is on its way again."), "documents:dead_letters")


@require_POST
def delivery_discard(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    """Gives a dead delivery up."""
    deliveries.delivery_discard(access_of(request), delivery_id)
    return back_with(request, _("The delivery is discarded."), "documents:dead_letters")


@never_cache
@require_GET
def delivery_content(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    """What was to be delivered, as a JSON file."""
    delivery = sensitive.delivery_content_for(access_of(request), delivery_id)
    response = JsonResponse(delivery.event.payload, json_dumps_params={"indent": 2, "ensure_ascii": False})
    response["Content-Disposition"] = f'attachment; filename="delivery-{delivery.id}.json"'
    return response


def back_with(request: HttpRequest, said: str, otherwise: str) -> HttpResponseRedirect:
    """To the page of this site that the form names, else to the given one, with a notice."""
    messages.success(request, said)
    following = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(following, allowed_hosts=None)
    return HttpResponseRedirect(following if following and is_ours else _address(otherwise))


def _address(name: str) -> str:
    return name if name.startswith("/") else reverse(name)
