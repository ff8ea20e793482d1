"""The same done to several batches at once, from the list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import Access
from documents.domain.refusals import BATCHES_NOT_CHOSEN
from documents.services.running import cancellation, retry
from idp_project.core.errors import IdpError, InvalidInput
from idp_project.core.ids import uuid_of

_MOST_BATCHES = 100
ACTIONS: dict[str, Callable[[Access, UUID], object]] = {"retry": retry.batch_retry, "cancel": cancellation.batch_cancel}


@require_POST
def batch_bulk(request: Any) -> HttpResponse:
    """Does `action` to each `batch`; says to how many, and why not to the others. If to none, that is an error."""
    act = ACTIONS.get(request.POST.get("action", ""))
    batch_ids = _ids(request.POST.getlist("batch"))
    if act is None or not batch_ids:
        raise InvalidInput(BATCHES_NOT_CHOSEN())
    refusals = [refusal for batch_id in batch_ids if (refusal := _refusal(act, request.access, batch_id))]
    done = len(batch_ids) - len(refusals)
    if not done and len({refusal.code for refusal in refusals}) == 1 and refusals[0].code != "nothing_failed":
        raise refusals[0]
    for reason in dict.fromkeys(refusal.message for refusal in refusals):
        messages.error(request, reason)
    if done:
        messages.success(request, _("Done with %(done)d of %(all)d batches.") % {"done": done, "all": len(batch_ids)})
    target = request.POST.get("next", "")
    is_safe = url_has_allowed_host_and_scheme(target, allowed_hosts=None) and target.startswith("/")
    return HttpResponseRedirect(target if is_safe else reverse("documents:batch_list"))


def _refusal(act: Callable[[Access, UUID], object], access: Access, batch_id: UUID) -> IdpError | None:
    try:
        act(access, batch_id)
    except IdpError as error:
        return error
    return None


def _ids(texts: list[str]) -> list[UUID]:
    return [uuid_of(text) for text in dict.fromkeys(texts[:_MOST_BATCHES])]
