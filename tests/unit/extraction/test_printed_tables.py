"""Tables as printed: nothing in them vanishes, and nothing beside them becomes a row."""

from __future__ import annotations

from dataclasses import replace

import pytest

from documents.domain.checks.present_values import PresentRow, PresentValue
from documents.domain.checks.sub_document_checks import check_values
from documents.domain.schema_spec import CheckKind, CheckSpec, FieldSpec, FieldType, SchemaSpec, TableSpec
from documents.domain.statuses import Route
from documents.domain.values import CheckOutcome, MergedRow
from extraction.context import SubDocumentContext
from extraction.local.extractor import extract_candidates
from extraction.local.page_view import build_page_view
from extraction.local.tables import extract_rows
from extraction.steps.confidence_check import score_confidence
from extraction.steps.field_validation import validate_fields
from extraction.steps.merge import merge_candidates
from idp_project.core.page_text import PageText
from tests.unit.extraction.pages import RECEIPT, page_of, summary

ACCOUNT = SchemaSpec(
    key="account",
    name="Account",
    version="1.0",
    locale="en_GB",
    fields=(
        FieldSpec("start", FieldType.DATE, "From", ("Zeitraum von",)),
        FieldSpec("end", FieldType.DATE, "To", ("Zeitraum bis",)),
        FieldSpec("opening", FieldType.AMOUNT, "Opening Balance"),
        FieldSpec("closing", FieldType.AMOUNT, "Closing Balance"),
    ),
    tables=(
        TableSpec(
            "entries",
            "Entries",
            (
                FieldSpec("date", FieldType.DATE, "Date", ("Datum", "Fecha")),
                FieldSpec("text", FieldType.TEXT, "Details", ("Verwendungszweck", "Concepto")),
                FieldSpec("money_out", FieldType.AMOUNT, "Paid out", ("Debit", "Soll")),
                FieldSpec("money_in", FieldType.AMOUNT, "Paid in", ("Credit", "Haben")),
                FieldSpec("balance", FieldType.AMOUNT, "Balance", ("Saldo",)),
            ),
        ),
    ),
    checks=(CheckSpec(CheckKind.BALANCE_EQUALS, ("opening", "in", "out", "closing")),),
)


def rows_of(page: PageText, schema: SchemaSpec = ACCOUNT) -> list[dict[str, str | None]]:
    return [{cell.field: cell.value for cell in row.cells} for row in extract_rows(build_page_view(page), schema, 1)]


def joined(*pages: PageText, schema: SchemaSpec = ACCOUNT) -> SubDocumentContext:
    summaries = []
    for number, page in enumerate(pages, start=1):
        view = build_page_view(page)
        found, rows = extract_candidates(view, schema, number), extract_rows(view, schema, number)
        summaries.append(summary(number, candidates=tuple(found), rows=tuple(rows)))
    context = SubDocumentContext(1, len(pages), schema, tuple(summaries), 0.9, 0.9)
    merged = merge_candidates(context)
    return SubDocumentContext(1, len(pages), schema, tuple(summaries), 0.9, 0.9, fields=merged.fields, rows=merged.rows)


def sides(rows: list[dict[str, str | None]]) -> list[tuple[str | None, str | None]]:
    return [(row.get("money_out"), row.get("money_in")) for row in rows]


@pytest.mark.parametrize(
    ("head", "first", "second"),
    [
        ("Date        Details           Amount       Balance", "-12.00", "30.00"),
        ("Date        Details           Amount       Balance", "(12.00)", "30.00"),
        ("Date        Details           Amount       Balance", "12.00 DR", "30.00 CR"),
        ("Datum       Verwendungszweck  Betrag       Saldo", "12,00 -", "30,00 +"),
        ("Datum       Verwendungszweck  Umsatz       Saldo", "12,00 S", "30,00 H"),
        ("Fecha       Concepto          Importe      Saldo", "−12,00", "30,00"),
    ],
)
def test_one_signed_column_feeds_both_sides(head: str, first: str, second: str) -> None:
    page = page_of(
        head,
        f"05/08/2024  Rope              {first:<13}88.00",
        f"15/08/2024  Fees              {second:<13}118.00",
    )
    assert sides(rows_of(page)) == [("12.00", None), (None, "30.00")]


