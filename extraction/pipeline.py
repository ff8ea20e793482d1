"""The pipeline, step by step: start reading here. Which functions do the 14 steps of a document and the 7 of every page.

    upload → metadata | page_split → enhancement → ocr → ai_extraction → subdocument_detection → merge → field_validation
    → confidence_check → review_queue → human_review  |  auto_approve → pdb_sync

The table in `documents/domain/pipeline.py` says in which order, on which queue, for how long. A function is a pure
`context -> result` (`steps`, `page_steps`), or a service of another app that takes a sub-document's id (`handover`).
The executors in `runner` build contexts, call the functions and persist results.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from documents.domain.pipeline import PageStepName, Step, StepName
from extraction.context import PageContext, SubDocumentContext
from extraction.handover import approve_automatically, await_decision, await_delivery, open_review_task
from extraction.page_steps.classify_page import classify_page
from extraction.page_steps.enhance import enhance_page
from extraction.page_steps.extract_fields import extract_page_fields
from extraction.page_steps.layout import analyze_layout
from extraction.page_steps.page_type import classify_page_type
from extraction.page_steps.read_text import read_page_text
from extraction.page_steps.render import render_page
from extraction.results import ConfidenceResult, PageStepResult
from extraction.steps.confidence_check import score_confidence
from extraction.steps.field_validation import validate_fields
from extraction.steps.merge import merge_candidates
from extraction.steps.metadata import read_metadata
from extraction.steps.page_split import split_pages
from extraction.steps.subdocument_detection import detect_sub_documents
from extraction.steps.upload import prepare_file

S, P = StepName, PageStepName

FUNCTIONS: Mapping[StepName | PageStepName, Callable[..., Any]] = {
    S.UPLOAD: prepare_file,
    S.METADATA: read_metadata,
    S.PAGE_SPLIT: split_pages,
    # enhancement has passed when every page has passed
    P.RENDER: render_page,
    P.CLASSIFY_PAGE: classify_page,
    P.ENHANCE: enhance_page,
    # ocr has passed when every page has passed
    P.READ_TEXT: read_page_text,
    # ai_extraction has passed when every page has passed
    P.LAYOUT: analyze_layout,
    P.PAGE_TYPE: classify_page_type,
    P.EXTRACT_FIELDS: extract_page_fields,
    # the document again, then each of its sub-documents
    S.SUBDOCUMENT_DETECTION: detect_sub_documents,
    S.MERGE: merge_candidates,
    S.FIELD_VALIDATION: validate_fields,
    S.CONFIDENCE_CHECK: score_confidence,
    S.REVIEW_QUEUE: open_review_task,
    S.HUMAN_REVIEW: await_decision,
    S.AUTO_APPROVE: approve_automatically,
    S.PDB_SYNC: await_delivery,
}


def with_result(context: PageContext, step: Step, result: PageStepResult) -> PageContext:
    """What the page's next step may know, once this one has given its result."""
    return replace(
        context,
        facts={**context.facts, step.name.value: result.facts},
        image=result.image if result.image is not None else context.image,
        page_text=result.page_text or context.page_text,
        text_layer=result.text_layer if result.text_layer is not None else context.text_layer,
    )


def with_checks(context: SubDocumentContext) -> SubDocumentContext:
    """The sub-document as its confidence is judged: with merged values, what is printed beside its sums, and checks."""
    merged = merge_candidates(context)
    context = replace(context, fields=merged.fields, rows=merged.rows, adjustments=merged.adjustments)
    return replace(context, checks=validate_fields(context).checks)


def score(context: SubDocumentContext) -> ConfidenceResult:
    """A sub-document's steps up to its confidence, in memory: nothing is stored or claimed."""
    return score_confidence(with_checks(context))
