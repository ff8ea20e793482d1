"""Pages as they were read and stored, through the pipeline's own extraction once more, for any definition of a type.

What is loaded here needs no database afterwards. No language model is asked; pictures are looked at only where a field is
read from one (tick boxes, signatures).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any
from uuid import UUID

import cv2
import numpy as np
from django.conf import settings

from documents import storage
from documents.domain.auto_approval import TypeRule
from documents.domain.page_reading import PageReading
from documents.domain.pipeline import PageStepName
from documents.domain.schema_spec import SchemaSpec
from documents.domain.statuses import SubDocumentStatus
from documents.domain.values import CandidateRow, CheckResult, FieldCandidate
from documents.domain.words import Words
from documents.domain.words.in_force import using_words
from documents.models import Document, Page, SubDocument
from documents.selectors.listed import entries_of
from documents.selectors.page_candidates import candidates_of
from documents.selectors.sender_notation import sender_notation_of
from documents.selectors.words import words_of
from extraction.context import LeadingInvoice, PageContext, PageSummary, SubDocumentContext
from extraction.local.extractor import rank_page
from extraction.local.ranking import FEATURES_VERSION
from extraction.local.regions.asked import asks_for_regions
from extraction.page_steps.extract_fields import extract_page_fields
from extraction.pipeline import with_checks
from extraction.results import ConfidenceResult
from extraction.runner.contexts import limits, page_summary
from extraction.runner.e_invoices import leading_invoice
from extraction.runner.origins import reasons_of_file
from extraction.steps.confidence_check import score_confidence
from idp_project.core.errors import PermanentFailure
from idp_project.core.page_text import PageText
from idp_project.core.reasons import Reason


class _NoFile:
    """The file parser of a trial: the file itself is not opened, so what is drawn is the stored picture."""

    def __getattr__(self, name: str) -> Any:
        def refuse(*_: object, **__: object) -> Any:
            raise PermanentFailure

        return refuse


@dataclass(frozen=True)
class StoredPage:
    """A page as its steps left it. `reading` are its stored candidates, where they may be ranked again."""

    number: int
    text: PageText | None
    facts: Mapping[str, Any]
    is_blank: bool
    failure: Reason | None
    image_name: str
    stored: PageSummary
    reading: PageReading | None = None


@dataclass(frozen=True)
class StoredDocument:
    """Consecutive pages of a document with what its sub-document's steps may know beside them. `takes_answers`: what a language
    model once answered counts, as stored; a draft is tried without any model."""

    organization_id: UUID
    first_page: int
    last_page: int
    pages: tuple[StoredPage, ...]
    words: Words
    is_repaired: bool = False
    document_reasons: tuple[Reason, ...] = ()
    type_score: float = 1.0
    boundary_score: float = 1.0
    page_scores: Mapping[int, float] = field(default_factory=dict)
    is_auto_approval_on: bool = True
    is_arranged: bool = False
    is_read_again: bool = False
    takes_answers: bool = False
    leading: LeadingInvoice | None = None


@dataclass(frozen=True)
class TrialResult:
    """What the pipeline's steps would hand to the desk, or to automatic approval."""

    spec: SchemaSpec
    confidence: ConfidenceResult
    checks: tuple[CheckResult, ...]


def stored_document(
    document: Document,
    first_page: int,
    last_page: int,
    *,
    is_auto_approval_on: bool,
    sub_document: SubDocument | None = None,
    reader: str = "",
) -> StoredDocument:
    """Loads the pages inside the tenancy scope. `sub_document` has these pages, where one has. `reader`: the digest of today's
    reader; stored candidates are taken where that very reader made them.
    """
    rows = Page.objects.filter(
        document=document, number__range=(first_page, last_page), set_aside_at__isnull=True
    ).order_by("number")
    is_same_reader = bool(reader) and sub_document is not None and sub_document.reader == reader
    readings = candidates_of(sub_document) if sub_document and is_same_reader else {}
    pages = tuple(
        StoredPage(
            number=page.number,
            text=PageText.from_dict(page.text) if page.text else None,
            facts=page.facts,
            is_blank=page.is_blank,
            failure=page.error,
            image_name=page.image_name,
            stored=page_summary(page),
            reading=readings.get(page.number),
        )
        for page in rows
    )
    found = StoredDocument(
        organization_id=document.organization_id,
        first_page=first_page,
        last_page=last_page,
        pages=pages,
        words=words_of(document.organization),
        is_repaired=bool(document.metadata.get("is_repaired")),
        document_reasons=reasons_of_file(document),
        is_auto_approval_on=is_auto_approval_on,
    )
    if sub_document is None or sub_document.status == SubDocumentStatus.BLANK:
        return found
    return replace(
        found,
        leading=leading_invoice(sub_document),
        boundary_score=sub_document.boundary_score,
        page_scores={int(number): score for number, score in sub_document.page_scores.items()},
    )


