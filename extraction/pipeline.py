"""The pipeline: the 14 steps of a document and the 7 of every page. Start reading here.

    upload → metadata | page_split → enhancement → ocr → ai_extraction → subdocument_detection → merge → field_validation
    → confidence_check → review_queue → human_review  |  auto_approve → pdb_sync

`metadata` is a branch beside `page_split`. Enhancement, ocr and ai_extraction are EACH_PAGE: complete when every page has
passed the page steps `within` them. Names are stored and never change. `when` chooses between the two routes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from documents.domain.statuses import Route
from documents.domain.step_names import PageStepName, StepName
from extraction import handover
from extraction.context import PageContext
from extraction.page_steps.classify_page import classify_page
from extraction.page_steps.enhance import enhance_page
from extraction.page_steps.extract_fields import extract_page_fields
from extraction.page_steps.layout import analyze_layout
from extraction.page_steps.page_type import classify_page_type
from extraction.page_steps.read_text import read_page_text
from extraction.page_steps.render import render_page
from extraction.results import PageStepResult
from extraction.steps.confidence_check import score_confidence
from extraction.steps.field_validation import validate_fields
from extraction.steps.merge import merge_candidates
from extraction.steps.metadata import read_metadata
from extraction.steps.page_split import split_pages
from extraction.steps.subdocument_detection import detect_sub_documents


class Unit(StrEnum):
    """What a step works on."""

    BATCH = "batch"
    DOCUMENT = "document"
    PAGE = "page"
    SUB_DOCUMENT = "sub_document"


@dataclass(frozen=True)
class Step:
    """An entry of the pipeline.

    `function` is a pure `context -> result`, or a named service of another app (module `handover`), or EACH_PAGE.
    `timeout` in seconds of wall clock; `attempts` counts tries after transient failures; `when`: only on that route;
    `after`: the steps that must have passed; `is_branch`: its failure is shown and stops nothing; `within`: the
    document step that a page step belongs to.
    """

    name: StepName | PageStepName
    function: Callable[..., Any]
    unit: Unit
    queue: str = "io"
    timeout: int = 60
    attempts: int = 5
    when: Route | None = None
    after: tuple[StepName, ...] = ()
    is_branch: bool = False
    within: StepName | None = None


def EACH_PAGE(*_: Any) -> None:  # noqa: N802 - a marker that reads like a function in the table below
    """Not called: the step is complete when every page has passed the page steps within it."""


S, P = StepName, PageStepName

PIPELINE: tuple[Step, ...] = (
    Step(S.UPLOAD, handover.receive_file, Unit.BATCH, timeout=120),
    Step(S.METADATA, read_metadata, Unit.DOCUMENT, after=(S.UPLOAD,), is_branch=True),
    Step(S.PAGE_SPLIT, split_pages, Unit.DOCUMENT, timeout=120, after=(S.UPLOAD,)),
    Step(S.ENHANCEMENT, EACH_PAGE, Unit.PAGE, after=(S.PAGE_SPLIT,)),
    Step(S.OCR, EACH_PAGE, Unit.PAGE, after=(S.ENHANCEMENT,)),
    Step(S.AI_EXTRACTION, EACH_PAGE, Unit.PAGE, after=(S.OCR,)),
    Step(S.SUBDOCUMENT_DETECTION, detect_sub_documents, Unit.DOCUMENT, after=(S.AI_EXTRACTION,)),
    Step(S.MERGE, merge_candidates, Unit.SUB_DOCUMENT, after=(S.SUBDOCUMENT_DETECTION,)),
    Step(S.FIELD_VALIDATION, validate_fields, Unit.SUB_DOCUMENT, after=(S.MERGE,)),
    Step(S.CONFIDENCE_CHECK, score_confidence, Unit.SUB_DOCUMENT, after=(S.FIELD_VALIDATION,)),
    Step(S.REVIEW_QUEUE, handover.open_review_task, Unit.SUB_DOCUMENT, after=(S.CONFIDENCE_CHECK,), when=Route.REVIEW),
    Step(S.HUMAN_REVIEW, handover.await_decision, Unit.SUB_DOCUMENT, after=(S.REVIEW_QUEUE,), when=Route.REVIEW),
    Step(
        S.AUTO_APPROVE, handover.approve_automatically, Unit.SUB_DOCUMENT, after=(S.CONFIDENCE_CHECK,), when=Route.AUTO
    ),
    Step(S.PDB_SYNC, handover.await_delivery, Unit.SUB_DOCUMENT, after=(S.HUMAN_REVIEW, S.AUTO_APPROVE)),
)

PAGE_PIPELINE: tuple[Step, ...] = (
    Step(P.RENDER, render_page, Unit.PAGE, "cpu", within=S.ENHANCEMENT),
    Step(P.CLASSIFY_PAGE, classify_page, Unit.PAGE, "cpu", within=S.ENHANCEMENT),
    Step(P.ENHANCE, enhance_page, Unit.PAGE, "cpu", within=S.ENHANCEMENT),
    Step(P.READ_TEXT, read_page_text, Unit.PAGE, "cpu", timeout=180, within=S.OCR),
    Step(P.LAYOUT, analyze_layout, Unit.PAGE, "cpu", within=S.AI_EXTRACTION),
    Step(P.PAGE_TYPE, classify_page_type, Unit.PAGE, "cpu", within=S.AI_EXTRACTION),
    Step(P.EXTRACT_FIELDS, extract_page_fields, Unit.PAGE, "cpu", timeout=180, within=S.AI_EXTRACTION),
)

DOCUMENT_STEPS = tuple(step for step in PIPELINE if step.unit is not Unit.SUB_DOCUMENT)
SUB_DOCUMENT_STEPS = tuple(step for step in PIPELINE if step.unit is Unit.SUB_DOCUMENT)


def with_result(context: PageContext, step: Step, result: PageStepResult) -> PageContext:
    """What the page's next step may know, once this one has given its result."""
    return replace(
        context,
        facts={**context.facts, step.name.value: result.facts},
        image=result.image if result.image is not None else context.image,
        page_text=result.page_text or context.page_text,
        text_layer=result.text_layer if result.text_layer is not None else context.text_layer,
    )


def step_named(name: str) -> Step:
    """The entry of that stored name. Raises KeyError."""
    return _BY_NAME[name]


def page_steps_within(name: StepName) -> tuple[Step, ...]:
    """The page steps that make up an EACH_PAGE step."""
    return tuple(step for step in PAGE_PIPELINE if step.within is name)


_BY_NAME: dict[str, Step] = {step.name.value: step for step in (*PIPELINE, *PAGE_PIPELINE)}
