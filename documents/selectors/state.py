"""The state of a batch as the batch page, the API and the command line show it, read from PostgreSQL."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from documents.domain.statuses import PASSED_STEP_STATUSES, StepStatus
from documents.domain.step_names import PageStepName, StepName
from documents.models import Batch, Document, StepRun, SubDocument
from documents.models.run import UnitKind

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
    """The whole batch as JSON: counters and a row a document."""
    documents = list(_documents().filter(batch=batch))
    rows = _rows(documents)
    return {"batch": batch_totals(batch, rows), "documents": rows}


def batch_totals(batch: Batch, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The batch's counters, from its documents' rows."""
    counts = Counter(row["status"] for row in rows)
    is_open = any(counts[status] for status in ("received", "processing"))
    waits = any(counts[status] for status in ("in_review", "delivering"))
    return {
        "id": str(batch.id),
        "name": batch.name,
        "status": "cancelled"
        if batch.cancelled_at
        else "processing"
        if is_open
        else "waiting"
        if waits
        else "finished",
        "counts": dict(counts),
        "page_count": sum(row["page_count"] or 0 for row in rows),
        "pages_done": sum(row["pages_done"] for row in rows),
    }


def batch_summaries(batches: QuerySet[Batch]) -> QuerySet[Batch]:
    """Annotates a list of batches with document and page counts by kind of status."""

    def documents_with(*statuses: str) -> Count:
        return Count("documents", filter=Q(documents__status__in=statuses), distinct=True)

    return batches.annotate(
        document_count=Count("documents", distinct=True),
        open_count=documents_with("received", "processing", "delivering"),
        review_count=documents_with("in_review"),
        failed_count=documents_with("failed", "quarantined"),
        completed_count=documents_with("completed"),
    )


def document_row(document_id: UUID) -> dict[str, Any]:
    """One document's row of the batch state."""
    return _rows(list(_documents().filter(id=document_id)))[0]


def _documents() -> QuerySet[Document]:
    parts = SubDocument.objects.select_related("schema_version__schema").defer("schema_version__definition")
    return Document.objects.select_related("source_file").prefetch_related(Prefetch("sub_documents", parts))


def _rows(documents: list[Document]) -> list[dict[str, Any]]:
    steps: dict[UUID, list[StepRun]] = {}
    step_runs = StepRun.objects.filter(run__document__in=documents).exclude(unit_kind=UnitKind.PAGE)
    shown = step_runs.annotate(document_id=F("run__document_id")).only("step", "status", "error_code", "reason")
    for step_run in shown:
        steps.setdefault(step_run.document_id, []).append(step_run)
    done = _pages_done(documents)
    return [_row(document, steps.get(document.id, []), done.get(document.id, 0)) for document in documents]


def _pages_done(documents: list[Document]) -> dict[UUID, int]:
    finished = (
        StepRun.objects.filter(
            run__document__in=documents,
            unit_kind=UnitKind.PAGE,
            step=PageStepName.EXTRACT_FIELDS,
            status__in=[*PASSED_STEP_STATUSES, StepStatus.FAILED, StepStatus.QUARANTINED],
        )
        .values("run__document_id")
        .annotate(pages=Count("id"))
    )
    return {entry["run__document_id"]: entry["pages"] for entry in finished}


def _row(document: Document, step_runs: list[StepRun], pages_done: int) -> dict[str, Any]:
    sub_documents = [part for part in document.sub_documents.all() if not part.is_blank]
    return {
        "id": str(document.id),
        "position": document.created_at.timestamp(),
        "at": timezone.now().timestamp(),
        "file_name": document.source_file.name,
        "status": document.status,
        "error": _error(document.error_code, document.error_message),
        "page_count": document.page_count,
        "pages_done": pages_done,
        "steps": [_step(name, [run for run in step_runs if run.step == name]) for name in StepName],
        "metadata": document.metadata,
        "route": _route({part.route for part in sub_documents if part.route}),
        "sub_documents": [_sub_document(part) for part in sub_documents],
        "review_url": reverse("review:of_document", args=[document.id]) if document.status == "in_review" else None,
        "url": reverse("documents:document_detail", args=[document.id]),
    }


def _error(code: str, message: str) -> dict[str, str] | None:
    return {"code": code, "message": message} if code else None


def _route(routes: set[str]) -> str | None:
    return "mixed" if len(routes) > 1 else next(iter(routes), None)


def _step(name: StepName, step_runs: list[StepRun]) -> dict[str, Any]:
    """One step of the strip: of several sub-documents the one that most needs a look."""
    if not step_runs:
        return {"name": name.value, "status": StepStatus.PENDING.value, "error": None, "reason": ""}
    worst = min(step_runs, key=lambda run: _WORST_FIRST.index(StepStatus(run.status)))
    return {
        "name": name.value,
        "status": worst.status,
        "error": _error(worst.error_code, worst.reason) if worst.error_code else None,
        "reason": worst.reason,
    }


def _sub_document(part: SubDocument) -> dict[str, Any]:
    return {
        "id": str(part.id),
        "type": part.schema_version.schema.name if part.schema_version else None,
        "first_page": part.first_page,
        "last_page": part.last_page,
        "status": part.status,
        "route": part.route or None,
        "confidence": part.confidence,
        "reasons": part.reasons,
    }
