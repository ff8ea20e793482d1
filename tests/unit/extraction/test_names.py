"""Names on whole small pages: no heading, no label, no other field's value is one, and two parties are two."""

from dataclasses import replace

import pytest

from documents.domain.schema_spec import CheckKind, CheckSpec, FieldSpec, FieldType, SchemaSpec, TableSpec
from documents.domain.values import MergedField
from documents.domain.words import built_in_words
from extraction.context import SubDocumentContext
from extraction.local.extractor import extract_candidates
from extraction.local.not_names import is_heading, phrases_of
from extraction.local.page_view import build_page_view
from extraction.local.tables import extract_rows
from extraction.steps.merge import merge_candidates
from idp_project.core.geometry import BoundingBox
from idp_project.core.page_text import PageText, TextSource
from tests.unit.extraction.pages import page_of, summary

BILL = SchemaSpec(
    key="bill",
    name="Bill",
    version="1.0",
    locale="en_GB",
    fields=(
        FieldSpec(
            "number", FieldType.IDENTIFIER, "Invoice No.", ("Invoice", "Rechnung", "Factura n°"), is_required=True
        ),
        FieldSpec("order", FieldType.IDENTIFIER, "Order No.", ("Your Reference",)),
        FieldSpec("issued", FieldType.DATE, "Invoice Date", ("Date", "Datum")),
        FieldSpec("seller", FieldType.NAME, "Seller", ("Supplier", "Company", "Lieferant", "Store")),
        FieldSpec("buyer", FieldType.NAME, "Bill To", ("Customer", "Kunde")),
        FieldSpec("net", FieldType.AMOUNT, "Net Amount", ("Net",)),
        FieldSpec("tax", FieldType.AMOUNT, "VAT Amount", ("VAT", "Tax")),
        FieldSpec("total", FieldType.AMOUNT, "Total", is_required=True),
    ),
    tables=(
        TableSpec(
            "items",
            "Items",
            (
                FieldSpec("text", FieldType.TEXT, "Description"),
                FieldSpec("count", FieldType.NUMBER, "Qty"),
                FieldSpec("amount", FieldType.AMOUNT, "Amount"),
            ),
        ),
    ),
    checks=(CheckSpec(CheckKind.SUM_EQUALS, ("net", "tax", "total"), tolerance=0.01),),
)
WORDS = built_in_words()


def merged(*pages: PageText, schema: SchemaSpec = BILL) -> dict[str, MergedField]:
    """The chosen values of a document of these pages."""
    summaries = []
    for number, page in enumerate(pages, start=1):
        view = build_page_view(page)
        found, rows = extract_candidates(view, schema, number), extract_rows(view, schema, number)
        summaries.append(summary(number, candidates=tuple(found), rows=tuple(rows)))
    context = SubDocumentContext(1, len(pages), schema, tuple(summaries), 0.9, 0.9)
    return {field.field: field for field in merge_candidates(context).fields}


def value(fields: dict[str, MergedField], name: str) -> str | None:
    chosen = fields[name].chosen
    return chosen.value if chosen else None


@pytest.mark.parametrize(
    "text",
    ["INVOICE", "Credit Note", "2. Mahnung", "Zahlungserinnerung", "FACTURE", "Nota di credito", "Faktura VAT", "Bill To:",
     "Order No.", "Kundennummer", "Customer", "Invoice Date", "Statement of Account", "発行日", "Счёт-фактура"],
)  # fmt: skip
def test_headings_and_labels_are_no_names(text: str) -> None:
    assert is_heading(text, phrases_of(BILL), WORDS)


@pytest.mark.parametrize(
    "text",
    [
        "Order & Chaos Ltd",
        "Customer First GmbH",
        "The Invoice Company Oy",
        "Store Brothers",
        "Total Rope SARL",
        "Rechnung24 AG",
    ],
)
def test_names_with_such_words_stay_names(text: str) -> None:
    assert not is_heading(text, phrases_of(BILL), WORDS)


def test_value_beside_its_label_beats_the_label_below() -> None:
    fields = merged(
        page_of(
            "RECHNUNG",
            "Lieferant            Seilerei Brandt",
            "Kunde                Hanna Petersen",
            "Zweigstelle          Husum",
            "Datum                14.05.2025",
            "Total                12,50",
        )
    )
    assert (value(fields, "seller"), value(fields, "buyer")) == ("Seilerei Brandt", "Hanna Petersen")


def test_unknown_label_in_the_column_of_labels_is_no_name() -> None:
    page = page_of(
        "Customer             Hanna Petersen",
        "Cost unit            4711",
        "Invoice No.          R-88",
        "Invoice Date         14 May 2025",
    )
    names = [c.value for c in extract_candidates(build_page_view(page), BILL, 1) if c.field in ("seller", "buyer")]
    assert "Cost unit" not in names


@pytest.mark.parametrize(
    "name", ["The Supplier Works Ltd", "Company of Ropes GmbH", "Lieferant Nordsee AG", "Old Store Sails BV"]
)
def test_label_inside_a_name_does_not_cut_it(name: str) -> None:
    fields = merged(page_of(name, "4 Quay Street", "Invoice No. R-88", "Total      12.50"))
    assert value(fields, "seller") == name


