"""What is no rival of the right value, and what is decided by all that a page shows: no person is asked for nothing."""

from __future__ import annotations

import pytest

from documents.domain.dates import read_date_in
from documents.domain.library import library_type
from documents.domain.schema_spec import FieldSpec, FieldType, SchemaSpec
from extraction.local.extractor import extract_candidates
from extraction.local.labels import find_labels
from extraction.local.page_notation import notation_of
from extraction.local.page_view import build_page_view
from tests.unit.extraction.pages import page_of

ORDER = library_type("purchase_order").spec("en")
SHOP = SchemaSpec(
    "shop", "Shop", "1.0", (FieldSpec("address", FieldType.ADDRESS, "Address"),), locale="en_GB", keywords=("receipt",)
)
AMERICAN = ("71 Copperline Drive", "Ashgrove Falls, OR 97099", "Tel: (503) 555-0185", "Date: 12/11/25", "TOTAL $20.63")


def texts_of(name: str, schema: SchemaSpec, *rows: str) -> list[str]:
    found = extract_candidates(build_page_view(page_of(*rows)), schema, 1)
    return [candidate.raw_text for candidate in found if candidate.field == name]


def test_number_word_alone_is_no_misread_label() -> None:
    view = build_page_view(page_of("VAT number: IE9604208T", "PO number: 4711", "P0 number: 12"))
    hits = find_labels(view, ["PO Number"])["PO Number"]
    assert {hit.segment.text[hit.start : hit.end] for hit in hits} == {"PO number", "P0 number"}
    bare = build_page_view(page_of("Number    4711"))
    assert find_labels(bare, ["Number"])["Number"] and not find_labels(bare, ["PO Number"])["PO Number"]


def test_tax_and_house_numbers_are_no_order_numbers() -> None:
    rows = (
        "Purchase Order",
        "Order No.    428772",
        "",
        "Harkwell LLC",
        "182 Maple Bend Blvd",
        "",
        "VAT number: IE9604208T",
    )
    found = texts_of("order_number", ORDER, *rows)
    assert found[0] == "428772" and not {"182", "IE9604208T"} & set(found)


def test_number_of_that_form_without_tax_beside_it_stays() -> None:
    assert "IE9604208T" in texts_of("order_number", ORDER, "Purchase Order", "Order No.    IE9604208T")


@pytest.mark.parametrize("contact", ["Tel: 020 7946 0647", "Phone 020 7946 0647", "Fax: 020 7946 0648"])
def test_no_address_goes_on_over_a_contact(contact) -> None:
    found = texts_of(
        "address", SHOP, "Harkwell Stores", "10 Cooper's Yard", "Wetherdale QJ3 6PN", contact, "Milk   1.20"
    )
    assert found[0] == "10 Cooper's Yard\nWetherdale QJ3 6PN"
    assert not [text for text in found if "020" in text]


def order(*texts: str) -> tuple[str, bool]:
    found = notation_of(texts, "en_GB")
    return found.date_order, found.is_order_sure


def test_address_phone_and_money_together_decide_the_order() -> None:
    assert order(*AMERICAN) == ("MDY", True)
    assert str(read_date_in("12/11/25", notation_of(AMERICAN, "en_GB"))) == "2025-12-11"


@pytest.mark.parametrize("left_out", [1, 2, 4])
def test_two_of_them_leave_it_to_a_person(left_out) -> None:
    rest = [text for number, text in enumerate(AMERICAN) if number != left_out]
    assert order(*rest) == ("", False) and notation_of(rest, "en_GB").is_order_doubtful


@pytest.mark.parametrize(
    "other", ["VAT 20 % € 4.00", "18 Harbour Road, Bristol BS1 4QA", "+44 20 7946 0647", "Total CAD 20.63"]
)
def test_signs_of_another_country_leave_it_open(other) -> None:
    assert order(*AMERICAN, other) == ("", False)


def test_dates_of_the_page_come_first() -> None:
    assert order(*AMERICAN, "Printed 25/11/2025") == ("DMY", True)
