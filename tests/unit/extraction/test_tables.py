"""Table rows: under a header, with descriptions of several lines, and on receipts without a header."""

from dataclasses import replace

import pytest

from documents.domain.schema_spec import FieldSpec, FieldType, SchemaSpec, TableSpec
from documents.domain.values import CandidateRow
from extraction.local.page_view import build_page_view
from extraction.local.tables import extract_rows
from tests.unit.extraction.pages import RECEIPT, page_of


def values(rows: list[CandidateRow]) -> list[dict[str, str | None]]:
    return [{cell.field: cell.value for cell in row.cells} for row in rows]


def test_rows_follow_their_header_and_stop_at_the_total() -> None:
    page = page_of(
        "Description            Qty     Price      Amount",
        "Hex bolt M8x40           2     10.00       20.00",
        "Steel washer           100      0.05        5.00",
        "Total                                      25.00",
        "Cash                                       25.00",
    )
    assert values(extract_rows(build_page_view(page), RECEIPT, 1)) == [
        {"description": "Hex bolt M8x40", "quantity": "2", "unit_price": "10.00", "amount": "20.00"},
        {"description": "Steel washer", "quantity": "100", "unit_price": "0.05", "amount": "5.00"},
    ]


def test_a_description_may_have_several_lines() -> None:
    page = page_of(
        "Description            Qty     Price      Amount",
        "Office chair             1    100.00      100.00",
        "mesh back, grey",
        "Desk lamp                2     10.00       20.00",
    )
    rows = extract_rows(build_page_view(page), RECEIPT, 1)
    assert [row.cells[0].value for row in rows] == ["Office chair mesh back, grey", "Desk lamp"]
    assert rows[0].cells[0].raw_text == "Office chair\nmesh back, grey"


def test_the_rest_of_a_row_of_the_page_before_stands_first() -> None:
    page = page_of(
        "Description            Qty     Price      Amount",
        "with a back of mesh",
        "Desk lamp                2     10.00       20.00",
        "Office chair             1    100.00      100.00",
    )
    rows = values(extract_rows(build_page_view(page), RECEIPT, 2))
    assert [row["description"] for row in rows] == ["with a back of mesh", "Desk lamp", "Office chair"]


def test_units_and_unknown_columns_do_not_join_the_description() -> None:
    page = page_of(
        "Description            Qty  Unit    Price   Tax     Amount",
        "Copy paper               4  box     10.00   20%      40.00",
    )
    assert values(extract_rows(build_page_view(page), RECEIPT, 1)) == [
        {"description": "Copy paper", "quantity": "4", "unit_price": "10.00", "amount": "40.00"}
    ]


def test_sums_carried_to_the_next_page_are_no_rows() -> None:
    page = page_of(
        "Description            Qty     Price      Amount",
        "Brought forward                           50.00",
        "Hex bolt                 2     10.00       20.00",
        "Carried forward                            70.00",
        "Acme Ltd, 12 High Street          12345     67890",
    )
    assert [row["amount"] for row in values(extract_rows(build_page_view(page), RECEIPT, 1))] == ["20.00"]


def test_a_receipt_without_header_gives_its_items() -> None:
    page = page_of(
        "MARIGOLD STORE",
        "Date: 05/02/2024",
        "Hammer claw 16oz",
        "2 x 10.00                     20.00",
        "Nails assorted                 4.50",
        "Total                         24.50",
        "Cash                          30.00",
    )
    assert values(extract_rows(build_page_view(page), RECEIPT, 1)) == [
        {"description": "Hammer claw 16oz", "quantity": "2", "unit_price": "10.00", "amount": "20.00"},
        {"description": "Nails assorted", "amount": "4.50"},
    ]


STATEMENT = SchemaSpec(
    key="statement",
    name="Statement",
    version="1.0",
    locale="en_GB",
    fields=(),
    tables=(
        TableSpec(
            "entries",
            "Entries",
            (
                FieldSpec("date", FieldType.DATE, "Date"),
                FieldSpec("text", FieldType.TEXT, "Details"),
                FieldSpec("out", FieldType.AMOUNT, "Paid out"),
                FieldSpec("in", FieldType.AMOUNT, "Paid in"),
                FieldSpec("balance", FieldType.AMOUNT, "Balance"),
            ),
        ),
    ),
)


def test_entries_with_dates_are_rows_whatever_they_say() -> None:
    """ "Cash" and "Payment" begin the totals of receipts; and a note below the table continues no entry."""
    page = page_of(
        "Date         Details                     Paid out   Paid in    Balance",
        "Balance brought forward                                         100.00",
        "02/01/2025   Cash withdrawal                40.00                60.00",
        "3 Jan 2025   Payment from Acme Ltd                     15.00     75.00",
        "04/01/2025 Card payment Hill Mart           5.00                 70.00",
        "Interest and fees are explained in our list of charges.",
        "Closing balance                                                  70.00",
    )
    assert values(extract_rows(build_page_view(page), STATEMENT, 1)) == [
        {"date": "2025-01-02", "text": "Cash withdrawal", "out": "40.00", "balance": "60.00"},
        {"date": "2025-01-03", "text": "Payment from Acme Ltd", "in": "15.00", "balance": "75.00"},
        {"date": "2025-01-04", "text": "Card payment Hill Mart", "out": "5.00", "balance": "70.00"},
    ]


@pytest.mark.parametrize("head", ["Desc.", "Description"])
def test_heads_may_be_abbreviated(head: str) -> None:
    page = page_of(
        f"{head:<14}    Quan.    Price     Amount",
        "Rye bread         2        4.19      8.38",
        "Olive oil         1        11.81     11.81",
        "Total                                20.19",
    )
    table = replace(
        RECEIPT.tables[0],
        columns=tuple(
            replace(column, label="Quantity") if column.name == "quantity" else column
            for column in RECEIPT.tables[0].columns
        ),
    )
    rows = values(extract_rows(build_page_view(page), replace(RECEIPT, tables=(table,)), 1))
    assert [(row["description"], row["quantity"]) for row in rows] == [("Rye bread", "2"), ("Olive oil", "1")]


def test_number_behind_words_stays_with_them() -> None:
    page = page_of(
        "Qty  Description       Price   Amount",
        "1    LED lamp E27 8W   5.46    5.46",
        "2    Olive oil         7.32    14.64",
        "1    Long LED lamp E14 5W 4.16 4.16",
        "Total                          24.26",
    )
    rows = values(extract_rows(build_page_view(page), RECEIPT, 1))
    assert [row["description"] for row in rows] == ["LED lamp E27 8W", "Olive oil", "Long LED lamp E14 5W"]
