"""Layout, page type and field extraction on pages of words."""

from dataclasses import replace

import numpy as np
import zxingcpp

from extraction.page_steps.extract_fields import extract_page_fields
from extraction.page_steps.layout import analyze_layout
from extraction.page_steps.page_type import classify_page_type
from tests.unit.extraction.pages import INVOICE, drawn_page, page_context, page_of
from tests.unit.extraction.test_extractor import INVOICE_PAGE, RECEIPT_PAGE


def test_layout_finds_tables_and_pairs() -> None:
    page = page_of(
        "Name: Ada",
        "Item        Qty      Amount",
        "Bolt          2       20.00",
        "Nut          10        5.00",
        "",
        "Total 25.00",
    )
    facts = analyze_layout(page_context(page_text=page)).facts
    assert facts["lines"] == 5 and facts["columns"] == 1
    assert [(table["rows"], table["columns"]) for table in facts["tables"]] == [(3, 3)]
    assert facts["key_values"] >= 1
    assert all(0 <= value <= 1 for block in facts["blocks"] for value in block)


def test_layout_reads_barcodes_with_their_place() -> None:
    image = drawn_page("Parcel")
    code = np.asarray(zxingcpp.create_barcode("IDP-4711", zxingcpp.BarcodeFormat.QRCode).to_image(scale=6))
    side = code.shape[0]
    image[500 : 500 + side, 300 : 300 + side] = code[:, :, None]
    found = analyze_layout(page_context(page_text=page_of("Parcel"), image=image)).facts["barcodes"]
    assert [item["text"] for item in found] == ["IDP-4711"]
    left, top = found[0]["polygon"][:2]
    assert abs(left - 0.3) < 0.08 and abs(top - 500 / 1400) < 0.08


def test_the_type_is_the_one_whose_words_are_on_the_page() -> None:
    assert classify_page_type(page_context(page_text=INVOICE_PAGE)).facts["schema_key"] == "invoice"
    assert classify_page_type(page_context(page_text=RECEIPT_PAGE)).facts["schema_key"] == "receipt"
    nothing = classify_page_type(page_context(page_text=page_of("lorem ipsum dolor"))).facts
    assert nothing["schema_key"] is None and nothing["type_score"] == 0


def test_a_page_that_fits_two_types_is_less_sure() -> None:
    one = classify_page_type(page_context(page_text=INVOICE_PAGE)).facts["type_score"]
    twins = (INVOICE, replace(INVOICE, key="copy"))
    assert classify_page_type(page_context(page_text=INVOICE_PAGE, schemas=twins)).facts["type_score"] < one


def test_printed_page_numbers_tell_first_pages() -> None:
    def first(*rows: str) -> float:
        return float(classify_page_type(page_context(page_text=page_of(*rows))).facts["is_first_page"])

    assert first("INVOICE", "Invoice number: A-1", "Page 1 of 3") > 0.9
    assert first("INVOICE", "Invoice number: A-1", "Page 2 of 3") < 0.1
    assert first("Seite 2", "Fortsetzung") < 0.3


def test_identifiers_are_found_for_the_boundaries() -> None:
    assert classify_page_type(page_context(page_text=INVOICE_PAGE)).facts["identifiers"] == {"number": "INV-2024-17"}


def test_fields_are_extracted_for_the_type_that_was_found() -> None:
    result = extract_page_fields(page_context(page_text=INVOICE_PAGE, facts={"page_type": {"schema_key": "invoice"}}))
    assert {candidate.field for candidate in result.candidates} >= {"number", "date", "total"}
    assert all(candidate.provenance.page_number == 1 for candidate in result.candidates)
    assert result.facts["schema_key"] == "invoice" and result.facts["engines"] == ["local 1"]


def test_a_page_of_no_known_type_gives_nothing() -> None:
    result = extract_page_fields(page_context(page_text=INVOICE_PAGE, facts={"page_type": {"schema_key": None}}))
    assert result.candidates == () and result.rows == ()
