"""A worker's warm-up: a made-up page goes through every step that needs neither file nor engine.

Patterns, tables of dates and parts of libraries are loaded at first use, half a second in all: after the warm-up the worker
has them, and its forks inherit them.
"""

from __future__ import annotations

import cv2
import numpy as np

from documents.domain.earned.digests import code_digests
from documents.domain.pipeline import PIPELINE, PageStepName, StepName
from documents.domain.schema_spec import FieldSpec, FieldType, SchemaSpec, TableSpec
from extraction.context import DetectionContext, PageContext, PageSummary, SubDocumentContext
from extraction.pipeline import FUNCTIONS, score, with_result
from extraction.results import PageStepResult
from idp_project.core.geometry import Polygon
from idp_project.core.page_text import PageText, TextSource

_LINES = (
    "Sample and Partners Ltd  Invoice INV-2024-001",
    "Date: 3 March 2024  Due: 04/17/2024",
    "Street: 12 Long Road, London  Phone: +44 20 7946 0018",
    "Description  Quantity  Price",
    "Paper  2  10.50",
    "Ink  1  4.00",
    "IBAN: GB33BUKB20201555555555  VAT: GB999999973",
    "Mail: office@example.com  Total: 25.00 GBP",
)
_HEIGHT, _WIDTH, _LINE = 800, 600, 80
_WARMED = frozenset(PageStepName) - {PageStepName.RENDER, PageStepName.READ_TEXT}  # both would need a file or an engine


def warm_up() -> None:
    """Takes as long as the first page of a process would; leaves nothing behind but what libraries keep."""
    code_digests()
    schema = _schema()
    context = _context(schema)
    found: list[PageStepResult] = []
    for step in PIPELINE.page_steps:
        if step.name in _WARMED:
            found.append(FUNCTIONS[step.name](context))
            context = with_result(context, step, found[-1])
    page = PageSummary(
        number=1,
        schema_key=schema.key,
        type_score=1.0,
        is_first_page=1.0,
        is_blank=False,
        failure=None,
        candidates=found[-1].candidates,
        rows=found[-1].rows,
        text_confidence=1.0,
        text_source=TextSource.OCR.value,
        identifiers={},
    )
    FUNCTIONS[StepName.SUBDOCUMENT_DETECTION](DetectionContext((page,), [schema]))
    score(SubDocumentContext(1, 1, schema, (page,), type_score=1.0, boundary_score=1.0))


def _schema() -> SchemaSpec:
    """A field of every type."""
    fields = tuple(FieldSpec(kind.value, kind, kind.value.replace("_", " ")) for kind in FieldType)
    columns = (FieldSpec("description", FieldType.TEXT, "Description"), FieldSpec("price", FieldType.AMOUNT, "Price"))
    return SchemaSpec("warm_up", "Warm-up", "1", fields, (TableSpec("rows", "Rows", columns),))


def _context(schema: SchemaSpec) -> PageContext:
    image = np.full((_HEIGHT, _WIDTH, 3), 255, np.uint8)
    lines = []
    for number, line in enumerate(_LINES, 1):
        bottom = number * _LINE
        cv2.putText(image, line, (20, bottom), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (0, 0, 0))
        words = line.split()
        step = (_WIDTH - 40) / len(words)
        lines.append([(word, _place(20 + step * index, step, bottom), 0.99) for index, word in enumerate(words)])
    return PageContext(
        path="",
        content_type="image/png",
        page_number=1,
        page_count=1,
        limits=None,  # type: ignore[arg-type]  # no step of the warm-up looks at limits, file or engine
        parser=None,  # type: ignore[arg-type]
        ocr=None,  # type: ignore[arg-type]
        llm=None,
        llms={},
        schemas=[schema],
        render_dpi=72,
        view_dpi=72,
        facts={PageStepName.RENDER.value: {}, PageStepName.READ_TEXT.value: {}},
        image=image,
        page_text=PageText.from_lines(lines, source=TextSource.OCR, engine="warm-up", engine_version="1"),
    )


def _place(left: float, width: float, bottom: int) -> Polygon:
    right, top = left + 0.9 * width, bottom - 0.5 * _LINE
    return Polygon.from_pixels(
        ((left, top), (right, top), (right, bottom), (left, bottom)), width=_WIDTH, height=_HEIGHT
    )