def stored_as_routed(sub_document: SubDocument, *, reader: str) -> StoredDocument:
    """The same of a sub-document as its own steps would route it today: with what is known of its type and of who changed it."""
    first, last = sub_document.first_page, sub_document.last_page
    found = stored_document(
        sub_document.document, first, last, is_auto_approval_on=True, sub_document=sub_document, reader=reader
    )
    return replace(
        found,
        type_score=sub_document.type_score,
        is_arranged=sub_document.arranged_by_id is not None,
        is_read_again=sub_document.read_again_at is not None,
        takes_answers=True,
    )


def run_types(document: StoredDocument, definitions: Sequence[tuple[SchemaSpec, TypeRule]]) -> list[TrialResult]:
    """What each definition makes of the document, with its rule of automatic approval. Nothing is stored; outside any scope.

    Page by page, so that what is looked for once per page is shared.
    """
    with using_words(document.words):
        pages = [[_page(page, spec, document) for spec, _ in definitions] for page in document.pages]
        by_definition = zip(*pages, strict=True) if pages else [()] * len(definitions)
        return [
            _result(document, tuple(mine), spec, rule)
            for mine, (spec, rule) in zip(by_definition, definitions, strict=True)
        ]


def _result(document: StoredDocument, pages: tuple[PageSummary, ...], spec: SchemaSpec, rule: TypeRule) -> TrialResult:
    context = SubDocumentContext(
        first_page=document.first_page,
        last_page=document.last_page,
        schema=spec,
        pages=pages,
        type_score=document.type_score,
        boundary_score=document.boundary_score,
        page_scores=document.page_scores,
        is_arranged=document.is_arranged,
        is_read_again=document.is_read_again,
        is_repaired=document.is_repaired,
        document_reasons=document.document_reasons,
        is_auto_approval_on=document.is_auto_approval_on,
        type_rule=rule,
        words=document.words,
        ask_sender=partial(sender_notation_of, document.organization_id),
        entries_of=entries_of(document.organization_id, spec.locale),
        leading=document.leading,
    )
    judged = with_checks(context)
    return TrialResult(spec, score_confidence(judged), judged.checks)


def _page(page: StoredPage, spec: SchemaSpec, document: StoredDocument) -> PageSummary:
    if page.text is None or page.failure or page.is_blank:
        return _summary(page, (), (), {})
    if _may_rank(page, spec, takes_answers=document.takes_answers):
        assert page.reading
        return replace(page.stored, candidates=tuple(rank_page(page.reading, spec)))
    result = extract_page_fields(_context(page, spec, document))
    return _summary(page, result.candidates, result.rows, result.facts)


def _may_rank(page: StoredPage, spec: SchemaSpec, *, takes_answers: bool) -> bool:
    """Whether the same reader read it for this very version, with no language model beside it unless its answers count."""
    reading = page.reading
    return (
        reading is not None
        and bool(spec.version)
        and (reading.schema_key, reading.schema_version) == (spec.key, spec.version)
        and reading.features_version == FEATURES_VERSION
        and (takes_answers if reading.answers else not reading.left_out)
    )


def _summary(
    page: StoredPage, candidates: Iterable[FieldCandidate], rows: Iterable[CandidateRow], facts: Mapping[str, Any]
) -> PageSummary:
    return PageSummary.of(
        page.number,
        {**page.facts, PageStepName.EXTRACT_FIELDS.value: facts},
        is_blank=page.is_blank,
        failure=page.failure,
        candidates=candidates,
        rows=rows,
    )


def _context(page: StoredPage, spec: SchemaSpec, document: StoredDocument) -> PageContext:
    return PageContext(
        path="",
        content_type="",
        page_number=page.number,
        page_count=document.last_page,
        limits=limits(),
        parser=_NoFile(),
        ocr=None,  # type: ignore[arg-type]  # nothing is read again
        llm=None,
        llms={},
        schemas=(spec,),
        render_dpi=settings.RENDER_DPI,
        view_dpi=settings.VIEW_DPI,
        facts=dict(page.facts),
        image=_picture(page) if asks_for_regions(spec) else None,
        page_text=page.text,
        words=document.words,
    )


def _picture(page: StoredPage) -> Any:
    """None where its file is gone."""
    try:
        data = np.frombuffer(storage.page_image_read(page.image_name), np.uint8) if page.image_name else None
    except OSError:
        return None
    image = cv2.imdecode(data, cv2.IMREAD_COLOR) if data is not None and data.size else None
    return cv2.cvtColor(image, cv2.COLOR_BGR2RGB) if image is not None else None
