"""Labelled amounts beside sums: found on pages, counted by checks, told to people."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from uuid import uuid4

import pytest

from documents.domain.adjustments import MOST_ADJUSTMENTS, Adjustment, AdjustmentKind, explain_difference
from documents.domain.auto_approval import HELD_OPEN
from documents.domain.numbers import to_decimal
from documents.domain.schema_spec import SchemaSpec
from documents.domain.sender_notation import SenderNotation
from documents.domain.values import CheckOutcome, CheckResult
from documents.domain.words import built_in_words
from extraction.context import PageSummary, SubDocumentContext
from extraction.local.adjustments import find_adjustments
from extraction.local.extractor import extract_candidates
from extraction.local.page_view import build_page_view
from extraction.local.tables import extract_rows
from extraction.pipeline import with_checks
from extraction.runner.trial import stored_pages
from extraction.runner.trial.stored_pages import StoredDocument, StoredPage, run_types
from tests.unit.extraction.pages import demo_schema, page_of, summary

RECEIPT = (
    "Harbour Cafe",
    "12 Quay Street, Portwick PW1 2AB",
    "Receipt No. 4711            03/04/2025",
    "Qty   Description            Price      Amount",
    "2     Flat white              3.50        7.00",
    "1     Carrot cake             4.00        4.00",
    "1     Club sandwich           9.00        9.00",
)
INVOICE = (
    "Muster Werkzeuge GmbH",
    "Rechnung",
    "Rechnungsnummer: RE4711        Rechnungsdatum: 03.04.2025",
    "Pos.   Bezeichnung              Menge    Einzelpreis    Gesamtpreis",
    "1      Akkuschrauber                2         150,00         300,00",
    "2      Bohrersatz                   4          25,00         100,00",
)


@lru_cache(maxsize=8)
def schema_of(key: str) -> SchemaSpec:
    return demo_schema(key)


def read(key: str, *rows: str, head: str = "") -> SubDocumentContext:
    """The page's values after merge, with their checks."""
    schema, view = schema_of(key), build_page_view(page_of(*rows, confidence=None))
    page = summary(
        1,
        schema_key=key,
        head=head,
        candidates=tuple(extract_candidates(view, schema, 1)),
        rows=tuple(extract_rows(view, schema, 1)),
        adjustments=tuple(replace(each, page=1) for each in find_adjustments(view, schema)),
    )
    context = SubDocumentContext(1, 1, schema, (page,), 0.9, 1.0)
    return with_checks(context)


def value(context: SubDocumentContext, name: str) -> str | None:
    return next(field.chosen.value if field.chosen else None for field in context.fields if field.field == name)


def sums(context: SubDocumentContext) -> list[CheckResult]:
    return [check for check in context.checks if check.check.endswith(("equals", "gross")) and check.reason]


def notes(context: SubDocumentContext) -> list[str]:
    return [str(note) for check in context.checks for note in check.notes]


@pytest.mark.parametrize(
    ("rows", "total", "label"),
    [
        (("Subtotal  20.00", "VAT 20%  4.00", "Tip  3.00", "Total  27.00"), "27.00", "Tip"),
        (("Subtotal  20.00", "Discount 10%  -2.00", "VAT 20%  3.60", "Total  21.60"), "21.60", "Discount"),
        (("Subtotal  20.00", "Discount  2.00", "VAT 20%  3.60", "Total  21.60"), "21.60", "Discount"),
        (("Subtotal  20.00", "VAT 20%  4.00", "Gift card  -5.00", "Total due  19.00"), "19.00", "Gift card"),
        (("Subtotal  20.00", "VAT 20%  4.00", "Deposit paid  10.00", "Total due  14.00"), "14.00", "Deposit paid"),
        (("Subtotal  20.00", "VAT 20%  4.23", "Rounding adj  0.12", "Total  24.35"), "24.35", "Rounding adj"),
        (("Subtotal  20.00", "VAT 20%  4.23", "Rounding  -0.13", "Total  24.10"), "24.10", "Rounding"),
        (("Subtotal  20.00", "VAT 20%  4.00", "Delivery fee  2.50", "Total  26.50"), "26.50", "Delivery fee"),
        (("Subtotal  20.00", "VAT 20%  4.00", "Bottle deposit  0.75", "Total  24.75"), "24.75", "Bottle deposit"),
        (("Subtotal  20.00", "VAT 20%  4.00", "Card surcharge  0.60", "Total  24.60"), "24.60", "Card surcharge"),
    ],
)
def test_a_printed_adjustment_makes_a_receipt_right(rows: tuple[str, ...], total: str, label: str) -> None:
    lines = (f"                        {row.replace('  ', '          ')}" for row in rows)
    found = read("receipt", *RECEIPT, *lines)
    assert value(found, "total") == total
    assert sums(found) == []
    assert any(label in note and "page 1" in note for note in notes(found)), notes(found)


