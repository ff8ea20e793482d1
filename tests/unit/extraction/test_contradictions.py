"""What checks cannot see: another total, parties that changed places; and whose a value in a line is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from extraction.local.extractor import extract_candidates
from extraction.local.page_view import build_page_view
from extraction.local.table_header import Column, Header, find_headers
from extraction.local.tables import extract_rows
from extraction.steps.contradictions import contradictions
from extraction.steps.row_guard import doubts_of_rows
from tests.unit.extraction.pages import demo_schema, page_of
from tests.unit.extraction.test_adjustments import INVOICE, read, value

SUMS = ("Nettobetrag   400,00", "MwSt. 19 %   76,00", "Gesamtbetrag   476,00")
GAP = " " * 40


def told(*rows: str) -> list[str]:
    return [reason.code for reason in contradictions(read("invoice", *INVOICE, *(GAP + row for row in rows)))]


@pytest.mark.parametrize(
    ("below", "codes"),
    [
        ((), []),
        (("Rechnungsbetrag:   486,00",), ["other_total"]),
        (("Rechnungsbetrag:   476,00",), []),
        (("abzgl. Anzahlung   200,00", "Rechnungsbetrag:   276,00"), []),  # one story
        (("Saldo Ihres Kontos:   1.476,00",), []),
    ],
)
def test_another_total_at_such_a_label_is_told(below: tuple[str, ...], codes: list[str]) -> None:
    assert told(*SUMS, *below) == codes


def test_the_recipient_in_the_senders_place_is_told() -> None:
    rows = (
        "Rechnung Nr. RE4711     03.04.2025",
        "Lieferant: Muster Werkzeuge GmbH",
        "Rechnung an: Beispiel Handel AG",
        *INVOICE[3:],
        *SUMS,
    )
    for head, codes in (("Beispiel Handel AG", ["parties_unsure"]), ("Muster Werkzeuge GmbH", [])):
        found = read("invoice", head, *rows, head=head)
        assert (
            value(found, "seller_name") == "Muster Werkzeuge GmbH"
            and value(found, "buyer_name") == "Beispiel Handel AG"
        )
        assert [reason.code for reason in contradictions(found)] == codes


def test_a_label_inside_a_line_of_goods_is_no_label() -> None:
    """ "Ordner" is spelled like "Order", "Order form" is one: the line owns its words."""
    rows = ["Order No.", "270007", *INVOICE[3:]]
    for words in ("Ordner A4", "Order A4 paper"):
        lines = [*INVOICE[:3], *rows, f"3      {words}                   2           5,00          10,00"]
        found = read("invoice", *lines, *(GAP + row for row in SUMS))
        assert value(found, "order_number") != "A4", words


@pytest.mark.parametrize(
    "head",
    [
        "Item Description               Qty      Unit Price      Line Total",
        "Item   Description             Qty      Unit Price      Line Total",
        "Item Description           Qty Unit     Price     Line Total",
        "No.  Item Description          Qty      Price           Total",
    ],
)
def test_a_header_fills_as_many_columns_with_as_few_letters_over(head: str) -> None:
    schema = demo_schema("invoice")
    view = build_page_view(page_of(head, "1   Safety shoes   29     55.15    1,599.35"))
    (header,) = find_headers(view, schema.tables[0])
    names = [column.spec.name if column.spec else "" for column in header.columns]
    assert names[:3] == ["position", "description", "quantity"] and names[-2:] == ["unit_price", "amount"], names


@pytest.mark.parametrize(
    ("below", "total"),
    [
        (("Cash     23.60",), "23.58"),
        (("Cash     25.60", "Change     2.00"), "23.58"),
        (("Total due     23.60", "Cash     23.60"), "23.60"),
        (("Rounded total     23.60", "Cash     23.60"), "23.60"),
    ],
)
def test_rounding_decides_between_totals_and_not_against_one(below: tuple[str, ...], total: str) -> None:
    rows = ("Shop One", "Receipt 12   03/04/2025", "Tea     23.58", "     Total     23.58", "     Rounding     0.02")
    assert value(read("receipt", *rows, *(f"     {row}" for row in below)), "total") == total


@pytest.mark.parametrize("label", ["Your VAT number:", "Ihre USt-IdNr.:", "Customer VAT No.:"])
def test_the_readers_tax_number_is_not_the_senders(label: str) -> None:
    schema = demo_schema("invoice")
    theirs, mine = "DE811907980", "DE952952426"
    for rows, expected in (((f"{label} {theirs}", f"VAT No.: {mine}"), [mine]), ((f"{label} {theirs}",), [])):
        view = build_page_view(page_of("Muster Werkzeuge GmbH", "Invoice", *rows, confidence=None))
        found = [each.value for each in extract_candidates(view, schema, 1) if each.field == "vat_number"]
        assert found[:1] == expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (("Your IBAN for refunds: DE89 3704 0044 0532 0130 00",), []),
        (("Ihre IBAN: DE89 3704 0044 0532 0130 00", "IBAN: GB82 WEST 1234 5698 7654 32"), ["GB82WEST12345698765432"]),
        (
            ("Please quote your invoice number with your payment to IBAN: DE89 3704 0044 0532 0130 00",),
            ["DE89370400440532013000"],
        ),
    ],
)
def test_the_readers_account_is_not_the_senders(rows: tuple[str, ...], expected: list[str]) -> None:
    view = build_page_view(page_of("Muster Werkzeuge GmbH", "Invoice", *rows, confidence=None))
    assert [each.value for each in extract_candidates(view, demo_schema("invoice"), 1) if each.field == "iban"][
        :1
    ] == expected
    view = build_page_view(page_of("First Bank", "Account statement", rows[0], confidence=None))
    found = extract_candidates(view, demo_schema("bank_statement"), 1)
    assert [each.value for each in found if each.field == "iban"][:1] == ["DE89370400440532013000"]


def test_a_name_is_not_cut_before_the_rest_of_its_legal_form() -> None:
    view = build_page_view(page_of("Steinbacher Handels GmbH & Co. KG09993 Tannwalde", "Rechnung", confidence=None))
    found = [each.value for each in extract_candidates(view, demo_schema("invoice"), 1) if each.field == "seller_name"]
    assert "Steinbacher Handels GmbH" not in found


def test_a_title_above_does_not_name_what_has_a_label_beside_it() -> None:
    rows = ("Muster GmbH", "Rechnungsnummer 20254214", "Rechnung", "Ihre USt-IdNr.: DE945993064")
    view = build_page_view(page_of(*rows, confidence=None))
    found = [
        each.value for each in extract_candidates(view, demo_schema("invoice"), 1) if each.field == "invoice_number"
    ]
    assert found[0] == "20254214"


def test_a_head_that_no_column_took_is_told() -> None:
    table = demo_schema("invoice").tables[0]
    (header,) = find_headers(build_page_view(page_of("Pos.   Description    Qty     Price     Amount")), table)
    assert header.heads_not_read(table) == ()
    columns = [replace(column, spec=None) if column.head == "Qty" else column for column in header.columns]
    lost = replace(header, columns=tuple(columns))
    assert isinstance(lost, Header) and all(isinstance(column, Column) for column in lost.columns)
    assert lost.heads_not_read(table) == ("Qty",)


@pytest.mark.parametrize(
    ("numbers", "codes"),
    [
        (("1", "2", "3", "4", "5"), []),
        (("1", "2", "", "4", "5"), ["numbers_not_read"]),
        (("1", "2", "", "3", "4"), []),  # a line without a number
    ],
)
def test_numbers_that_were_not_read_are_told(numbers: tuple[str, ...], codes: list[str]) -> None:
    schema = demo_schema("invoice")
    lines = (f"{number:<6}Safety shoes     2       10.00       20.00" for number in numbers)
    view = build_page_view(page_of("Pos.  Description      Qty     Price       Amount", *lines))
    rows = [row for row in extract_rows(view, schema, 1) if row.cells]
    found = doubts_of_rows(rows, schema.tables[0], [])
    assert [reason.code for reasons in found.values() for reason in reasons] == codes


def test_a_number_below_its_label_is_as_sure_as_a_date_there() -> None:
    view = build_page_view(page_of("Date of birth     Employees", "4 May 1980        19", confidence=None))
    found = {each.field: each.score for each in reversed(extract_candidates(view, demo_schema("registration_form"), 1))}
    assert abs(found["employees"] - found["birth_date"]) < 0.2
