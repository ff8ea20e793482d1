"""Extracting again: a sub-document is merged from pages whose fields were extracted for its own type.

After detection a page may have been taken for another type than its document; after a person moved a boundary or chose a
type, too. The page's input hash tells: it covers what was read and the schema. Pages whose hash has not changed, and all
earlier steps of a page, keep their step runs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from documents.domain.pipeline import PageStepName, StepName
from documents.domain.statuses import PASSED_STEP_STATUSES, StepStatus
from documents.models import SchemaVersion, StepRun, SubDocument
from documents.services.running.step_runs import step_runs_reset
from extraction import queries
from extraction.runner.contexts import input_hash


def extraction_hash(sha256: str, page_number: int, read: Mapping[str, object], schema: tuple[str, str] | None) -> str:
    """Of what a page's fields depend on: its file, the facts of read_text, key and version of the schema."""
    return input_hash(
        file=sha256,
        page=page_number,
        step=PageStepName.EXTRACT_FIELDS.value,
        text=[read.get("engine"), read.get("engine_version")],
        schema=" ".join(schema) if schema else None,
    )


def types_of_pages(document_id: UUID) -> dict[int, SchemaVersion]:
    """By page number: the type of the sub-document that it belongs to, where one is known."""
    sub_documents = SubDocument.objects.filter(document_id=document_id, schema_version__isnull=False)
    found: dict[int, SchemaVersion] = {}
    for sub_document in sub_documents.select_related("schema_version__schema"):
        assert sub_document.schema_version is not None
        numbers = range(sub_document.first_page, sub_document.last_page + 1)
        found |= dict.fromkeys(numbers, sub_document.schema_version)
    return found


def pages_reopen(document_id: UUID, sub_document_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Opens extract_fields of pages again that were extracted for another type than that of their sub-documents, which are
    to be merged next; gives the sub-documents that have to wait for their pages.

    To be called under the document's lock; idempotent.
    """
    outdated = pages_outdated(sub_document_ids)
    passed = [page.step_run_id for pages in outdated.values() for page in pages if page.status in PASSED_STEP_STATUSES]
    _reopen(document_id, passed)
    return frozenset(outdated)


@dataclass(frozen=True)
class OutdatedPage:
    """A page whose extract_fields is open, or has a result for another type than its sub-document's."""

    step_run_id: UUID
    status: StepStatus


def pages_outdated(sub_document_ids: Sequence[UUID]) -> dict[UUID, list[OutdatedPage]]:
    """The outdated pages by sub-document, of those of a known type."""
    outdated: dict[UUID, list[OutdatedPage]] = {}
    step = PageStepName.EXTRACT_FIELDS.value
    for row in queries.fetch_all("pages_of_sub_documents", sub_document_ids=list(sub_document_ids), step=step):
        if not _is_current(row):
            outdated.setdefault(row["sub_document_id"], []).append(
                OutdatedPage(row["step_run_id"], StepStatus(row["status"]))
            )
    return outdated


def _is_current(row: Mapping[str, Any]) -> bool:
    if row["status"] not in PASSED_STEP_STATUSES:
        return False
    own = extraction_hash(row["sha256"], row["number"], row, (row["schema_key"], row["schema_version"]))
    return bool(row["input_hash"] == own or not row["words"])


def _reopen(document_id: UUID, run_ids: list[UUID]) -> None:
    """The joined step waits for the pages again, so that the last of them wakes the document."""
    if not run_ids:
        return
    step_runs_reset(StepRun.objects.filter(id__in=run_ids))
    queries.run("joined_step_reopen", document_id=document_id, step=StepName.AI_EXTRACTION.value, pages=len(run_ids))
