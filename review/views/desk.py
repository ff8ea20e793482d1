"""The desk and the sub-documents of a stack. Each view makes one domain call; the open desk takes its task."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import Access, access_of
from accounts.domain.roles import Permission
from documents.domain.arrangement import WantedPage, WantedSubDocument
from documents.domain.overrides import RECEIVED_CHECK, OverrideReason
from documents.domain.provenance import Provenance
from documents.domain.statuses import SubDocumentStatus
from documents.selectors import readable
from documents.selectors.arrangement import arrangement_view
from documents.selectors.doors import document_get_for, schema_list, sub_document_get_for
from documents.selectors.drafts import may_create_types
from documents.selectors.e_invoices import has_e_invoice
from documents.selectors.field_states import values_version
from documents.services.showing.audited_reads import documents_seen
from documents.templatetags.screens import OVERRIDE_LABELS, reasons_in_short, with_presentation
from idp_project.core.errors import InvalidInput, NotFound
from idp_project.core.json_bodies import json_object
from review.domain.refusals import NOT_A_PLACE, NOTHING_TO_REVIEW, OVERRIDE_FORM, SCHEMA_ID_FORM, SUB_DOCUMENTS_FORM
from review.selectors.next_best import open_task_count, skipped_task_ids
from review.selectors.tasks import desk_preferences_of, draft_of, task_list, task_of_document
from review.selectors.together import second_view, task_talk
from review.services import approved, boundaries, leases, skips
from review.services import tasks as tasks_services
from review.views.corrected import corrected_answer
from review.views.onward import onward, optional_uuid
from review.views.tables import tables_data

PLACEHOLDER = UUID(int=0)
_BY_A_PERSON = {"engine": "person", "engine_version": "1"}


def task_facts(task: Any) -> dict[str, Any]:
    """What the queue and the desk say of a task; its reasons one by one, as they are grouped once, at the end."""
    sub_document = task.sub_document
    return {
        "id": task.id,
        "document_id": sub_document.document_id,
        "sub_document_id": sub_document.id,
        "file_name": sub_document.document.source_file.name,
        "type": sub_document.schema_version.schema.name if sub_document.schema_version else "",
        "first_page": sub_document.first_page,
        "last_page": sub_document.last_page,
        "reasons": task.all_reasons,
        "is_compared": task.compared_at is not None,
    }


@never_cache
@require_GET
def next_task(request: HttpRequest) -> HttpResponse:
    """Takes the next-best free task and goes there; the one that is left undecided (`?after=`) is noted as skipped. A script
    gets what `onward` says, and `is_round`: whether it was skipped before."""
    access, after = access_of(request), optional_uuid(request.GET.get("after"))
    if after:
        skips.task_skip(access, after)
    task = leases.task_take_next(access, after=after)
    skipped = skipped_task_ids(access) if after else []
    is_round = bool(skipped) and (task is None or task.id in skipped)
    if is_round:
        messages.info(request, _round_text(len(skipped), is_again=task is not None))
    if "json" in request.headers.get("Accept", ""):
        return JsonResponse(onward(access, task) | {"is_round": is_round})
    return HttpResponseRedirect(_desk_url(task))


def _round_text(skipped: int, *, is_again: bool) -> str:
    text = ngettext(
        "You have skipped the only document that waits.", "You have skipped all %(n)d documents that wait.", skipped
    ) % {"n": skipped}
    return f"{text} {_('This is the one that you skipped first.')}" if is_again else text


@never_cache
@require_GET
def of_document(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """On to the first undecided task of a document."""
    return _to_desk(task_of_document(access_of(request), document_id))


@never_cache
@require_GET
def of_sub_document(request: HttpRequest, sub_document_id: UUID) -> HttpResponse:
    """On to the undecided task of a sub-document."""
    return _to_desk(task_list(access_of(request)).filter(sub_document_id=sub_document_id).first())


@require_POST
def correct_approved(request: HttpRequest, sub_document_id: UUID) -> HttpResponse:
    """Puts an approved sub-document on the desk again."""
    reason = request.POST.get("reason", "")[:2000]
    return _to_desk(approved.approved_correct(access_of(request), sub_document_id, reason=reason))


@require_POST
def withdraw_approved(request: HttpRequest, sub_document_id: UUID) -> HttpResponse:
    """Withdraws an approved sub-document; back to its document."""
    approved.approved_withdraw(access_of(request), sub_document_id, reason=request.POST.get("reason", "")[:2000])
    document_id = sub_document_get_for(access_of(request), sub_document_id).document_id
    messages.success(request, _("It is withdrawn, and leaves the production database's views and the search."))
    return HttpResponseRedirect(reverse("documents:document_detail", args=[document_id]))


def _to_desk(task: Any) -> HttpResponse:
    if task is None:
        raise NotFound(NOTHING_TO_REVIEW())
    return HttpResponseRedirect(reverse("review:desk", args=[task.id]))


def _desk_url(task: Any) -> str:
    return reverse("review:desk", args=[task.id]) if task else reverse("review:queue")


@never_cache
@require_GET
def desk(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """The desk for one task; the page itself then claims it."""
    access = access_of(request)
    task = tasks_services.task_open(access, task_id)
    sub_document = with_presentation(readable.sub_document_view(task.sub_document, is_fillable=True, has_tables=False))
    pages = readable.page_views(
        task.sub_document.document_id, first=sub_document["first_page"], last=sub_document["last_page"]
    )
    context = {
        "task": task_facts(task) | {"reasons": reasons_in_short(task.all_reasons)},
        "sub_document": sub_document,
        "pages": pages,
        "types": _types(access),
        "left": open_task_count(access),
        "desk": _desk_data(access, task, sub_document),
        "tables": tables_data(task),
        "override_codes": list(OVERRIDE_LABELS.items()),
        "may_make_types": may_create_types(access),
        "talk": task_talk(access, task),
        "second": second_view(task),
        "may_take_over": access.can(Permission.MANAGE_BATCHES, team_id=task.team_id),
    }
    return render(request, "review/desk.html", context)


def _desk_data(access: Access, task: Any, sub_document: dict[str, Any]) -> dict[str, Any]:
    document = task.sub_document.document
    place = {"team_id": task.team_id, "batch_id": document.batch_id, "document_id": document.id}
    names = {name: f"review:{name}" for name in ("claim", "release", "decide", "compare", "draft", "undo")}
    urls = {name: reverse(route, args=[task.id]) for name, route in names.items()}
    urls["correct"] = reverse("review:field_correct", args=[task.id, PLACEHOLDER])
    urls["retype"] = reverse("review:retype", args=[task.id])
    urls["arrange"] = reverse("review:arrange", args=[task.sub_document.document_id])
    urls["of_document"] = reverse("review:of_document", args=[task.sub_document.document_id])
    urls["skip"] = f"{reverse('review:next')}?after={task.id}"
    urls["queue"] = reverse("review:queue")
    urls["peek"] = f"{reverse('review:peek')}?after={task.id}"
    urls["preferences"] = reverse("review:preferences")
    return {
        "fields": sub_document["fields"],
        "can_review": access.can(Permission.REVIEW_DOCUMENTS, **place),
        "failed_checks": readable.failed_checks_of(task.sub_document),
        "is_received_before": any(check.check == RECEIVED_CHECK for check in task.sub_document.failed_checks),
        "to_decide": [code for code, is_open in _questions(sub_document) if is_open],
        "is_blind": sub_document["is_blind"],
        "has_e_invoice": not sub_document["is_blind"] and has_e_invoice(document.id),
        "is_read_again": sub_document["status"] == SubDocumentStatus.PROCESSING,
        "placeholder": str(PLACEHOLDER),
        "preferences": desk_preferences_of(access),
        "version": values_version(task.sub_document),
        "draft": draft_of(access, task),
        "urls": urls,
    }


def _questions(sub_document: dict[str, Any]) -> list[tuple[str, bool]]:
    """What is to be decided before the fields: the type, and whether the pages are one document."""
    return [
        ("type", not sub_document["type"] and not sub_document["is_blank"]),
        ("split", sub_document["is_split_doubtful"]),
    ]


def _types(access: Access) -> list[dict[str, str]]:
    return [{"id": str(schema.id), "name": schema.name} for schema in schema_list(access).order_by("name")]


@require_POST
def claim(request: HttpRequest, task_id: UUID) -> JsonResponse:
    """Takes the task, or keeps it: {"held_until"}. 409 while somebody else holds it."""
    task = tasks_services.task_claim(access_of(request), task_id)
    return JsonResponse({"held_until": task.claimed_until.isoformat() if task.claimed_until else None})


@require_POST
def release(request: HttpRequest, task_id: UUID) -> JsonResponse:
    """Puts the task back into the queue; with `{"held_until"}` only where its lease has not been renewed since."""
    until = str(json_object(request.body).get("held_until") or "") if request.body else ""
    tasks_services.task_release(access_of(request), task_id, held_until=_moment(until))
    return JsonResponse({})


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None


@require_POST
def retype(request: HttpRequest, task_id: UUID) -> JsonResponse:
    """Says what the document on the desk is (`{"schema_id": id | null}`); {"next"}: the desk, where it is read again."""
    access = access_of(request)
    task = tasks_services.task_claim(access, task_id)
    boundaries.sub_document_retype(access, task.sub_document_id, schema_id=_schema_id(json_object(request.body)))
    return JsonResponse({"next": reverse("review:desk", args=[task_id])})


@require_POST
def field_correct(request: HttpRequest, task_id: UUID, field_value_id: UUID) -> JsonResponse:
    """Sets one value from `{"text", "place": {"page", "polygon", "span"} | null, "is_absent", "is_illegible"}`; gives what
    `corrected_answer` says."""
    data = json_object(request.body)
    corrected = tasks_services.field_value_correct(
        access_of(request),
        task_id,
        field_value_id,
        text=str(data.get("text", ""))[:10_000],
        place=_place(data.get("place")),
        is_absent=data.get("is_absent") is True,
        is_illegible=data.get("is_illegible") is True,
    )
    return JsonResponse(corrected_answer(request, corrected))


def _place(data: Any) -> Provenance | None:
    if not data:
        return None
    try:
        place = Provenance.from_dict({**data, **_BY_A_PERSON})
        points = place.polygon.points if place.polygon else ()
        if all(0 <= coordinate <= 1 for point in points for coordinate in point):
            return place
    except (KeyError, TypeError, ValueError):
        pass
    raise InvalidInput(NOT_A_PLACE())


@require_POST
def compare(request: HttpRequest, task_id: UUID) -> JsonResponse:
    """Ends the blind entry of a task; {"next"}: the desk, where what the machine read is shown, {"differing"}: how many
    fields differ."""
    differing = tasks_services.task_compare(access_of(request), task_id)
    return JsonResponse({"next": reverse("review:desk", args=[task_id]), "differing": len(differing)})


@require_POST
def decide(request: HttpRequest, task_id: UUID) -> JsonResponse:
    """Approves, rejects or files as none of ours: `{"decision", "reason", "override": {"code", "text"} | null}`.

    Gives what `onward` says of the next task. 409 `failed_checks` where checks fail and there is no override.
    """
    data = json_object(request.body)
    access = access_of(request)
    tasks_services.review_task_decide(
        access,
        task_id,
        decision=str(data.get("decision", "")),
        reason=str(data.get("reason", ""))[:2000],
        override=_override(data.get("override")),
    )
    return JsonResponse(onward(access, leases.task_take_next(access)))


def _override(data: Any) -> OverrideReason | None:
    if data is None:
        return None
    if not isinstance(data, dict):
        raise InvalidInput(OVERRIDE_FORM())
    return OverrideReason.of(str(data.get("code", "")), str(data.get("text", "")))


@never_cache
@require_http_methods(["GET", "POST"])
def arrange(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """The sub-documents of a stack with thumbnails; a POST of `{"seen", "sub_documents", "pages"}` makes them so and gives
    {"next"}. `pages`, where given, are all in their new order: {"id", "number", "turn", "is_set_aside"}."""
    if request.method == "POST":
        return _arrange(request, document_id)
    access = access_of(request)
    document = document_get_for(access, document_id)
    place = {"team_id": document.team_id, "batch_id": document.batch_id, "document_id": document.id}
    can_review = access.can(Permission.REVIEW_DOCUMENTS, **place)
    documents_seen(access, [document_id])
    view = arrangement_view(document)
    arrangement = view | {"types": _types(access), "can_review": can_review, "url": request.path}
    if "json" in request.headers.get("Accept", ""):  # the desk shows it in a dialog
        return JsonResponse(arrangement)
    context = {
        "document": {"id": document.id, "file_name": document.source_file.name},
        "arrangement": arrangement,
        "is_in_review": any(
            sub_document["status"] == SubDocumentStatus.IN_REVIEW for sub_document in view["sub_documents"]
        ),
    }
    return render(request, "review/arrange.html", context)


def _arrange(request: HttpRequest, document_id: UUID) -> JsonResponse:
    data = json_object(request.body)
    try:
        wanted = [_wanted(sub_document) for sub_document in data["sub_documents"]]
        seen = [int(number) for number in data["seen"]] if "seen" in data else None
        pages = [_wanted_page(page) for page in data.get("pages", ())]
    except (AttributeError, KeyError, TypeError, ValueError):
        raise InvalidInput(SUB_DOCUMENTS_FORM()) from None
    boundaries.document_arrange(access_of(request), document_id, wanted, seen=seen, pages=pages)
    return JsonResponse({"next": request.path})


def _wanted_page(page: dict[str, Any]) -> WantedPage:
    return WantedPage(UUID(page["id"]), int(page["number"]), int(page.get("turn", 0)), page.get("is_set_aside") is True)


def _wanted(sub_document: dict[str, Any]) -> WantedSubDocument:
    keeps_type = "schema_id" not in sub_document
    return WantedSubDocument(
        int(sub_document["first_page"]),
        int(sub_document["last_page"]),
        keeps_type,
        None if keeps_type else _schema_id(sub_document),
    )


def _schema_id(data: dict[str, Any]) -> UUID | None:
    try:
        return UUID(data["schema_id"]) if data["schema_id"] is not None else None
    except (AttributeError, KeyError, TypeError, ValueError):
        raise InvalidInput(SCHEMA_ID_FORM()) from None
