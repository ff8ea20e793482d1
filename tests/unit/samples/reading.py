"""Samples taken through the pipeline's pure steps: no database, no queue, the real sandbox and the built-in engines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from django.conf import settings

from documents.domain.auto_approval import HELD_OPEN
from documents.domain.checks.sub_document_checks import failed_among
from documents.domain.pipeline import PIPELINE, PageStepName
from documents.domain.schema_spec import SchemaSpec
from documents.domain.statuses import Route
from documents.domain.values import MergedField, MergedRow
from extraction.context import DetectionContext, PageSummary, SubDocumentContext
from extraction.pipeline import FUNCTIONS, with_result
from extraction.results import DetectedSubDocument, PageStepResult
from extraction.steps.confidence_check import score_confidence
from extraction.steps.field_validation import validate_fields
from extraction.steps.merge import merge_candidates
from extraction.steps.subdocument_detection import detect_sub_documents
from idp_project.core.isolation.client import Sandbox
from idp_project.operations.demo.organization import shipped_schemas
from idp_project.operations.samples.generator import Sample
from idp_project.providers.ocr.rapidocr import RapidOcrEngine
from tests.unit.extraction.pages import page_context

_TYPES = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png"}


@dataclass(frozen=True)
class SubDocument:
    """What the pipeline makes of one sub-document."""

    detected: DetectedSubDocument
    fields: dict[str, str | None]
    rows: tuple[dict[str, str | None], ...]
    route: Route
    reasons: tuple[str, ...]
    confidences: dict[str, float | None] = field(default_factory=dict)
    items: dict[str, list[str]] = field(default_factory=dict)  # every value of every field


@cache
def demo_schemas() -> tuple[SchemaSpec, ...]:
    return tuple(shipped_schemas())


@cache
def _ocr() -> RapidOcrEngine:
    return RapidOcrEngine()


def read_sample(sample: Sample, folder: Path, schemas: Sequence[SchemaSpec] = ()) -> list[SubDocument]:
    """All sub-documents of the sample's file, in order, blank ones included."""
    path = folder / sample.file_name
    path.write_bytes(sample.content)
    schemas = schemas or demo_schemas()
    pages = read_pages(path, schemas)
    detection = detect_sub_documents(DetectionContext(tuple(pages), schemas))
    return [_read_sub_document(sub_document, pages, schemas) for sub_document in detection.sub_documents]


def read_pages(
    path: Path, schemas: Sequence[SchemaSpec], *, until: PageStepName = PageStepName.EXTRACT_FIELDS
) -> list[PageSummary]:
    """Every page of the file, by the page steps up to that one."""
    sandbox = Sandbox()
    count = len(sandbox.page_sizes(str(path)))
    return [_read_page(sandbox, path, number, count, schemas, until) for number in range(1, count + 1)]


def _read_page(
    sandbox: Sandbox, path: Path, number: int, count: int, schemas: Sequence[SchemaSpec], until: PageStepName
) -> PageSummary:
    context = page_context(
        sandbox,  # type: ignore[arg-type]
        _ocr(),  # type: ignore[arg-type]
        path=str(path),
        content_type=_TYPES[path.suffix[1:]],
        page_number=number,
        page_count=count,
        schemas=schemas,
        render_dpi=settings.RENDER_DPI,
        view_dpi=settings.VIEW_DPI,
    )
    result = PageStepResult()
    for step in PIPELINE.page_steps:
        result = FUNCTIONS[step.name](context)
        context = with_result(context, step, result)
        if step.name == until:
            break
    return PageSummary.of(number, context.facts, candidates=result.candidates, rows=result.rows)


def _read_sub_document(
    sub_document: DetectedSubDocument, pages: Sequence[PageSummary], schemas: Sequence[SchemaSpec]
) -> SubDocument:
    context = SubDocumentContext(
        first_page=sub_document.first_page,
        last_page=sub_document.last_page,
        schema=next((schema for schema in schemas if schema.key == sub_document.schema_key), None),
        pages=tuple(page for page in pages if sub_document.first_page <= page.number <= sub_document.last_page),
        type_score=sub_document.type_score,
        boundary_score=sub_document.boundary_score,
        type_rule=HELD_OPEN,
    )
    merged = merge_candidates(context)
    context = replace(context, fields=merged.fields, rows=merged.rows)
    context = replace(context, checks=validate_fields(context).checks)
    judged = score_confidence(context)
    reasons = (*judged.reasons, *(reason for one in judged.fields for reason in one.reasons))
    reasons += tuple(reason for row in judged.rows for cell in row.cells for reason in cell.reasons)
    reasons += tuple(check.reason for check in failed_among(context.checks) if check.reason)
    return SubDocument(
        sub_document,
        {one.field: _value(one) for one in judged.fields},
        tuple(_row(row) for row in judged.rows),
        judged.route,
        reasons,
        {one.field: one.confidence for one in judged.fields},
        _items(schema, judged.fields) if (schema := context.schema) else {},
    )


def _items(schema: SchemaSpec, found: Sequence[MergedField]) -> dict[str, list[str]]:
    return {
        spec.name: [text for one in found if one.field == spec.name and (text := _value(one) or _raw(one))]
        for spec in schema.fields
    }


def _raw(found: MergedField) -> str | None:
    return found.chosen.raw_text if found.chosen else None


def _value(found: MergedField) -> str | None:
    return found.chosen.value if found.chosen else None


def _row(row: MergedRow) -> dict[str, str | None]:
    return {cell.field: _value(cell) for cell in row.cells}