@pytest.mark.parametrize(
    ("rows", "total"),
    [
        (("Total   20.00", "VAT included 20%   3.33", "Cash   20.00"), "20.00"),
        (("Subtotal   20.00", "Total   20.00", "incl. VAT 20%   3.33"), "20.00"),
        (("Total   20.00", "Cash   50.00", "Change   30.00"), "20.00"),
    ],
)
def test_a_receipt_with_tax_inside_is_right_by_its_rows(rows: tuple[str, ...], total: str) -> None:
    found = read("receipt", *RECEIPT, *(f"                              {row}" for row in rows))
    assert value(found, "total") == total
    assert sums(found) == []
    outcomes = {check.check: check.outcome for check in found.checks}
    assert outcomes["column_sum_equals"] is CheckOutcome.PASSED


@pytest.mark.parametrize(
    ("rows", "count"),
    [
        (("Nettobetrag   400,00", "Rabatt 10 %   -40,00", "MwSt. 19 %   68,40", "Gesamtbetrag   428,40"), 1),
        (("Nettobetrag   400,00", "Versandkosten   9,90", "MwSt. 19 %   77,88", "Gesamtbetrag   487,78"), 1),
        (("Nettobetrag   400,00", "MwSt. 19 %   76,00", "abzgl. Anzahlung   200,00", "Gesamtbetrag   276,00"), 1),
        (("Nettobetrag   400,00", "MwSt. 19 %   76,00", "Pfand   6,00", "abzgl. Gutschrift   30,00", "Gesamtbetrag   452,00"), 2),
        (("Zwischensumme   400,00", "abzgl. Rabatt   40,00", "Fracht   20,00", "MwSt. 19 %   72,20", "Gesamtbetrag   452,20"), 2),
    ],
)  # fmt: skip
def test_a_german_invoice_with_adjustments_is_right(rows: tuple[str, ...], count: int) -> None:
    found = read("invoice", *INVOICE, *(f"                                        {row}" for row in rows))
    assert value(found, "total_amount") == rows[-1].split()[-1].replace(",", ".")
    assert sums(found) == []
    assert len(notes(found)) == count


@pytest.mark.parametrize(
    "row",
    [
        "2 % Skonto bei Zahlung innerhalb 10 Tagen   8,00",
        "Skonto bei Zahlung bis 12.04.2025:   8,00",
        "Suggested tip   8.00",
        "Total after discount   392.00",
        "Delivery date   12.04.2025",
        "Discount   10.00 %",
        "Discount   0.00",
        "Net amount less discount   360.00",
        "City tax 4.5%   5.40",
        "Tourist tax 3 %   12.00",
    ],
)
def test_an_offer_a_sum_or_a_rate_is_no_adjustment(row: str) -> None:
    view = build_page_view(page_of(row, "Net   400.00", confidence=None))
    assert find_adjustments(view, schema_of("invoice")) == []


@pytest.mark.parametrize("row", ["City tax   4.50", "Tourist tax 2 nights   4.50", "Energy surcharge 5 %   4.50"])
def test_a_charge_without_a_rate_of_tax_is_an_adjustment(row: str) -> None:
    view = build_page_view(page_of(row, "Net   400.00", confidence=None))
    assert [each.kind for each in find_adjustments(view, schema_of("invoice"))] == [AdjustmentKind.SURCHARGE]


@pytest.mark.parametrize(
    ("rows", "tax"),
    [
        (("State tax 4%   16.00", "City tax 4.5%   18.00", "Total due   434.00"), "34.00"),
        (("State tax 4%   16.00", "County tax 1%   4.00", "City tax 2%   8.00", "Total due   428.00"), "28.00"),
        (("GST 5%   20.00", "PST 7%   28.00", "Total due   448.00"), "48.00"),
        (("MwSt. 19 %   57,00", "MwSt. 7 %   7,00", "Gesamtbetrag   464,00"), "64.00"),
    ],
)
def test_several_lines_of_tax_are_one_amount(rows: tuple[str, ...], tax: str) -> None:
    net = "Nettobetrag   400,00" if "Gesamtbetrag" in rows[-1] else "Net total   400.00"
    found = read("invoice", *INVOICE, *(f"                                        {row}" for row in (net, *rows)))
    assert value(found, "tax_amount") == tax
    assert sums(found) == []


