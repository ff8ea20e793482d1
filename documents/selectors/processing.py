"""What is at work, what waits, what is stuck and what came to nothing, for those who manage it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.access import Access
from accounts.domain.roles import Permission
from documents import queries
from documents.domain.consumers import PDB_SYNC
from documents.domain.pipeline import StepName
from documents.domain.refusals import TROUBLE_FILTER_UNKNOWN
from documents.domain.statuses import TERMINAL_DOCUMENT_STATUSES, DocumentStatus, StepStatus
from documents.models import (
    Delivery,
    Document,
    Page,
    Pause,
    StepRun,
    SubDocument,
    ViewPublication,
    ViewPublicationStatus,
)
from documents.models.approval import UNFINISHED_DELIVERIES, DeliveryStatus
from documents.models.run import UnitKind
from documents.policies import documents_visible_to
from documents.selectors.held import HeldWork, held_work
from documents.selectors.pauses import pauses_of
from idp_project.core.enqueue import queue_states
from idp_project.core.errors import Forbidden, InvalidInput
from idp_project.core.tenancy import system_scope

_MANAGE = Permission.MANAGE_BATCHES
_HOLDS = {
    "io": gettext_lazy("steps of documents and of sub-documents, deliveries, e-mails"),
    "cpu": gettext_lazy("pages"),
    "llm-local": gettext_lazy("indexing for questions, once nothing else waits"),
}
_UNDER_WAY = (DeliveryStatus.PENDING, DeliveryStatus.DELIVERING)
_AT_WORK = (DocumentStatus.RECEIVED, DocumentStatus.PROCESSING)


def processing_for(access: Access) -> dict[str, Any]:
    """Queues with workers, the age of their oldest job and what pauses hold back in them, work by organisation, pauses, and
    documents that are stuck. Jobs are of all organisations, the rest is what the asker manages.

    Managers see their teams' numbers, org admins their organisation's, super admins every organisation's. Raises
    Forbidden for others.
    """
    check_manages(access)
    state = queue_states(settings.QUEUE_NAMES)
    paused = {pause.queue: pause for pause in Pause.objects.exclude(queue="").select_related("paused_by")}
    organizations, held = _work(access)
    for queue in state["queues"]:
        name = queue["name"]
        pause = paused.get(name)
        queue |= {
            "holds": _HOLDS[name],
            "is_paused": pause is not None,
            "pause_reason": pause.reason if pause else "",
            "held": asdict(held.get(name) or HeldWork()),
        }
    return {
        **state,
        "express_count": sum(worker["is_express"] for worker in state["workers"]),
        "organizations": organizations,
        "stuck": [_stuck(document) for document in stuck_documents(access)[:100]],
        "trouble_count": trouble_list(access).count(),
        "dead_count": dead_letter_list(access).count(),
        "deliveries": _open_deliveries(access),
    }


def check_manages(access: Access) -> None:
    if not access.can(_MANAGE):
        raise Forbidden


def stuck_documents(access: Access) -> QuerySet[Document]:
    """At work for long, and nothing moves: no live lease, no step that is due later, nothing begun or ended lately."""
    now = timezone.now()
    since = now - timedelta(seconds=settings.STUCK_SECONDS)
    steps = StepRun.objects.filter(run__document=OuterRef("pk"))
    moving = (
        Q(status=StepStatus.RUNNING, lease_until__gte=now)
        | Q(status=StepStatus.PENDING, not_before__gte=now)
        | Q(started_at__gte=since)
        | Q(finished_at__gte=since)
    )
    open_runs = Q(run__finished_at__isnull=True, run__admitted_at__lt=since, status__in=_AT_WORK)
    paused = Exists(pauses_of(OuterRef("organization_id")))
    documents = documents_visible_to(access, _MANAGE).select_related("source_file", "run", "batch")
    return (
        documents.filter(open_runs).exclude(Exists(steps.filter(moving))).exclude(paused).order_by("run__admitted_at")
    )


TROUBLE_STATUSES = (StepStatus.QUARANTINED.value, StepStatus.FAILED.value)


def trouble_list(access: Access) -> QuerySet[StepRun]:
    """Quarantined and failed steps of documents that the asker manages, newest first."""
    check_manages(access)
    rows = StepRun.objects.filter(
        status__in=TROUBLE_STATUSES,
        run__document__in=documents_visible_to(access, _MANAGE),
    )
    return rows.select_related("run__document__source_file", "run__document__batch").order_by("-finished_at", "id")


def trouble_rows(access: Access, *, status: str = "", limit: int = 200) -> list[dict[str, Any]]:
    """`trouble_list` as the page and the API show it, with where in the document it happened.

    `status` is one of TROUBLE_STATUSES, or empty for both; raises InvalidInput for another one.
    """
    rows = trouble_list(access)
    if status and status not in TROUBLE_STATUSES:
        raise InvalidInput(TROUBLE_FILTER_UNKNOWN(known=" or ".join(TROUBLE_STATUSES)))
    runs = list((rows.filter(status=status) if status else rows)[:limit])
    pages = dict(Page.objects.filter(id__in=_units(runs, UnitKind.PAGE)).values_list("id", "number"))
    found = SubDocument.objects.filter(id__in=_units(runs, UnitKind.SUB_DOCUMENT))
    sub_documents = {sub_document.id: (sub_document.first_page, sub_document.last_page) for sub_document in found}
    return [_trouble(run, pages, sub_documents) for run in runs]


def dead_letter_list(access: Access) -> QuerySet[Delivery]:
    """Dead deliveries of documents that the asker manages, newest first; `waiting` are how many wait behind each."""
    check_manages(access)
    behind = Delivery.objects.filter(
        document_id=OuterRef("document_id"),
        consumer=OuterRef("consumer"),
        document_sequence__gt=OuterRef("document_sequence"),
        status__in=UNFINISHED_DELIVERIES,
    )
    waiting = Subquery(behind.order_by().values("consumer").values(count=Count("id")))
    rows = Delivery.objects.filter(
        status=DeliveryStatus.DEAD, event__document__in=documents_visible_to(access, _MANAGE)
    )
    rows = rows.annotate(waiting=Coalesce(waiting, 0))
    return rows.select_related("event__document__source_file", "event__sub_document").order_by("-created_at")


def _units(runs: list[StepRun], kind: UnitKind) -> list[Any]:
    return [run.unit_id for run in runs if run.unit_kind == kind]


def _trouble(run: StepRun, pages: dict[Any, int], sub_documents: dict[Any, tuple[int, int]]) -> dict[str, Any]:
    document = run.run.document
    first, last = sub_documents.get(run.unit_id, (pages.get(run.unit_id), pages.get(run.unit_id)))
    return {
        "id": run.id,
        "document_id": document.id,
        "file_name": document.source_file.name,
        "batch_id": document.batch_id,
        "document_status": document.status,
        "step": run.step,
        "unit_kind": run.unit_kind,
        "first_page": first,
        "last_page": last,
        "status": run.status,
        "error_code": run.error_code,
        "reason": run.reason,
        "attempt": run.attempt,
        "crash_count": run.crash_count,
        "finished_at": run.finished_at,
        "can_retry": run.step != StepName.UPLOAD,
        "can_delete": document.status in TERMINAL_DOCUMENT_STATUSES,
        "has_file": bool(document.source_file.storage_name),
    }


def _stuck(document: Document) -> dict[str, Any]:
    return {
        "id": document.id,
        "file_name": document.source_file.name,
        "batch_id": document.batch_id,
        "batch_name": document.batch.name,
        "status": document.status,
        "since": document.run.admitted_at,
    }


def _work(access: Access) -> tuple[list[dict[str, Any]], dict[str, HeldWork]]:
    """By organisation what is at work and waits for its turn, by queue what pauses hold back: of what the asker manages."""
    if access.is_super:
        with system_scope("a super admin looks at every organisation's work"):
            return _work_of(None, None)
    teams = None if access.can_everywhere(_MANAGE) else access.team_ids_with(_MANAGE)
    return _work_of(access.organization_id, teams)


def _work_of(
    organization_id: UUID | None, team_ids: list[UUID] | None
) -> tuple[list[dict[str, Any]], dict[str, HeldWork]]:
    organizations = queries.fetch_all("work_by_tenant", organization_id=organization_id, team_ids=team_ids)
    return organizations, held_work(organization_id, team_ids)


def _open_deliveries(access: Access) -> dict[str, Any]:
    """How many are under way to the production database, and since when the oldest; by consumer in `consumers`."""
    open_rows = Delivery.objects.filter(
        status__in=_UNDER_WAY, event__document__in=documents_visible_to(access, _MANAGE)
    )
    rows = open_rows.order_by().values("consumer").annotate(count=Count("id"), oldest_at=Min("created_at"))
    consumers = {row["consumer"]: row | {"oldest_seconds": _seconds_since(row["oldest_at"])} for row in rows}
    none = {"count": 0, "oldest_at": None, "oldest_seconds": 0.0}
    return {**none, **consumers.get(PDB_SYNC, {}), "consumers": sorted(consumers.values(), key=itemgetter("consumer"))}


def oldest_delivery_seconds() -> float:
    """The age of the oldest delivery under way, of all consumers and organisations; 0 without one."""
    with system_scope("health: age of the outbox"):
        oldest = Delivery.objects.filter(status__in=_UNDER_WAY).aggregate(Min("created_at"))["created_at__min"]
    return _seconds_since(oldest) if oldest else 0.0


def oldest_publication_seconds() -> float:
    """How long the oldest schema version has been waiting for its typed views, of all organisations; 0 without one."""
    with system_scope("health: age of what the publisher has to do"):
        waiting = ViewPublication.objects.filter(status=ViewPublicationStatus.WAITING)
        oldest = waiting.aggregate(Min("requested_at"))["requested_at__min"]
    return _seconds_since(oldest) if oldest else 0.0


def _seconds_since(moment: datetime) -> float:
    return round((timezone.now() - moment).total_seconds(), 1)
