"""The chat page, the streamed answer, and where a citation leads. Each view makes one domain call."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import AsyncIterator, Generator
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.db import connections
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import Access, opens_own_scopes
from accounts.domain.roles import Permission
from accounts.views.organization import back_to, tried
from documents.selectors.doors import batch_list, schema_list
from documents.selectors.readable import page_views
from idp_project.core.errors import Forbidden, InvalidInput
from idp_project.core.json_bodies import json_object
from idp_project.core.logs import log_ids, log_scope
from rag.domain.refusals import MAY_NOT_ASK, QUESTION_UNREADABLE
from rag.forms import AskSettingsForm
from rag.selectors import conversations, shown
from rag.selectors.shown import citation_as_shown
from rag.serializers import QuestionSerializer
from rag.services import asking
from rag.services import conversations as conversations_services
from rag.services import settings as settings_services

logger = logging.getLogger(__name__)
_MOST_BATCHES = 30
_NO_CONVERSATION = UUID(int=0)  # the page's script puts the conversation in its place
_MOST_CONVERSATIONS = 50
_FAILED = {
    "type": "error",
    "code": "internal_error",
    "message": "Something went wrong on our side. Please ask again.",
    "is_retryable": True,
}


def _access(request: HttpRequest) -> Access:
    access: Access = request.access  # type: ignore[attr-defined]
    if not access.can(Permission.ASK_QUESTIONS):
        raise Forbidden(MAY_NOT_ASK())
    return access


@never_cache
@require_GET
def ask(request: HttpRequest, conversation_id: UUID | None = None) -> HttpResponse:
    """The chat: one's conversations, the chosen one, the question box."""
    access = _access(request)
    chosen = conversations.conversation_get_for(access, conversation_id) if conversation_id else None
    context = {
        "conversations": conversations.conversation_list(access)[:_MOST_CONVERSATIONS],
        "conversation": chosen,
        "searchable_count": conversations.searchable_count(access),
        "mode": conversations.answer_mode_of(access),
        "batches": batch_list(access)[:_MOST_BATCHES],
        "schemas": schema_list(access),
        "scope_batch": request.GET.get("batch", ""),
        "ask": {
            "conversation_id": str(chosen.id) if chosen else None,
            "questions": shown.conversation_as_shown(access, chosen) if chosen else [],
            "urls": {
                "questions": reverse("rag:questions"),
                "conversations": reverse("rag:ask"),
                "state": reverse("rag:conversation_state", args=[_NO_CONVERSATION]),
            },
            "no_conversation": str(_NO_CONVERSATION),
        },
    }
    return render(request, "rag/ask.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """For org admins: how documents are cut and searched; a POST saves it."""
    access: Access = request.access  # type: ignore[attr-defined]
    form = AskSettingsForm(request.POST or None, initial=asdict(conversations.ask_settings_of(access)))
    if request.method == "POST" and tried(form, lambda: settings_services.ask_settings_set(access, form.ask_settings)):
        return back_to(request, "rag:organization_questions", done=_("Saved. It holds for the next question."))
    return render(request, "rag/settings.html", {"form": form}, status=400 if form.errors else 200)


@opens_own_scopes
@require_POST
def questions(request: HttpRequest) -> StreamingHttpResponse:
    """The answer as it comes: one JSON object a line. Refusals before the first line are ordinary error answers."""
    access = _access(request)
    question = QuestionSerializer(data=json_object(request.body))
    if not question.is_valid():
        raise InvalidInput(QUESTION_UNREADABLE())
    events = asking.question_ask(access, **question.arguments())
    response = StreamingHttpResponse(_lines(events, log_ids()), content_type="application/x-ndjson")
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    return response


@never_cache
@require_GET
def citation(request: HttpRequest, citation_id: UUID) -> JsonResponse:
    """What the page viewer needs to show a citation: the document's pages, the page, the place."""
    found = conversations.citation_get_for(_access(request), citation_id)
    return JsonResponse({"citation": citation_as_shown(found), "pages": page_views(found.document_id)})


@never_cache
@require_GET
def conversation_state(request: HttpRequest, conversation_id: UUID) -> JsonResponse:
    """{"questions"} of one's own conversation as they may be shown now: what was withdrawn meanwhile is gone from answers."""
    access = _access(request)
    found = conversations.conversation_get_for(access, conversation_id)
    return JsonResponse({"questions": shown.conversation_as_shown(access, found)})


@require_POST
def conversation_delete(request: HttpRequest, conversation_id: UUID) -> JsonResponse:
    """Deletes one of one's own conversations."""
    conversations_services.conversation_delete(_access(request), conversation_id)
    return JsonResponse({"url": reverse("rag:ask")})


async def _lines(events: Generator[dict[str, Any], None, None], ids: dict[str, Any]) -> AsyncIterator[bytes]:
    """Events made in a thread of their own, which ends with the next event once the reader has gone."""
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
    has_left = threading.Event()

    def put(event: dict[str, Any] | None) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(queue.put_nowait, event)

    def produce() -> None:
        with log_scope(**ids):
            try:
                for event in events:
                    if has_left.is_set():
                        break
                    put(event)
            except Exception:
                logger.exception("An answer broke off.")
                put(_FAILED)
            finally:
                events.close()  # ends the call of a language model
                connections.close_all()
                put(None)

    producer = loop.run_in_executor(None, produce)
    try:
        while (event := await queue.get()) is not None:
            yield json.dumps(event).encode() + b"\n"
        await producer
    finally:
        has_left.set()
