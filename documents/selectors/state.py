"""The state of a batch as the batch page, the API and the command line show it, read from PostgreSQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from documents import queries
from documents.domain.batch_status import RULES, BatchStatus, batch_status
from documents.domain.pipeline import PIPELINE, StepName
from documents.domain.reasons import STEP_DELETED
from documents.domain.statuses import (
    AT_WORK_DOCUMENT_STATUSES,
    BROKEN_DOCUMENT_STATUSES,
    BROKEN_STEP_STATUSES,
    DocumentStatus,
    StepStatus,
)
from documents.models import Batch, BatchDeletion, Document, Pause
from documents.selectors.pauses import pauses_of
from idp_project.core.reasons import Reason, reasons_of, text_of

_KEPT_NAMED = 200
_WORST_FIRST = (
    StepStatus.QUARANTINED,
    StepStatus.FAILED,
    StepStatus.RUNNING,
    StepStatus.WAITING,
    StepStatus.PENDING,
    StepStatus.SUCCEEDED,
    StepStatus.SKIPPED,
)


def batch_state(batch: Batch) -> dict[str, Any]:
    """The whole batch as JSON: counters and one row per document, as `shown_row` has it."""
    return shown_state(batch, document_rows(batch.organization_id, batch.id))


def shown_state(batch: Batch, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The same of rows that were read before."""
    return {"batch": batch_totals(batch, rows), "documents": [shown_row(row) for row in in_order(rows)]}


