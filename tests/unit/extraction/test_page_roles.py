"""Separator pages by words, bar codes and patch codes; several documents on one page; what a page holds."""

from __future__ import annotations

import numpy as np
import pytest
import zxingcpp

from documents.domain.substance import PageRole
from extraction.local.page_substance import substance_of
from extraction.local.page_view import build_page_view
from extraction.local.several_on_page import documents_on
from extraction.page_steps.layout import analyze_layout
from extraction.page_steps.page_roles import role_of
from extraction.page_steps.patch_codes import has_patch_code
from idp_project.core.page_text import PageText, TextSource
from tests.unit.extraction.pages import drawn_page, page_context, page_of


def paper(height: int = 1100, width: int = 800) -> np.ndarray:
    return np.full((height, width, 3), 255, np.uint8)


def coded(kind: str, text: str) -> np.ndarray:
    """A page with nothing but a bar code."""
    made = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, kind))
    code = np.asarray(made.to_image(scale=3))
    image = paper()
    image[300 : 300 + code.shape[0], 60 : 60 + code.shape[1]] = code[:, :, None]
    return image


def patch_page(pattern: str = "NWNW", gap: int = 8) -> np.ndarray:
    image, y = paper(), 40
    for bar in pattern:
        thick = 20 if bar == "W" else 8
        image[y : y + thick, 60:740] = 0
        y += thick + gap
    return image


def role(*rows: str, image: np.ndarray | None = None) -> PageRole:
    text = page_of(*rows) if rows else PageText.empty(source=TextSource.OCR, engine="x", engine_version="1")
    view, codes = build_page_view(text), []
    if image is not None:
        found = analyze_layout(page_context(image=image, page_text=text))
        codes = [code["text"] for code in found.facts["barcodes"]]
    return role_of(view, substance_of(view), image, codes)


@pytest.mark.parametrize(
    ("kind", "text"),
    [("Code39", "PATCHT"), ("Code128", "Separator-A"), ("QRCode", "TRENNBLATT 12"), ("DataMatrix", "SEPARATOR")],
)
def test_bar_codes_of_separator_pages(kind, text):
    assert role(image=coded(kind, text)) is PageRole.SEPARATOR


def test_other_bar_codes_separate_nothing():
    assert role(image=coded("Code128", "ASN00012")) is PageRole.NONE


@pytest.mark.parametrize("pattern", ["NWNW", "WNWN", "WNNW", "WWNN"])
def test_patch_codes_are_four_bars_two_of_them_wide(pattern):
    assert has_patch_code(patch_page(pattern))
    assert role("Printing instructions for this page", image=patch_page(pattern)) is PageRole.SEPARATOR


def test_rules_of_a_table_are_no_patch_code():
    assert not has_patch_code(patch_page("NNNN"))
    assert not has_patch_code(patch_page("NWNW", gap=60))
    assert not has_patch_code(drawn_page("Some text", "on a page"))


@pytest.mark.parametrize(
    "words",
    ["PATCH T", "Separator sheet", "TRENNBLATT", "Feuille de séparation", "Hoja separadora", "Foglio separatore",
     "Scheidingsblad", "Skiljeblad", "Лист-разделитель", "Document separator 7 - do not remove"],
)  # fmt: skip
def test_separator_words_of_several_languages(words):
    assert role(words) is PageRole.SEPARATOR


def test_a_document_that_speaks_of_separators_is_a_document():
    invoice = (
        "Office Supplies Ltd   Invoice 4711",
        "Description   Qty   Price   Amount",
        "Divider   20   1.20   24.00",
        "Separator sheet   10   2.00   20.00",
        "Total   44.00",
    )
    assert role(*invoice) is PageRole.NONE
    letter = "We return the separator sheets that came with your last delivery because they are of another colour than"
    assert (
        role(letter, "ordered by our office in Bristol in May, and ask you to send us a credit note") is PageRole.NONE
    )


def test_a_viewers_notice_is_recognised():
    notice = "Please wait... If this message is not eventually replaced by the proper contents of the document,"
    assert role(notice, "your PDF viewer may not be able to display this type of document.") is PageRole.NOTICE


def test_substance_tells_invoices_from_covering_texts():
    cover = substance_of(build_page_view(page_of("Dear Sir or Madam", "please find attached invoice 12 of 3 May 2025")))
    assert not cover.is_document and cover.words == 13
    invoice = page_of("Net   100.00", "VAT 20%   20.00", "Total   120.00")
    assert substance_of(build_page_view(invoice)).is_document
    table = page_of("Anchor chain   20   12.40   248.00", "Fender   6   18.75   112.50")
    assert substance_of(build_page_view(table)).is_document
    assert substance_of(build_page_view(page_of("KESTREL marine supplies"))).says_nothing


ONE = ("Corner Bakery", "Receipt 10417", "12/03/2024 10:15", "Bread 3.20", "Rolls 2.40", "Total 5.60", "Cash 10.00")
TWO = ("Harbour Cafe", "Receipt 20931", "14/03/2024 12:40", "Coffee 2.90", "Cake 4.10", "Total 7.00", "Visa 7.00")


def test_two_receipts_side_by_side_are_seen():
    rows = [f"{left:<60}{right}" for left, right in zip(ONE, TWO, strict=True)]
    assert documents_on(build_page_view(page_of(*rows))) == 2


def test_two_receipts_below_each_other_are_seen():
    assert documents_on(build_page_view(page_of(*ONE, "", "", "", "", *TWO))) == 2


def test_one_receipt_and_an_invoice_with_its_slip_are_one():
    assert documents_on(build_page_view(page_of(*ONE))) == 1
    slip = ("Payment slip", "Receipt 10417", "Date 12/03/2024", "Please return this part", "Total 5.60")
    assert documents_on(build_page_view(page_of(*ONE, "", "", "", "", *slip))) == 1
