"""Which type a page fits: what titles it counts, and column heads and other types' labels are no titles."""

from __future__ import annotations

from documents.domain.schema_spec import FieldSpec, FieldType, SchemaSpec
from extraction.local.document_type import score_types
from extraction.local.page_view import build_page_view
from tests.unit.extraction.pages import page_of

BILL = SchemaSpec(
    "bill",
    "Bill",
    "1.0",
    (FieldSpec("number", FieldType.IDENTIFIER, "Bill No.", ("Credit note",)),),
    keywords=("bill", "unit price"),
)
CREDIT = SchemaSpec(
    "credit",
    "Credit note",
    "1.0",
    (FieldSpec("number", FieldType.IDENTIFIER, "Credit No."),),
    keywords=("credit note",),
)
ROWS = ("Alder Works Ltd", "", "", "12 Harbour Road", "")


def scores(*rows: str) -> dict[str, float]:
    return score_types(build_page_view(page_of(*rows)), (BILL, CREDIT)).scores


def test_a_label_of_another_type_does_not_halve_a_title() -> None:
    alone = score_types(build_page_view(page_of("CREDIT NOTE", *ROWS)), (CREDIT,)).scores["credit"]
    found = scores("CREDIT NOTE", *ROWS)
    assert found["credit"] > 2 * found["bill"]
    assert alone - found["credit"] <= 0.21, "the keyword counts in part, the title in full"


def test_a_column_head_is_no_title() -> None:
    titled = scores(*ROWS, "unit price", "Bolt      2      3.00      6.00")
    headed = scores(*ROWS, "Item      Qty      unit price      Amount", "Bolt      2      3.00      6.00")
    assert headed["bill"] < titled["bill"] - 0.2
