"""What a document leaves open, its sender's approved documents decide: decimal signs and the order of day and month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from documents.domain.notation import Notation
from documents.domain.schema_spec import FieldSpec, FieldType, SchemaSpec, TableSpec
from documents.domain.sender_notation import SenderNotation, WrittenValue, as_sender_writes, shown_notation
from extraction.context import SubDocumentContext
from extraction.local.extractor import extract_candidates
from extraction.local.page_view import build_page_view
from extraction.local.tables import extract_rows
from extraction.results import MergeResult
from extraction.steps.merge import merge_candidates
from tests.unit.extraction.pages import page_of, summary

BILL = SchemaSpec(
    key="bill",
    name="Bill",
    version="1.0",
    locale="en_GB",
    fields=(
        FieldSpec("seller_name", FieldType.NAME, "Seller", is_required=True),
        FieldSpec("vat_number", FieldType.VAT_NUMBER, "VAT No."),
        FieldSpec("invoice_date", FieldType.DATE, "Invoice Date", is_required=True),
        FieldSpec("total_amount", FieldType.AMOUNT, "Total", is_required=True),
    ),
    tables=(
        TableSpec(
            "items",
            "Items",
            (
                FieldSpec("description", FieldType.TEXT, "Description"),
                FieldSpec("amount", FieldType.AMOUNT, "Amount"),
            ),
        ),
    ),
)
LINES = (
    "Seller           Kestrel Marine Ltd",
    "VAT No.          GB999999973",
    "Invoice Date     03/04/2025",
    "Description      Amount",
    "Chain            1.234",
    "Total            1.234",
)
FOREIGN = SenderNotation(decimal=",", date_order="MDY", documents=3)


class Asked(list[Sequence[tuple[str, str]]]):
    """Answers always the same and remembers what it was asked."""

    def __init__(self, answer: SenderNotation) -> None:
        super().__init__()
        self.answer = answer

    def __call__(self, keys: Sequence[tuple[str, str]]) -> SenderNotation:
        self.append(keys)
        return self.answer


def merged(*lines: str, asked: Asked | None) -> MergeResult:
    view = build_page_view(page_of(*lines))
    found, rows = tuple(extract_candidates(view, BILL, 1)), tuple(extract_rows(view, BILL, 1))
    page = summary(1, candidates=found, rows=rows)
    context = SubDocumentContext(1, 1, BILL, (page,), 0.9, 0.9)
    return merge_candidates(replace(context, ask_sender=asked))


def values(result: MergeResult) -> dict[str, str | None]:
    return {field.field: field.chosen.value for field in result.fields if field.chosen}


def test_open_values_are_read_as_the_sender_writes() -> None:
    asked = Asked(FOREIGN)
    result = merged(*LINES, asked=asked)
    assert values(result)["invoice_date"] == "2025-03-04"
    assert values(result)["total_amount"] == "1234"
    assert [
        cell.chosen.value for row in result.rows for cell in row.cells if cell.field == "amount" and cell.chosen
    ] == ["1234"]
    assert list(asked) == [(("vat_number", "GB999999973"),)]


def test_the_sender_is_named_as_evidence() -> None:
    result = merged(*LINES, asked=Asked(FOREIGN))
    chosen = {field.field: field.chosen for field in result.fields if field.chosen}
    assert chosen["invoice_date"].evidence["sender"] == 1.0
    assert "ambiguous" not in chosen["total_amount"].evidence
    assert "sender" not in chosen["vat_number"].evidence
    assert result.sender == FOREIGN


def test_without_a_sender_nothing_changes() -> None:
    assert values(merged(*LINES, asked=None)) == values(merged(*LINES, asked=Asked(SenderNotation())))


def test_a_name_tells_the_sender_where_no_number_does() -> None:
    asked = Asked(FOREIGN)
    merged(LINES[0], *LINES[2:], asked=asked)
    assert list(asked) == [(("seller_name", "Kestrel Marine Ltd"),)]


def test_documents_that_show_their_notation_ask_nobody() -> None:
    asked = Asked(FOREIGN)
    lines = (
        *LINES[:2],
        "Invoice Date     23/04/2025",
        *LINES[3:4],
        "Chain            1,234.00",
        "Total            1,234.00",
    )
    assert values(merged(*lines, asked=asked))["invoice_date"] == "2025-04-23"
    assert not asked


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ([("date", "03/04/2025", "2025-04-03")], SenderNotation("", "DMY", 2)),
        ([("date", "03/04/2025", "2025-03-04"), ("date", "12.05.2025", "2025-05-12")], SenderNotation("", "MDY", 2)),
        ([("date", "03/04/2025", "2025-04-03"), ("date", "05/06/2025", "2025-05-06")], SenderNotation("", "", 2)),
        ([("date", "31/12/2025", "2025-12-31")], SenderNotation("", "", 2)),
        ([("amount", "1.234", "1234")], SenderNotation(",", "", 2)),
        ([("amount", "1.234", "1.2340")], SenderNotation(".", "", 2)),
        ([("amount", "12,50", "12.50")], SenderNotation(",", "", 2)),
        ([("amount", "1.234,50", "1234.50")], SenderNotation(",", "", 2)),
        ([("amount", "12", "12")], SenderNotation("", "", 2)),
        ([("amount", "12.50", "99.00"), ("text", "1.234", "1234")], SenderNotation("", "", 2)),
    ],
)
def test_approved_values_show_how_they_are_written(
    written: list[tuple[str, str, str]], expected: SenderNotation
) -> None:
    assert shown_notation([WrittenValue(*one) for one in written], 2) == expected


def test_own_signs_come_before_the_senders() -> None:
    own = Notation("en_GB", decimal=".", date_order="DMY", is_order_sure=True)
    assert as_sender_writes(own, FOREIGN) == own
    assert as_sender_writes(Notation("en_GB"), FOREIGN) == Notation(
        "en_GB", decimal=",", date_order="MDY", is_order_sure=True
    )
