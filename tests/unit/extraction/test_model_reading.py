"""A language model's answer becomes candidates whose places were found on the page, or that say they were not."""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from extraction.context import SubDocumentContext
from extraction.local.locate import locate
from extraction.page_steps.extract_fields import extract_page_fields
from extraction.steps.merge import merge_candidates
from idp_project.core.errors import PermanentFailure, TransientFailure
from idp_project.providers.llm.base import FinishReason, LanguageAnswer, LanguageRequest
from tests.unit.extraction.pages import INVOICE, RECEIPT, page_context, page_of, summary
from tests.unit.extraction.test_extractor import INVOICE_PAGE, RECEIPT_PAGE


@dataclass
class ScriptedModel:
    """Answers with `data`, or raises it."""

    data: dict[str, Any] | Exception
    name: str = "test/model"
    version: str = "m1"
    requests: list[LanguageRequest] = field(default_factory=list)

    def extract(self, request: LanguageRequest) -> LanguageAnswer:
        self.requests.append(request)
        if isinstance(self.data, Exception):
            raise self.data
        return LanguageAnswer("", self.data, "m1", FinishReason.STOP, 1, 1, 0.1)


def said(**values: tuple[str, str]) -> dict[str, Any]:
    return {name: {"value": value, "quote": quote} for name, (value, quote) in values.items()}


def extracted(model: ScriptedModel, page=INVOICE_PAGE, schema=INVOICE):  # type: ignore[no-untyped-def]
    return extract_page_fields(page_context(page_text=page, schemas=(schema,), llm=model))


def test_a_value_on_the_page_gets_its_place() -> None:
    result = extracted(ScriptedModel(said(number=("INV-2024-17", "Invoice number: INV-2024-17"))))
    found = [c for c in result.candidates if c.provenance.engine == "test/model"]
    assert [c.raw_text for c in found] == ["INV-2024-17"]
    assert found[0].provenance.is_located and found[0].provenance.span
    assert found[0].provenance.span.of(INVOICE_PAGE.text) == "INV-2024-17"


def test_an_invented_value_is_kept_without_a_place() -> None:
    result = extracted(ScriptedModel(said(number=("ZX-99999", "Reference ZX-99999"))))
    found = [c for c in result.candidates if c.provenance.engine == "test/model"]
    assert len(found) == 1 and not found[0].provenance.is_located and found[0].provenance.span is None


def test_the_quote_decides_between_equal_values() -> None:
    page = page_of("Net total       50.00", "Total due       50.00")
    result = extracted(ScriptedModel(said(total=("50.00", "Total due 50.00"))), page)
    found = next(c for c in result.candidates if c.provenance.engine == "test/model")
    assert found.provenance.span and found.provenance.span.start > page.text.index("Total due")


def test_agreement_of_model_and_engine_is_evidence() -> None:
    result = extracted(ScriptedModel(said(number=("INV-2024-17", "INV-2024-17"), total=("777.00", "777.00"))))
    page = summary(1, candidates=result.candidates)
    fields = {f.field: f for f in merge_candidates(SubDocumentContext(1, 1, INVOICE, (page,), 0.9, 1.0)).fields}
    assert fields["number"].chosen and fields["number"].chosen.evidence["agreement"] == 1.0
    assert fields["total"].chosen and fields["total"].chosen.value == "120.00"
    assert "777.00" in [c.value for c in fields["total"].candidates]


def test_rows_that_both_read_alike_are_confirmed() -> None:
    rows = [
        said(description=("Hammer", "Hammer"), amount=("20.00", "20.00")),
        said(description=("Nails", "Nails"), amount=("4.99", "4.52")),
    ]
    result = extracted(ScriptedModel({"items": rows}), RECEIPT_PAGE, RECEIPT)
    amounts = [next(cell for cell in row.cells if cell.field == "amount") for row in result.rows]
    assert [cell.value for cell in amounts] == ["20.00", "4.52"]
    assert [cell.evidence.get("agreement") for cell in amounts] == [1.0, None]


def test_cell_read_otherwise_without_a_place_is_disputed() -> None:
    rows = [
        said(description=("Hammer", "Hammer"), amount=("20.00", "20.00")),
        said(description=("Nails", "Nails"), amount=("998.31", "998.31")),
    ]
    result = extracted(ScriptedModel({"items": rows}), RECEIPT_PAGE, RECEIPT)
    amounts = [next(cell for cell in row.cells if cell.field == "amount") for row in result.rows]
    assert [cell.value for cell in amounts] == ["20.00", "4.52"]
    assert [cell.evidence.get("disputed") for cell in amounts] == [None, 1.0]


def test_a_disputed_value_does_not_fall_under_the_table() -> None:
    invented = extracted(ScriptedModel(said(number=("ZX-99999", "Reference ZX-99999")))).candidates
    (lost,) = [c for c in invented if not c.provenance.is_located]
    own = next(c for c in invented if c.field == "number" and c.provenance.is_located)
    many = [replace(own, value=f"N-{n}", raw_text=f"N-{n}", score=0.9) for n in range(9)]
    page = summary(1, candidates=(*many, lost))
    fields = {f.field: f for f in merge_candidates(SubDocumentContext(1, 1, INVOICE, (page,), 0.9, 1.0)).fields}
    assert lost.raw_text in [c.raw_text for c in fields["number"].candidates]


def test_refusal_keeps_built_in_reading_and_outage_is_retried() -> None:
    result = extracted(ScriptedModel(PermanentFailure("too long", code="context_too_long")))
    assert result.facts["model_error"] == "context_too_long" and result.candidates
    with pytest.raises(TransientFailure):
        extracted(ScriptedModel(TransientFailure("away")))


def test_texts_are_found_across_lines_and_despite_a_wrong_letter() -> None:
    page = page_of("Marigold Hardware", "Store, High Street 12", "Total 12.00")
    found = locate(page, "Hardware Store,")
    assert found and found.span.of(page.text) == "Hardware\nStore,"
    close = locate(page, "Marigo1d Hardware")
    assert close and close.similarity < 1 and close.span.of(page.text) == "Marigold Hardware"
    assert locate(page, "Rosebud Bakery") is None
    assert locate(page, "  ") is None
