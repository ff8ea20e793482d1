"""Whose name and number stands where: headings of parties, letterheads in one line, numbers of the other party."""

from __future__ import annotations

import pytest

from extraction.local.extractor import extract_candidates
from extraction.local.page_view import build_page_view
from tests.unit.extraction.pages import demo_schema, page_of

INVOICE = demo_schema("invoice")


def best(*lines: str) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for candidate in extract_candidates(build_page_view(page_of(*lines, confidence=None)), INVOICE, 1):
        found.setdefault(candidate.field, candidate.value)
    return found


@pytest.mark.parametrize(
    ("seller", "buyer"),
    [
        ("Verkäufer:", "Käufer:"),
        ("Verkäufer:", "Käufer/Leistungsempfänger:"),
        ("Rechnungssteller", "Rechnungsempfänger"),
        ("Seller:", "Buyer:"),
        ("Vendeur", "Acheteur"),
        ("Sprzedawca:", "Nabywca:"),
        ("Fornitore", "Cliente"),
    ],
)
@pytest.mark.parametrize(
    "names", [("Rohstoff AG Salzgitter", "Liselotte Müller"), ("Physiotherapeutin", "Beispielmieter GmbH")]
)
def test_name_under_the_heading_of_its_party(seller: str, buyer: str, names: tuple[str, str]) -> None:
    found = best(
        "Sheet to show the data of the invoice",
        "",
        seller,
        "Nummer : 12345676",
        names[0],
        "Marktstr. 153",
        "38226 Salzgitter",
        "",
        buyer,
        "Nummer : 75969813",
        names[1],
        "Pappelallee 15",
        "12345 Leipzig",
    )
    assert (found["seller_name"], found["buyer_name"]) == names


def test_label_that_lost_its_colon_is_no_name() -> None:
    found = best("Seller GmbH", "", "Käufer:", "Nümmer         GE2020211", "Kunden AG Mitte", "Kundenstraße 15")
    assert found["buyer_name"] == "Kunden AG Mitte"


def test_name_beside_a_label_below_the_heading() -> None:
    found = best(
        "Verkäufer",
        "Name:             Grundbesitz GmbH & Co.",
        "Anschrift:        Musterstraße 42",
        "",
        "Käufer",
        "Name:             Liselotte Müller",
        "Anschrift:        Rechnungsstraße 12",
    )
    assert (found["seller_name"], found["buyer_name"]) == ("Grundbesitz GmbH & Co.", "Liselotte Müller")


@pytest.mark.parametrize("joint", [" - ", " · ", " | ", " • "])
def test_letterhead_in_one_line_names_the_seller(joint: str) -> None:
    line = joint.join(("Au bon moulin SARL", "1242 chemin de l'olive", "84340 Malaucène"))
    found = best(line, "", "Facture FA-2017-0010", "Ma jolie boutique", "35 rue de la République", "69001 Lyon")
    assert found["seller_name"] == "Au bon moulin SARL"


@pytest.mark.parametrize(
    "line",
    ["N° TVA client         FR19787878784", "Customer VAT Number ESA12345674", "Kunde USt-IdNr.: DE136695976"],
)
def test_number_of_the_customer_is_not_the_sellers(line: str) -> None:
    assert (
        best("Moulin SARL", "TVA : FR40303265045 - SIRET : 99999999800010", "", line)["vat_number"] == "FR40303265045"
    )


def test_number_in_the_block_of_the_buyer_is_not_the_sellers() -> None:
    found = best(
        "Verkäufer:",
        "Lieferant GmbH",
        "USt.-Id.-Nr. : DE123456789",
        "",
        "Käufer:",
        "Kunden AG",
        "USt.-Id.-Nr. : DE136695976",
    )
    assert found["vat_number"] == "DE123456789"


def test_compound_words_are_no_labels() -> None:
    found = best("Weitere Referenz: Abrechnung 2010", "Handelsrechnung Nr. 471102 vom 05.03.2018")
    assert found["invoice_number"] == "471102"


def test_day_to_pay_below_the_head_of_a_column() -> None:
    found = best(
        "Rechnungsdatum  05.03.2018",
        "",
        "Beschreibung            Fälligkeit       Teilzahlung",
        "                        04.04.2018",
    )
    assert found["due_date"] == "2018-04-04"


def test_day_of_the_order_is_not_the_invoices() -> None:
    found = best(
        "Rechnung Nr. 471102", "vom 05.03.2018", "Rechnung gemäß Ihrer Bestellung vom 01.03.2018.", "Datum 05.03.2018"
    )
    assert found["invoice_date"] == "2018-03-05"
