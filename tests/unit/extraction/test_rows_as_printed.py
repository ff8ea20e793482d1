"""Rows printed are rows read, or somebody is told: where tables end and go on, over many pages, in any layout."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from documents.domain.schema_spec import SchemaSpec
from documents.domain.values import CandidateRow
from extraction.context import SubDocumentContext
from extraction.local.page_view import build_page_view
from extraction.local.tables import extract_rows
from extraction.steps.confidence_check import score_confidence
from extraction.steps.merge import merge_candidates
from idp_project.core.page_text import PageText
from tests.unit.extraction.pages import RECEIPT, demo_schema, page_of, summary

INVOICE = demo_schema("invoice")
HEAD = "Pos   Description                Qty    Unit Price       Amount"


def rows_of(*lines: str, schema: SchemaSpec = INVOICE) -> list[dict[str, str | None]]:
    return [{cell.field: cell.value for cell in row.cells} for row in candidates(page_of(*lines), schema)]


def candidates(page: PageText, schema: SchemaSpec = INVOICE, number: int = 1) -> list[CandidateRow]:
    return extract_rows(build_page_view(page), schema, number)


def texts_of(*lines: str, schema: SchemaSpec = INVOICE) -> list[str | None]:
    return [row.get("description") for row in rows_of(*lines, schema=schema)]


def reasons_of(*pages: Sequence[str]) -> list[str]:
    """Codes of the reasons for which a person is asked about the rows of these pages."""
    read = [
        summary(number, rows=tuple(candidates(page_of(*lines), number=number)))
        for number, lines in enumerate(pages, start=1)
    ]
    context = SubDocumentContext(1, len(read), INVOICE, tuple(read), 0.9, 0.9)
    merged = merge_candidates(context)
    context = SubDocumentContext(1, len(read), INVOICE, tuple(read), 0.9, 0.9, fields=merged.fields, rows=merged.rows)
    codes = ("rows_missing", "rows_counted", "carried_sum_differs")
    return [reason.code for reason in score_confidence(context).reasons if reason.code in codes]


ITEMS = (
    "1     Anchor chain               20        12.40       248.00",
    "2     Fender F4                   6        18.75       112.50",
)


@pytest.mark.parametrize(
    "end",
    [
        (
            "Sum of goods                                         360.50",
            "Freight                                               10.00",
        ),
        ("Terms:", "Description            Due              Part", "all                    01.02.2025      360.50"),
        ("Steueraufschlüsselung", "USt. S                                   360.50     68.50"),
        ("VAT rate        Net            VAT", "20%           360.50         72.10"),
        ("Positionssumme                                       360.50", "Zahlbetrag                           432.60"),
    ],
)
def test_what_follows_the_items_is_no_item(end: tuple[str, ...]) -> None:
    assert texts_of(HEAD, *ITEMS, *end) == ["Anchor chain", "Fender F4"]


def test_freight_without_a_sum_before_it_is_an_item() -> None:
    assert texts_of(HEAD, *ITEMS, "3     Freight                                         10.00")[-1] == "Freight"


def test_items_below_a_group_sum_are_read() -> None:
    found = texts_of(
        HEAD,
        *ITEMS,
        "Subtotal                                            360.50",
        "3     Cleat                       4         5.00        20.00",
        "Total                                               380.50",
    )
    assert found == ["Anchor chain", "Fender F4", "Cleat"]


def test_gross_price_in_the_next_line_is_no_row() -> None:
    found = rows_of(
        HEAD,
        "1     Anchor chain               20        12.40       248.00",
        "      Gross price:                         14.76",
        "2     Fender F4                   6        18.75       112.50",
        "      Gross price:                         22.31",
    )
    assert [row.get("amount") for row in found] == ["248.00", "112.50"]


def test_number_at_the_edge_of_the_texts_is_text() -> None:
    found = texts_of(
        HEAD,
        "1     Mineral water              20         5.49       109.80",
        "      12 x 1.0 l",
        "2     Hotel                       1       158.88       158.88",
        "      2 nights",
    )
    assert found == ["Mineral water 12 x 1.0 l", "Hotel 2 nights"]


def test_heads_in_three_lines_are_one_head() -> None:
    found = rows_of(
        "                                        Prix",
        "Description              Quantité                   Montant",
        "                                      unitaire",
        "Nougat 250g                  5          4,55          22,75",
        "Huile d'olive               10         19,80         198,00",
    )
    assert [row["unit_price"] for row in found] == ["4.55", "19.80"]


def test_last_column_without_a_known_head_is_the_amount() -> None:
    found = rows_of(
        "Description             Quantity      Unit Price        Wert xy",
        "Biscuits                    20          3.20          64.00",
        "Olive oil                  100         19.80       1,980.00",
    )
    assert [row.get("amount") for row in found] == ["64.00", "1980.00"]


def test_text_left_of_a_centred_head_is_described() -> None:
    found = texts_of(
        "              Description         Quantity     Unit Price      Amount",
        "Nougat 250g                          8           4.55          36.40",
    )
    assert found == ["Nougat 250g"]


@pytest.mark.parametrize(
    ("line", "quantity"),
    [
        ("2   Joghurt            5,5000     50 Stk    7 %    275,00", "50"),
        ("2   Yoghurt                50     5.50             275.00", "50"),
        ("3   Taxi               1 Stk      23,36    7 %     23,36", "1"),
    ],
)
def test_quantity_of_a_page_without_heads(line: str, quantity: str) -> None:
    row = rows_of(line, "4   Cake                4     2,00           8,00")[0]
    assert row["quantity"] == quantity


@pytest.mark.parametrize(
    ("line", "text", "amount"),
    [
        ("TODD APPAR 400898406210 C             2.40 T1", "TODD APPAR", "2.40"),
        ("B8-20 TOP        789138077879 C       6.40 T1", "B8-20 TOP", "6.40"),
        ("RETAIL COUPON                        10.00-T", "RETAIL COUPON", "10.00"),
        ("Cola 330                              1.20", "Cola 330", "1.20"),
    ],
)
def test_codes_beside_items_of_receipts(line: str, text: str, amount: str) -> None:
    row = rows_of("Corner shop", "Street 1", "Town", line, "Total                       2.40", schema=RECEIPT)[0]
    assert (row["description"], (row["amount"] or "").lstrip("-")) == (text, amount)


def test_single_column_of_prices_is_what_items_come_to() -> None:
    found = rows_of(
        "Qty   Description              Price",
        "1     Snickers               $0.99",
        "1     Pepsi                  $1.89",
        schema=RECEIPT,
    )
    assert [row.get("amount") for row in found] == ["0.99", "1.89"]


def _page(first: int, last: int, *more: str) -> tuple[str, ...]:
    lines = [f"{n:<5} Part {n:<24} 2        10.00        20.00" for n in range(first, last + 1)]
    return (HEAD, *lines, *more)


def test_all_rows_of_many_pages_raise_no_doubt() -> None:
    assert reasons_of(*(_page(10 * n + 1, 10 * n + 10) for n in range(6))) == []


@pytest.mark.parametrize("is_repeated", [True, False])
def test_every_row_of_sixty_pages_is_read(is_repeated: bool) -> None:
    """With the heads on every page, and on the first one alone."""
    pages = [_page(15 * n + 1, 15 * n + 15)[0 if is_repeated or not n else 1 :] for n in range(60)]
    read = [summary(n, rows=tuple(candidates(page_of(*lines), number=n))) for n, lines in enumerate(pages, start=1)]
    merged = merge_candidates(SubDocumentContext(1, 60, INVOICE, tuple(read), 0.9, 0.9))
    assert [row.number for row in merged.rows] == list(range(1, 901))
    assert not any(row.doubts or row.unread for row in merged.rows)


def test_gap_in_the_numbers_is_told() -> None:
    assert reasons_of(_page(1, 10), _page(13, 20)) == ["rows_missing"]


def test_numbers_by_tens_and_groups_are_no_gap() -> None:
    tens = (HEAD, *(f"{n * 10:<5} Part {n:<24} 2        10.00        20.00" for n in range(1, 8)))
    assert reasons_of(tens) == []
    assert reasons_of(_page(1, 6), _page(1, 5)) == []


@pytest.mark.parametrize(
    ("out", "told"),
    [("200.00", []), ("220.00", ["carried_sum_differs"])],
)
def test_carried_sum_is_compared_with_the_rows(out: str, told: list[str]) -> None:
    first = _page(1, 10, f"Carried forward                                     {out}")
    assert reasons_of(first, _page(11, 15)) == told


def test_brought_sum_is_compared_with_the_rows_before() -> None:
    head, *rest = _page(11, 15)
    second = (head, "Brought forward                                     300.00", *rest)
    assert reasons_of(_page(1, 10), second) == ["carried_sum_differs"]


def test_sum_of_a_page_and_difference_of_sides_are_right() -> None:
    pages = (
        _page(1, 10, "Page total                             200.00"),
        _page(11, 15, "Page total               100.00"),
    )
    assert reasons_of(*pages) == []


@pytest.mark.parametrize(("text", "told"), [("Number of lines: 15", []), ("Anzahl Positionen 17", ["rows_counted"])])
def test_printed_count_is_compared_with_the_rows(text: str, told: list[str]) -> None:
    assert reasons_of(_page(1, 10), (*_page(11, 15), "", text)) == told


def test_marks_survive_storage() -> None:
    row = CandidateRow("items", (), carried_in="1.00", carried_out="2.00", printed_count=3)
    assert CandidateRow.from_dict(row.to_dict()) == row
    assert CandidateRow.from_dict({"table": "items", "cells": []}) == CandidateRow("items", ())
