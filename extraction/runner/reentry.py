"""Entering extract_fields again: a sub-document is merged from pages whose fields were extracted for its own type.

After detection a page may have been taken for another type than its document; after a person moved a boundary or chose a
type, too. The page's input hash tells: it covers what was read and the schema. Pages whose hash has not changed, and all
earlier steps of a page, keep their step runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from documents.domain.statuses import PASSED_STEP_STATUSES, StepStatus
from documents.domain.step_names import PageStepName, StepName
from documents.models import Document, Page, SchemaVersion, StepRun, SubDocument
from documents.models.run import UnitKind
from extraction import queries
from extraction.runner.contexts import input_hash


def extraction_hash(
    document: Document, page_number: int, read: dict[str, object], schema: tuple[str, str] | None
) -> str:
    """Of what a page's fields depend on; `read` are the facts of read_text, `schema` is key and version."""
    return input_hash(
        file=document.source_file.sha256,
        page=page_number,
        step=PageStepName.EXTRACT_FIELDS.value,
        text=[read.get("engine"), read.get("engine_version")],
        schema=" ".join(schema) if schema else None,
    )


def types_of_pages(document_id: UUID) -> dict[int, SchemaVersion]:
    """By page number: the type of the sub-document that it belongs to, where one is known."""
    parts = SubDocument.objects.filter(document_id=document_id, schema_version__isnull=False)
    found: dict[int, SchemaVersion] = {}
    for part in parts.select_related("schema_version__schema"):
        assert part.schema_version is not None
        found |= dict.fromkeys(range(part.first_page, part.last_page + 1), part.schema_version)
    return found


def pages_reopen(document_id: UUID, part_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Opens extract_fields of pages again that were extracted for another type than that of the parts, which are to be
    merged next; gives those parts that have to wait for their pages.

    To be called under the document's lock; called again it changes nothing.
    """
    parts = SubDocument.objects.filter(id__in=part_ids, schema_version__isnull=False)
    found = list(parts.select_related("schema_version__schema", "document__source_file"))
    if not found:
        return frozenset()
    outdated = pages_outdated(found[0].document, found)
    _reopen(document_id, [run.id for runs in outdated.values() for run in runs if run.status in PASSED_STEP_STATUSES])
    return frozenset(outdated)


def pages_outdated(document: Document, parts: Sequence[SubDocument]) -> dict[UUID, list[StepRun]]:
    """By sub-document: step runs of its pages that are open, or whose result is for another type."""
    typed = [part for part in parts if part.schema_version is not None]
    if not typed:
        return {}
    facts = Page.objects.filter(document=document, error_code="", is_blank=False).values_list(
        "id", "number", "facts__read_text"
    )
    pages = {page_id: (number, read or {}) for page_id, number, read in facts}
    runs = StepRun.objects.filter(
        unit_kind=UnitKind.PAGE, unit_id__in=list(pages), step=PageStepName.EXTRACT_FIELDS.value
    ).only("unit_id", "status", "input_hash")
    outdated: dict[UUID, list[StepRun]] = {}
    for run in runs:
        number, read = pages[run.unit_id]
        part = next((one for one in typed if one.first_page <= number <= one.last_page), None)
        if part is not None and not _is_current(document, part, number, read, run):
            outdated.setdefault(part.id, []).append(run)
    return outdated


def _is_current(document: Document, part: SubDocument, number: int, read: dict[str, object], run: StepRun) -> bool:
    if run.status not in PASSED_STEP_STATUSES:
        return False
    assert part.schema_version is not None
    version = part.schema_version
    own = extraction_hash(document, number, read, (version.schema.key, version.number))
    return run.input_hash == own or not read.get("words")


def _reopen(document_id: UUID, run_ids: list[UUID]) -> None:
    """The joined step waits for the pages again, so that the last of them wakes the document."""
    if not run_ids:
        return
    StepRun.objects.filter(id__in=run_ids).update(
        status=StepStatus.PENDING, attempt=0, crash_count=0, reason="", not_before=None, finished_at=None
    )
    queries.run("joined_step_reopen", document_id=document_id, step=StepName.AI_EXTRACTION.value, pages=len(run_ids))