def test_seller_and_buyer_are_two() -> None:
    fields = merged(
        page_of("INVOICE", "Bill To:", "Hanna Petersen Ltd", "4 Quay Street", "Invoice No. R-88", "Total      12.50")
    )
    assert value(fields, "buyer") == "Hanna Petersen Ltd"
    assert value(fields, "seller") != "Hanna Petersen Ltd"


def test_line_of_a_table_is_no_name() -> None:
    fields = merged(
        page_of(
            "Description           Qty        Amount",
            "Petersen Bakery Bread   2          4.00",
            "Total                             4.00",
        )
    )
    assert value(fields, "seller") is None


def test_what_is_not_printed_is_absent() -> None:
    fields = merged(
        page_of(
            "Seilerei Brandt GmbH",
            "Invoice No. R-88",
            "Description           Qty        Amount",
            "Rope                    2          4.00",
            "Hook                    1          1.00",
            "Total                             5.00",
        )
    )
    assert [value(fields, name) for name in ("net", "tax", "order")] == [None, None, None]
    assert value(fields, "total") == "5.00"
    assert fields["net"].absence.confidence > 0.6
    assert fields["total"].absence is None


def test_several_taxes_are_one_amount() -> None:
    fields = merged(
        page_of(
            "Invoice No. R-88",
            "Net Amount                 200.00",
            "VAT 19%                     19.00",
            "VAT 7%                       7.00",
            "Total                      226.00",
        )
    )
    assert (value(fields, "tax"), value(fields, "total"), value(fields, "net")) == ("26.00", "226.00", "200.00")


def test_sum_of_strangers_does_not_move_a_labelled_amount() -> None:
    fields = merged(
        page_of(
            "Invoice No. R-88",
            "Rope              100.00",
            "Hook               20.00",
            "Net Amount        121.00",
            "VAT Amount         20.00",
            "Total             141.50",
        )
    )
    assert (value(fields, "net"), value(fields, "total")) == ("121.00", "141.50")


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("Invoice No. RE 2025 0042", "RE 2025 0042"),
        ("Invoice ref. 71 004 118", "71 004 118"),
        ("Teilrechnung (326) Nr. 90071 vom 14.05.2025", "90071"),
        ("Factura n° F/2025/7", "F/2025/7"),
        ("Invoice No. R-88 14 May 2025", "R-88"),
        ("Invoice No. R-88 12.50", "R-88"),
    ],
)
def test_number_is_whole_and_nothing_more(line: str, number: str) -> None:
    assert value(merged(page_of("Seilerei Brandt GmbH", line, "Total     9.00")), "number") == number


@pytest.mark.parametrize(
    "line",
    [
        *("Order of 14.05.2025", "Your Reference 14 May 2025", "Order No.  100 % wool"),
        *("Order No.  100%", "Order No.: 12,5%"),
    ],
)
def test_date_and_share_are_no_number(line: str) -> None:
    assert value(merged(page_of("Seilerei Brandt GmbH", "Invoice No. R-88", line, "Total     9.00")), "order") is None


def test_one_place_with_two_labels_may_serve_both() -> None:
    schema = replace(
        BILL,
        fields=(
            FieldSpec("issued", FieldType.DATE, "Invoice Date", ("Date",)),
            FieldSpec("supplied", FieldType.DATE, "Tax point", ("Date",)),
        ),
        checks=(),
    )
    fields = merged(page_of("Date: 14 May 2025"), schema=schema)
    assert value(fields, "issued") == value(fields, "supplied") == "2025-05-14"


def with_large_head(*head: str, below: tuple[str, ...]) -> PageText:
    """A page whose first lines are printed half as large again, and those below."""
    lines = []
    for number, text in enumerate(head):
        top = 0.02 + 0.04 * number
        words = [
            (word, BoundingBox(0.2 + 0.2 * n, top, 0.38 + 0.2 * n, top + 0.03).to_polygon(), None)
            for n, word in enumerate(text.split())
        ]
        lines.append(words)
    small = page_of(*below, top=0.05 + 0.04 * len(head))
    lines += [
        [(word.text, word.polygon, None) for word in small.words[line.first_word : line.last_word]]
        for line in small.lines
    ]
    return PageText.from_lines(lines, source=TextSource.TEXT_LAYER, engine="test", engine_version="1")


BELOW = ("77 Mill Lane, Stonebeck QZ12 9LA", "Invoice No. R-88", "Oats       7.00", "Total      9.00", "Thank you")


@pytest.mark.parametrize("second", ["Merchants", "Trading Company", "of Tarnwick"])
def test_name_in_large_print_is_whole_over_two_lines(second: str) -> None:
    fields = merged(with_large_head("Eldermoor Builders", second, below=BELOW))
    assert value(fields, "seller") == f"Eldermoor Builders {second}"


def test_line_below_a_name_in_small_print_is_not_joined() -> None:
    fields = merged(with_large_head("Eldermoor Builders", below=("Fine Timber", *BELOW)))
    assert value(fields, "seller") == "Eldermoor Builders"