def test_several_suggested_tips_are_a_choice_and_no_tip() -> None:
    view = build_page_view(page_of("Tip 15%   3.00", "Tip 18%   3.60", "Tip 20%   4.00", confidence=None))
    assert find_adjustments(view, schema_of("receipt")) == []
    view = build_page_view(page_of("Tip 15%   3.00", confidence=None))
    assert [each.kind for each in find_adjustments(view, schema_of("receipt"))] == [AdjustmentKind.TIP]


def test_misread_labels_of_scans_are_known() -> None:
    (found,) = find_adjustments(
        build_page_view(page_of("Roundlng Adjustmemt   0.02", confidence=0.9)), schema_of("receipt")
    )
    assert found.kind is AdjustmentKind.ROUNDING
    assert (
        find_adjustments(build_page_view(page_of("Roundlng Adjustmemt   0.02", confidence=None)), schema_of("receipt"))
        == []
    )


def test_a_wrong_total_is_not_explained_by_what_is_printed() -> None:
    rows = ("Subtotal  20.00", "VAT 20%  4.00", "Tip  3.00", "Total  37.00")
    found = read("receipt", *RECEIPT, *(f"                        {row.replace('  ', '          ')}" for row in rows))
    assert value(found, "total") == "37.00"
    assert [check.check for check in sums(found)] == ["net_or_gross"]


def adjustment(kind: AdjustmentKind, amount: str) -> Adjustment:
    return Adjustment(kind, kind.value, amount, 1, (0.1, 0.1, 0.2, 0.1, 0.2, 0.12, 0.1, 0.12))


def test_the_fewest_adjustments_are_taken_in_order_of_printing() -> None:
    five, other, ten = (
        adjustment(AdjustmentKind.TIP, "5.00"),
        adjustment(AdjustmentKind.SHIPPING, "5.00"),
        adjustment(AdjustmentKind.SURCHARGE, "10.00"),
    )
    ten_off, cent = to_decimal("10.00"), to_decimal("0.01")
    assert ten_off is not None and cent is not None
    assert [each.adjustment for each in explain_difference(ten_off, (five, other, ten), cent)] == [ten]
    assert [each.adjustment for each in explain_difference(ten_off / 2, (five, other), cent)] == [five]
    assert explain_difference(ten_off, (five,) * MOST_ADJUSTMENTS + (ten,), cent)[0].adjustment == five
    assert explain_difference(-ten_off, (ten,), cent) == ()
    assert explain_difference(-ten_off, (ten,), cent, is_below_zero=True)[0].effect == -ten_off


def test_each_kind_has_words_in_english_and_german() -> None:
    words = built_in_words()
    assert all(len(getattr(words, kind.words)) > 10 for kind in AdjustmentKind)


def test_an_adjustment_is_stored_as_code_and_params() -> None:
    one = adjustment(AdjustmentKind.PREPAID, "5.00")
    stored = one.to_dict()
    assert stored["code"] == "prepaid" and stored["params"] == {"label": "prepaid", "value": "5.00"}
    assert Adjustment.from_dict(stored) == one


def test_a_trial_counts_them_as_the_pipeline_does(monkeypatch):
    """A draft that is tried or rehearsed sees the tip, too."""
    monkeypatch.setattr(stored_pages, "sender_notation_of", lambda *_: SenderNotation())
    page = page_of(*RECEIPT, "Subtotal 20.00", "Tip 3.00", "Total 23.00", confidence=None)
    stored = StoredPage(1, page, {}, is_blank=False, failure=None, image_name="", stored=PageSummary.of(1, {}))
    document = StoredDocument(uuid4(), 1, 1, (stored,), built_in_words())
    (tried,) = run_types(document, [(schema_of("receipt"), HELD_OPEN)])
    assert tried.checks == read("receipt", *RECEIPT, "Subtotal 20.00", "Tip 3.00", "Total 23.00").checks
    assert any(check.notes for check in tried.checks)