def test_balance_tells_the_side_of_unsigned_amounts() -> None:
    page = page_of(
        "Date        Details           Amount       Balance",
        "05/08/2024  Rope              12.00        88.00",
        "15/08/2024  Fees              30.00        118.00",
        "16/08/2024  Hook              18.00        100.00",
    )
    rows = extract_rows(build_page_view(page), ACCOUNT, 1)
    assert sides(rows_of(page)) == [(None, None), (None, "30.00"), ("18.00", None)]
    assert rows[0].unread == ("12.00",)


def test_word_for_the_side_does_not_turn_its_own_column() -> None:
    page = page_of(
        "Date        Details         Debit        Credit       Balance",
        "05/08/2024  Rope            12.00 DR                  88.00 CR",
        "15/08/2024  Fees                         30.00 CR     118.00 CR",
    )
    assert sides(rows_of(page)) == [("12.00", None), (None, "30.00")]


def test_days_without_year_are_of_the_period_on_another_page() -> None:
    first = page_of(
        "From      20 November 2023", "To        19 January 2024", "Opening Balance   5.00", "Closing Balance   5.00"
    )
    second = page_of(
        "Date        Details           Paid out     Paid in      Balance",
        "28 Nov      Rope              12.00                     88.00",
        "03 Jan      Fees                           30.00        118.00",
    )
    context = joined(first, second)
    days = [cell.chosen.value for row in context.rows for cell in row.cells if cell.field == "date" and cell.chosen]
    assert days == ["2023-11-28", "2024-01-03"]


def test_year_on_the_second_line_belongs_to_the_date() -> None:
    page = page_of(
        "Datum       Verwendungszweck  Soll         Haben        Saldo",
        "28.11.      Seil              12,00                     88,00",
        "2023        Ref 118",
        "03.12.      Haken             10,00                     78,00",
        "2023        Ref 119",
    )
    assert [row["date"] for row in rows_of(page)] == ["2023-11-28", "2023-12-03"]


def test_cell_that_cannot_be_read_keeps_its_text_for_a_person() -> None:
    page = page_of(
        "Date        Details           Paid out     Paid in      Balance",
        "28 Nov      Rope              12.00                     88.00",
    )
    context = joined(page)
    cell = next(cell for cell in context.rows[0].cells if cell.field == "date")
    assert cell.chosen is not None
    assert (cell.chosen.raw_text, cell.chosen.value) == ("28 Nov", None)
    checks = validate_fields(context).checks
    assert any("28 Nov" in check.message for check in checks)


def test_amount_in_no_column_is_told() -> None:
    row = MergedRow("entries", 1, (), ("12.00",))
    context = SubDocumentContext(1, 1, ACCOUNT, (), 0.9, 0.9, rows=(row,))
    result = score_confidence(context)
    assert result.route is Route.REVIEW
    assert any("12.00" in str(reason) for reason in result.reasons)


@pytest.mark.parametrize(
    "heads",
    ["VAT rate          Net          VAT", "MwSt-Satz         Netto        MwSt", "Taux TVA     Base HT     TVA"],
)
def test_table_of_taxes_is_no_item(heads: str) -> None:
    page = page_of(
        "Description       Qty    Price          Amount",
        "Rope               2     22.00          44.00",
        "Hook               1     6.00            6.00",
        heads,
        "20%              44.00         8.80",
        "0%                6.00         0.00",
        "Total                                   58.80",
    )
    assert [row["amount"] for row in rows_of(page, RECEIPT)] == ["44.00", "6.00"]