def in_order(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """As they came, attachments below their message."""
    rows = sorted(rows, key=lambda row: row["position"])
    known = {row["id"] for row in rows}
    below: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        message_id = row["attachment_of"]["id"] if row["attachment_of"] else ""
        below.setdefault(message_id if message_id in known else "", []).append(row)

    def family(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
        yield row
        for attached in below.get(row["id"], ()):
            yield from family(attached)

    return [member for row in below.get("", ()) for member in family(row)]


def batch_totals(batch: Batch, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The batch's counters, from its documents' rows: of deleted ones `counts` says how many, and no pages count."""
    counts = Counter(row["status"] for row in rows)
    is_at_work = any(counts[status] for status in AT_WORK_DOCUMENT_STATUSES)
    deletion = deletion_facts(batch)
    pause = pauses_of(batch.organization_id).first() if is_at_work and not batch.cancelled_at else None
    return {
        "id": str(batch.id),
        "name": batch.name,
        "status": batch_status(
            counts,
            is_cancelled=batch.cancelled_at is not None,
            is_deleting=bool(deletion and not deletion["finished_at"]),
        ).value,
        "counts": dict(counts),
        "page_count": sum(row["page_count"] or 0 for row in rows),
        "pages_done": sum(row["pages_done"] for row in rows),
        "deletion": deletion,
        "paused": pause_facts(pause) if pause else None,
    }


def pause_facts(pause: Pause) -> dict[str, str]:
    """Since when, and why if the person who paused gave a reason."""
    return {"since": pause.created_at.isoformat(), "reason": pause.reason}


def deletion_facts(batch: Batch) -> dict[str, Any] | None:
    """How far the deletion of a batch is, or how it ended; None where nobody asked for it, or nothing of it is left.

    `kept` names the first documents that had to stay, of `kept_count`; `stopped_because` is set where it ended early.
    """
    deletion = BatchDeletion.objects.filter(batch=batch).first()
    if deletion is None:
        return None
    kept = deletion.kept.order_by("document__created_at", "id")
    named = kept[:_KEPT_NAMED].annotate(file_name=F("document__source_file__name"))
    return {
        "asked_at": deletion.created_at.isoformat(),
        "asked_by": deletion.asked_as,
        "documents": deletion.documents,
        "deleted": deletion.deleted,
        "kept_count": kept.count(),
        "kept": [
            {
                "document_id": str(one.document_id),
                "file_name": one.file_name,
                "code": one.code,
                "reason": text_of(one.reason),
            }
            | {"reason_data": one.reason.shown() if one.reason else None}
            for one in named
        ],
        "stopped_because": text_of(deletion.stopped_because),
        "stopped_data": deletion.stopped_because.shown() if deletion.stopped_because else None,
        "finished_at": deletion.finished_at.isoformat() if deletion.finished_at else None,
    }


def batch_summaries(batches: QuerySet[Batch]) -> QuerySet[Batch]:
    """Annotates a list of batches with document counts by kind of status, counted for the rows that are shown only.

    Deleted documents do not count, as their pages do not.
    """

    def documents_with(*statuses: str) -> Coalesce:
        documents = Document.objects.filter(batch=OuterRef("pk"), status__in=statuses).order_by()
        counted = documents.values("batch")
        return Coalesce(Subquery(counted.annotate(count=Count("pk")).values("count")), 0)

    counted = batches.annotate(
        is_deleting=Exists(BatchDeletion.objects.filter(batch=OuterRef("pk"), finished_at__isnull=True)),
        document_count=documents_with(*(set(DocumentStatus) - {DocumentStatus.DELETED})),
        open_count=documents_with(*RULES[BatchStatus.PROCESSING]),
        review_count=documents_with(*RULES[BatchStatus.IN_REVIEW]),
        failed_count=documents_with(*BROKEN_DOCUMENT_STATUSES),
        completed_count=documents_with(DocumentStatus.COMPLETED),
    )
    return counted.annotate(status=_status_in_sql())


def _status_in_sql() -> Case:
    """What `batch_status` says, for lists; its first conditions need the annotation `is_deleting`."""
    of_batch = Document.objects.filter(batch=OuterRef("pk"))
    by_rule = (
        When(Exists(of_batch.filter(status__in=statuses)), then=Value(status.value))
        for status, statuses in RULES.items()
    )
    return Case(
        When(is_deleting=True, then=Value(BatchStatus.DELETING.value)),
        When(cancelled_at__isnull=False, then=Value(BatchStatus.CANCELLED.value)),
        *by_rule,
        default=Value(BatchStatus.FINISHED.value),
        output_field=CharField(),
    )


def document_rows(
    organization_id: UUID, batch_id: UUID, document_ids: Sequence[UUID] | None = None
) -> list[dict[str, Any]]:
    """The batch state's rows of those documents, or of all, with reasons as data; it needs no tenancy scope around it."""
    steps = {"last_page_step": PIPELINE.page_steps[-1].name.value, "decision_step": StepName.HUMAN_REVIEW.value}
    if document_ids is None:
        found = queries.fetch_apart(organization_id, "batch_state_rows", batch_id=batch_id, **steps)
    else:
        ids = list(document_ids)
        found = queries.fetch_apart(
            organization_id, "document_state_rows", batch_id=batch_id, document_ids=ids, **steps
        )
    return [_row(facts) for facts in found]


def _row(facts: dict[str, Any]) -> dict[str, Any]:
    step_runs: dict[str, list[dict[str, Any]]] = {}
    for run in facts["step_runs"] or ():
        step_runs.setdefault(run["step"], []).append(run)
    sub_documents = facts["sub_documents"] or []
    return {
        "id": str(facts["id"]),
        "position": facts["created_at"].timestamp(),
        "at": timezone.now().timestamp(),
        "file_name": facts["file_name"],
        "attachment_of": _message(facts),
        "status": facts["status"],
        "error": _error(facts["error_code"], facts["error_data"]),
        "refusal": facts["refusal"],
        "page_count": 0 if facts["status"] == DocumentStatus.DELETED else facts["page_count"],
        "pages_done": facts["pages_done"],
        "steps": [_step(name, step_runs.get(name, []), facts["status"]) for name in StepName],
        "metadata": facts["metadata"],
        "route": _route({sub_document["route"] for sub_document in sub_documents if sub_document["route"]}),
        "sub_documents": sub_documents,
        "review_url": reverse("review:of_document", args=[facts["id"]]) if facts["status"] == "in_review" else None,
        "url": reverse("documents:document_detail", args=[facts["id"]]),
    }


def _message(facts: dict[str, Any]) -> dict[str, str] | None:
    """The e-mail that a document came with."""
    message_id = facts["attachment_of_id"]
    return {"id": str(message_id), "file_name": facts["message_name"]} if message_id else None


def _error(code: str, reason: dict[str, Any] | None) -> dict[str, Any] | None:
    return {"code": code, "reason": reason} if code else None


def shown_row(row: dict[str, Any]) -> dict[str, Any]:
    """A document's row for people and programs: every reason in it, which is kept as data, with its text.

    `reason`, `reasons`, `refusal` and an error's `message` are texts; `reason_data`, `reasons_data`, `refusal_data` beside
    them say the same as code, parameters and text.
    """
    refusal = _shown(row["refusal"])
    return row | {
        "error": _shown_error(row["error"]),
        "refusal": refusal["text"] if refusal else None,
        "refusal_data": refusal,
        "steps": [_shown_step(step) for step in row["steps"]],
        "sub_documents": [_shown_sub_document(sub_document) for sub_document in row["sub_documents"]],
    }


def _shown(data: dict[str, Any] | None) -> dict[str, Any] | None:
    return Reason.from_dict(data).shown() if data else None


def _shown_error(error: dict[str, Any] | None) -> dict[str, Any] | None:
    if error is None:
        return None
    reason = _shown(error["reason"])
    return {"code": error["code"], "message": reason["text"] if reason else "", "reason_data": reason}


def _shown_step(step: dict[str, Any]) -> dict[str, Any]:
    reason = _shown(step["reason"])
    error = {"error": _shown_error(step["error"])}
    return step | error | {"reason": reason["text"] if reason else "", "reason_data": reason}


def _shown_sub_document(sub_document: dict[str, Any]) -> dict[str, Any]:
    reasons = [reason.shown() for reason in reasons_of(sub_document["reasons"])]
    return sub_document | {"reasons": [reason["text"] for reason in reasons], "reasons_data": reasons}


def _route(routes: set[str]) -> str | None:
    return "mixed" if len(routes) > 1 else next(iter(routes), None)


def _step(name: StepName, step_runs: list[dict[str, Any]], document_status: str) -> dict[str, Any]:
    """One step of the strip: of several sub-documents the one that most needs a look. `retry_id`: its step run, if it
    failed and may be tried again by itself."""
    if not step_runs:
        is_gone = document_status == DocumentStatus.DELETED
        status = StepStatus.SKIPPED if is_gone else StepStatus.PENDING
        reason = STEP_DELETED().to_dict() if is_gone else None
        return {"name": name.value, "status": status.value, "error": None, "reason": reason, "retry_id": None}
    worst = min(step_runs, key=lambda run: _WORST_FIRST.index(run["status"]))
    return {
        "name": name.value,
        "status": worst["status"],
        "error": _error(worst["error_code"], worst["reason"]) if worst["error_code"] else None,
        "reason": worst["reason"],
        "retry_id": worst["id"] if worst["status"] in BROKEN_STEP_STATUSES and name is not StepName.UPLOAD else None,
    }
