"""Step runs of a document as its page shows them: by sub-document, and page by page. Callers have passed a door."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from documents.models import Document, StepRun
from documents.models.run import UnitKind


def step_groups(document: Document, sub_documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those of the document, then those of each sub-document that has some."""
    runs: dict[str, list[StepRun]] = {}
    for run in StepRun.objects.filter(run__document=document).exclude(unit_kind=UnitKind.PAGE).order_by("position"):
        runs.setdefault(str(run.unit_id), []).append(run)
    groups = [{"sub_document": None, "runs": runs.get(str(document.id), [])}]
    return groups + [
        {"sub_document": sub_document, "runs": runs.get(sub_document["id"], [])}
        for sub_document in sub_documents
        if sub_document["id"] in runs
    ]


def page_grid(document: Document) -> list[dict[str, Any]]:
    """One entry per page with its runs in order."""
    runs: dict[UUID, list[StepRun]] = {}
    found = StepRun.objects.filter(run__document=document, unit_kind=UnitKind.PAGE)
    for run in found.order_by("position").defer("output"):
        runs.setdefault(run.unit_id, []).append(run)
    pages = document.pages.only("id", "number", "error").order_by("number")
    return [{"number": page.number, "error": page.error_message, "runs": runs.get(page.id, [])} for page in pages]