def test_description_stands_around_its_amount() -> None:
    page = page_of(
        "Description               Qty    Price      Amount",
        "Rope of hemp",
        "with a hook and eye        2     22.00      44.00",
        "blue",
        "Anchor of iron",
        "four arms, folding         1     60.00      60.00",
        "small",
        "Total                                      104.00",
    )
    texts = [row["description"] for row in rows_of(page, RECEIPT)]
    assert texts == ["Rope of hemp with a hook and eye blue", "Anchor of iron four arms, folding small"]


def test_heading_above_the_first_row_is_not_taken_for_that() -> None:
    page = page_of(
        "Description               Qty    Price      Amount",
        "Deck",
        "Rope of hemp               2     22.00      44.00",
        "blue",
        "Anchor of iron             1     60.00      60.00",
        "small",
        "Total                                      104.00",
    )
    assert [row["description"] for row in rows_of(page, RECEIPT)] == ["Rope of hemp blue", "Anchor of iron small"]


def test_number_at_the_end_of_an_item_stays() -> None:
    page = page_of(
        "HARBOUR KIOSK",
        "Receipt 118",
        "Date 03/04/2025",
        "Pilsner 500               3.20",
        "Route 66 Map 12           9.90",
        "2 Ice cream               4.00",
        "Juice          3 x 2.00   6.00",
        "TOTAL                    23.10",
    )
    rows = rows_of(page, RECEIPT)
    assert [row["description"] for row in rows] == ["Pilsner 500", "Route 66 Map 12", "2 Ice cream", "Juice"]
    assert rows[3]["quantity"] == "3"


def test_number_close_to_words_does_not_take_the_quantity() -> None:
    page = page_of(
        "Description          Qty    Price      Amount",
        "Anchor chain 10       20     2.00       40.00",
        "Total                                   40.00",
    )
    assert [(row["description"], row["quantity"]) for row in rows_of(page, RECEIPT)] == [("Anchor chain 10", "20")]


def test_other_pages_settle_an_open_number() -> None:
    schema = replace(
        RECEIPT,
        fields=(FieldSpec("total", FieldType.AMOUNT, "Total"), FieldSpec("deposit", FieldType.AMOUNT, "Deposit")),
        tables=(),
    )
    alone = joined(page_of("Total     4.118"), schema=schema).fields[0]
    assert alone.chosen is not None and alone.chosen.evidence.get("ambiguous")
    fields = {
        field.field: field
        for field in joined(page_of("Deposit     12,50"), page_of("Total     4.118"), schema=schema).fields
    }
    chosen = fields["total"].chosen
    assert chosen is not None
    assert (chosen.value, chosen.evidence.get("ambiguous")) == ("4118", None)


@pytest.mark.parametrize(("amount", "is_good"), [("-40.00", True), ("40.00", True), ("-41.00", False)])
def test_credited_row_is_its_product_with_a_minus(amount: str, is_good: bool) -> None:
    check = CheckSpec(CheckKind.PRODUCT_EQUALS, ("quantity", "unit_price", "amount"), table="items")
    schema = replace(RECEIPT, fields=(), checks=(check,))
    cells = {
        name: PresentValue(value, value)
        for name, value in (("quantity", "4"), ("unit_price", "10.00"), ("amount", amount))
    }
    results = [
        each for each in check_values(schema, {}, [PresentRow("items", 1, cells)]) if each.check == "product_equals"
    ]
    assert (results[0].outcome is CheckOutcome.PASSED) is is_good


def test_cell_below_a_head_is_no_field() -> None:
    schema = replace(ACCOUNT, fields=(*ACCOUNT.fields, FieldSpec("in", FieldType.AMOUNT, "Paid in")))
    context = joined(
        page_of(
            "Opening Balance   5.00",
            "Date        Details           Paid out     Paid in      Balance",
            "28/11/2023  Rope                           12.00        17.00",
        ),
        schema=schema,
    )
    found = next(field for field in context.fields if field.field == "in")
    assert found.chosen is None
    assert "12.00" in [candidate.value for candidate in found.refused]
