"""Planted deviations between page and XML are stopped, documents that agree are not: the proof, on the own generator."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

from documents.domain.auto_approval import HELD_OPEN
from documents.domain.e_invoice.model import EInvoice
from documents.domain.e_invoice.reading import invoice_of
from documents.domain.e_invoice_kinds import KINDS
from documents.domain.e_invoice_reasons import DEVIATIONS
from documents.domain.library import library_types
from documents.domain.pipeline import PIPELINE
from documents.domain.schema_spec import SchemaSpec
from extraction.context import DetectionContext, LeadingInvoice, PageSummary, SubDocumentContext
from extraction.pipeline import FUNCTIONS, with_checks, with_result
from extraction.results import PageStepResult
from extraction.steps.confidence_check import score_confidence
from extraction.steps.subdocument_detection import detect_sub_documents
from idp_project.core.isolation.client import Sandbox
from idp_project.core.page_text import PageText
from idp_project.operations.samples.e_invoices import Deviation, EInvoiceRecipe, make_e_invoice
from idp_project.operations.samples.kinds.base import Size
from idp_project.providers.ocr.rapidocr import RapidOcrEngine
from tests.unit.extraction.pages import page_context

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
LOCALES = ("de_DE", "en_GB", "en_IE")
PLANTED = [Deviation.AMOUNT, Deviation.IBAN, Deviation.DATE, Deviation.SELLER, Deviation.ROW]


@cache
def schemas() -> tuple[SchemaSpec, ...]:
    return tuple(each.spec("de") for each in library_types())


@cache
def engine() -> RapidOcrEngine:
    return RapidOcrEngine()


def page_read(sandbox: Sandbox, path: Path, number: int, count: int) -> tuple[PageSummary, PageText]:
    context = page_context(
        sandbox,  # type: ignore[arg-type]
        engine(),  # type: ignore[arg-type]
        path=str(path),
        content_type="application/pdf",
        page_number=number,
        page_count=count,
        schemas=[schema.printed for schema in schemas()],
        render_dpi=settings.RENDER_DPI,
        view_dpi=settings.VIEW_DPI,
    )
    result = PageStepResult()
    for step in PIPELINE.page_steps:
        result = FUNCTIONS[step.name](context)
        context = with_result(context, step, result)
    assert context.page_text is not None
    return PageSummary.of(number, context.facts, candidates=result.candidates, rows=result.rows), context.page_text


def deviations_of(path: Path, invoice: EInvoice) -> set[str]:
    """Codes of the reasons that say that page and XML disagree."""
    sandbox = Sandbox()
    count = len(sandbox.page_sizes(str(path)))
    read = [page_read(sandbox, path, number, count) for number in range(1, count + 1)]
    pages = tuple(page for page, _ in read)
    printed = [schema.printed for schema in schemas()]
    found = detect_sub_documents(DetectionContext(pages, printed, e_invoice_kind=KINDS[invoice.kind]))
    first = found.sub_documents[0]
    texts = {page.number: text for page, text in read if first.first_page <= page.number <= first.last_page}
    context = SubDocumentContext(
        first_page=first.first_page,
        last_page=first.last_page,
        schema=next(schema for schema in schemas() if schema.key == first.schema_key),
        pages=pages[first.first_page - 1 : first.last_page],
        type_score=first.type_score,
        boundary_score=first.boundary_score,
        type_rule=HELD_OPEN,
    )
    judged = score_confidence(with_checks(replace(context, leading=LeadingInvoice(invoice, texts=texts))))
    reasons = [*judged.reasons, *(reason for field in judged.fields for reason in field.reasons)]
    reasons += [reason for row in judged.rows for cell in row.cells for reason in cell.reasons]
    return {code for reason in reasons for code in reason.codes} & DEVIATIONS


def deviations_in(folder: Path, recipe: EInvoiceRecipe) -> set[str]:
    sample = make_e_invoice(recipe)
    path = folder / sample.file_name
    path.write_bytes(sample.content)
    received = Sandbox().read_e_invoice(str(path))
    assert received is not None
    return deviations_of(path, invoice_of(received.tree))


def test_every_planted_deviation_is_stopped(tmp_path: Path) -> None:
    missed = [
        (seed, deviation)
        for seed in range(12)
        for deviation in PLANTED
        if not deviations_in(tmp_path, EInvoiceRecipe(1000 + seed, LOCALES[seed % 3], deviation))
    ]
    assert missed == []  # of 60


def test_no_document_that_agrees_is_stopped(tmp_path: Path) -> None:
    sizes = [Size.LONG if seed % 10 == 0 else Size.SHORT for seed in range(100)]
    stopped = {
        seed: found
        for seed, size in enumerate(sizes)
        if (found := deviations_in(tmp_path, EInvoiceRecipe(2000 + seed, LOCALES[seed % 3], size=size)))
    }
    assert stopped == {}
