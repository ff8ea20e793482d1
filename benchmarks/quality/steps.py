"""A read document through the rest of the pipeline: page types, boundaries, fields, merge, checks and confidence.

The same functions that the runner calls, without its database: what is measured is what the product does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from benchmarks.quality.reading import LIMITS, RENDER_DPI, VIEW_DPI, ReadPage, pass_step
from documents.domain.auto_approval import HELD_OPEN
from documents.domain.pipeline import PIPELINE, PageStepName
from documents.domain.schema_spec import SchemaSpec
from documents.domain.statuses import Route
from documents.domain.values import FieldCandidate, MergedField, MergedRow
from extraction.context import DetectionContext, PageContext, PageSummary, SubDocumentContext
from extraction.page_steps.extract_fields import extract_page_fields
from extraction.pipeline import score
from extraction.results import DetectedSubDocument
from extraction.steps.subdocument_detection import detect_sub_documents
from idp_project.core.reasons import legacy


@dataclass(frozen=True)
class SubDocument:
    """A sub-document as the product sees it: the chosen candidate of every field that has one; `judged` are all fields and
    items with all their candidates."""

    detected: DetectedSubDocument
    fields: dict[str, FieldCandidate]
    route: Route
    rows: tuple[MergedRow, ...] = ()
    judged: tuple[MergedField, ...] = ()


def divide(pages: Sequence[ReadPage], schemas: Sequence[SchemaSpec]) -> list[DetectedSubDocument]:
    """Where documents of a stack begin, blank sheets left out."""
    found = detect_sub_documents(DetectionContext(tuple(summaries_of(pages, schemas)), schemas)).sub_documents
    return [sub_document for sub_document in found if not sub_document.is_blank]


def summaries_of(pages: Sequence[ReadPage], schemas: Sequence[SchemaSpec]) -> list[PageSummary]:
    """What detection is told of the pages, after their page types have been looked for."""
    return [_summary(page, _typed(page, schemas)) for page in pages]


def process(pages: Sequence[ReadPage], schemas: Sequence[SchemaSpec]) -> list[SubDocument]:
    """All sub-documents with their fields."""
    typed = [_typed(page, schemas) for page in pages]
    summaries = tuple(_summary(page, context) for page, context in zip(pages, typed, strict=True))
    sub_documents = detect_sub_documents(DetectionContext(summaries, schemas)).sub_documents
    return [
        _process_sub_document(sub_document, typed[sub_document.first_page - 1 : sub_document.last_page], pages, schemas)
        for sub_document in sub_documents
        if not sub_document.is_blank
    ]


def _typed(page: ReadPage, schemas: Sequence[SchemaSpec]) -> PageContext | None:
    if page.text is None:
        return None
    context = PageContext(
        path="",
        content_type="",
        page_number=page.number,
        page_count=1,
        limits=LIMITS,
        parser=None,  # type: ignore[arg-type]  # these steps look at the text only
        ocr=None,  # type: ignore[arg-type]
        llm=None,
        llms={},
        schemas=schemas,
        render_dpi=RENDER_DPI,
        view_dpi=VIEW_DPI,
        facts=page.facts,
        page_text=page.text,
    )
    return pass_step(context, PIPELINE.step(PageStepName.PAGE_TYPE))


def _summary(page: ReadPage, context: PageContext | None) -> PageSummary:
    return PageSummary.of(
        page.number,
        context.facts if context else page.facts,
        failure=legacy(page.failure) if page.failure else None,
    )


def _process_sub_document(
    sub_document: DetectedSubDocument,
    typed: Sequence[PageContext | None],
    pages: Sequence[ReadPage],
    schemas: Sequence[SchemaSpec],
) -> SubDocument:
    schema = next((one for one in schemas if one.key == sub_document.schema_key), None)
    summaries = []
    for context in typed:
        if context is not None:
            page = pages[context.page_number - 1]
            summary = _summary(page, context)
            if schema is not None:
                found = extract_page_fields(replace(context, schemas=(schema,)))
                summary = replace(summary, candidates=found.candidates, rows=found.rows, edges=found.facts.get("edges"))
            summaries.append(summary)
    known = SubDocumentContext(
        sub_document.first_page, sub_document.last_page, schema, tuple(summaries), sub_document.type_score,
        sub_document.boundary_score,
        page_scores=sub_document.page_scores, type_rule=HELD_OPEN,
    )  # fmt: skip
    judged = score(known)
    fields = {field.field: field.chosen for field in judged.fields if field.chosen}
    return SubDocument(sub_document, fields, judged.route, judged.rows, judged.fields)
