"""The XML leads: what it states goes before what was read, agreement and deviation are told apart, rows are compared whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from documents.domain.auto_approval import HELD_OPEN
from documents.domain.document_kinds import DocumentKind, KindEvidence
from documents.domain.e_invoice import model
from documents.domain.e_invoice.model import EInvoice, Header, Item, Line, Price, Sourced, Syntax, Totals
from documents.domain.e_invoice_fields import rows_of
from documents.domain.e_invoice_types import type_of_e_invoice
from documents.domain.earned.strata import Stratum
from documents.domain.library import library_type
from documents.domain.schema_spec import FieldSpec, FieldType, SchemaSpec, TableSpec
from documents.domain.statuses import Route
from documents.domain.values import CandidateRow
from extraction.context import LeadingInvoice, SubDocumentContext
from extraction.pipeline import with_checks
from extraction.results import ConfidenceResult
from extraction.steps.confidence_check import score_confidence
from extraction.steps.e_invoice.lead import stratum_of_e_invoice
from idp_project.core.page_text import PageText
from tests.unit.extraction.pages import candidate, page_of, summary

BILL = SchemaSpec(
    key="bill",
    name="Bill",
    version="1.0",
    locale="de_DE",
    fields=(
        FieldSpec("number", FieldType.IDENTIFIER, "Number", is_required=True, from_e_invoice="BT-1"),
        FieldSpec("day", FieldType.DATE, "Day", is_required=True, from_e_invoice="BT-2"),
        FieldSpec("seller", FieldType.NAME, "Seller", from_e_invoice="BT-27"),
        FieldSpec("total", FieldType.AMOUNT, "Total", is_required=True, from_e_invoice="BT-112"),
        FieldSpec("prepaid", FieldType.AMOUNT, "Prepaid", from_e_invoice="BT-113", is_e_invoice_only=True),
    ),
    tables=(
        TableSpec(
            "items",
            "Items",
            (
                FieldSpec("description", FieldType.TEXT, "Description", from_e_invoice="BT-153"),
                FieldSpec("quantity", FieldType.NUMBER, "Qty", from_e_invoice="BT-129"),
                FieldSpec("price", FieldType.AMOUNT, "Price", from_e_invoice="BT-146"),
                FieldSpec("amount", FieldType.AMOUNT, "Amount", from_e_invoice="BT-131"),
            ),
        ),
    ),
)
PAGE = page_of(
    "Muster Handel GmbH",
    "Rechnung R-17          vom 03.02.2025",
    "Stift blau       2        1,50      3,00",
    "Papier A4        4        5,00     20,00",
    "Gesamt 1.027,37",
)


def stated(value: Any, term: str) -> Sourced[Any]:
    return Sourced(value, str(value), f"/invoice/{term}")


def line(name: str, quantity: str, price: str, amount: str) -> Line:
    return Line(
        quantity=stated(Decimal(quantity), "BT-129"),
        net_amount=stated(Decimal(amount), "BT-131"),
        price=Price(net=stated(Decimal(price), "BT-146")),
        item=Item(name=stated(name, "BT-153")),
    )


LINES = (line("Stift blau", "2", "1.50", "3.00"), line("Papier A4", "4", "5.00", "20.00"))
XML = EInvoice(
    Syntax.CII,
    header=Header(
        number=stated("R-17", "BT-1"), issue_date=stated(date(2025, 2, 3), "BT-2"), type_code=stated("380", "BT-3")
    ),
    seller=model.Party(name=stated("Muster Handel GmbH", "BT-27")),
    totals=Totals(gross=stated(Decimal("1027.37"), "BT-112"), prepaid=stated(Decimal("27.37"), "BT-113")),
)


def row(*values: str) -> CandidateRow:
    names = ("description", "quantity", "price", "amount")
    cells = tuple(candidate(name, value) for name, value in zip(names, values, strict=True))
    return CandidateRow("items", cells)


ROWS = (row("Stift blau", "2", "1.50", "3.00"), row("Papier A4", "4", "5.00", "20.00"))
READ = (
    candidate("number", "R-17"),
    candidate("day", "2025-02-03"),
    candidate("seller", "Muster Handel GmbH"),
    candidate("total", "1027.37"),
)


def judged(
    invoice: EInvoice = XML,
    read: tuple[Any, ...] = READ,
    rows: tuple[CandidateRow, ...] = (),
    *,
    text: PageText = PAGE,
    schema: SchemaSpec = BILL,
    kinds: tuple[KindEvidence, ...] = (),
    is_whole_file: bool = False,
) -> tuple[SubDocumentContext, ConfidenceResult]:
    page = summary(1, candidates=read, rows=rows, kinds=kinds)
    leading = LeadingInvoice(invoice, is_whole_file, {1: text})
    context = SubDocumentContext(1, 1, schema, (page,), 1.0, 1.0, type_rule=HELD_OPEN, leading=leading)
    context = with_checks(context)
    return context, score_confidence(context)


def codes(result: ConfidenceResult) -> set[str]:
    reasons = [*result.reasons, *(reason for field in result.fields for reason in field.reasons)]
    reasons += [reason for one in result.rows for cell in one.cells for reason in cell.reasons]
    return {code for reason in reasons for code in reason.codes}


def test_agreeing_values_are_sure_and_located() -> None:
    context, result = judged()
    assert result.route is Route.AUTO and not codes(result)
    total = next(field for field in result.fields if field.field == "total")
    assert total.chosen and total.chosen.provenance.is_located and total.chosen.provenance.xml_path == "/invoice/BT-112"
    assert total.confidence is not None and total.confidence > 0.99
    assert stratum_of_e_invoice(context, result.fields, result.rows) is Stratum.E_INVOICE_AGREES


def test_deviating_value_names_both_and_stops() -> None:
    read = (*READ[:3], candidate("total", "1072.37"))
    context, result = judged(read=read, text=page_of("Gesamt 1.072,37", "R-17 Muster Handel GmbH 03.02.2025"))
    assert result.route is Route.REVIEW and codes(result) == {"xml_deviates"}
    total = next(field for field in result.fields if field.field == "total")
    assert [each.value for each in total.candidates] == ["1027.37", "1072.37"]
    params = total.reasons[0].params
    assert (params["stated"], params["printed"], params["page"]) == ("1027.37", "1072.37", 1)
    assert stratum_of_e_invoice(context, result.fields, result.rows) is None


def test_missed_value_agrees_where_the_page_prints_it() -> None:
    _, result = judged(read=READ[:3])
    total = next(field for field in result.fields if field.field == "total")
    assert total.chosen and total.chosen.evidence == {"agrees": 1.0} and total.chosen.raw_text == "1.027,37"


def test_optional_value_on_no_page_proves_nothing() -> None:
    _, result = judged()
    prepaid = next(field for field in result.fields if field.field == "prepaid")
    assert prepaid.chosen and prepaid.chosen.value == "27.37" and not prepaid.reasons
    assert not prepaid.chosen.evidence.get("agrees")


def test_required_value_on_no_page_goes_to_a_person() -> None:
    _, result = judged(read=READ[:3], text=page_of("R-17 Muster Handel GmbH 03.02.2025"))
    assert "xml_not_printed" in codes(result) and result.route is Route.REVIEW


def test_name_of_another_firm_with_the_same_words_deviates() -> None:
    read = (*READ[:2], candidate("seller", "Handel GmbH"), READ[3])
    text = page_of("Fremder Handel GmbH", "R-17 03.02.2025 1.027,37")
    _, result = judged(read=read, text=text)
    assert codes(result) == {"xml_deviates"}


def test_all_lines_become_rows_and_agree() -> None:
    context, result = judged(replace(XML, lines=LINES), rows=ROWS)
    assert [[cell.chosen.value for cell in row.cells if cell.chosen] for row in result.rows] == [
        ["Stift blau", "2", "1.50", "3.00"],
        ["Papier A4", "4", "5.00", "20.00"],
    ]
    assert not codes(result) and stratum_of_e_invoice(context, result.fields, result.rows)


def test_cell_that_is_printed_otherwise_deviates_in_its_row() -> None:
    rows = (ROWS[0], row("Papier A4", "5", "5.00", "25.00"))
    text = page_of("Muster Handel GmbH R-17 03.02.2025 1.027,37", "Stift blau 2 1,50 3,00", "Papier A4 5 5,00 25,00")
    _, result = judged(replace(XML, lines=LINES), rows=rows, text=text)
    assert codes(result) == {"in_row", "xml_deviates"}
    quantity = next(cell for cell in result.rows[1].cells if cell.field == "quantity")
    assert [each.value for each in quantity.candidates] == ["4", "5"]


def test_line_that_no_page_prints_is_named() -> None:
    more = (*LINES, line("Beratung vor Ort", "1", "999.00", "999.00"))
    _, result = judged(replace(XML, lines=more), rows=ROWS)
    assert codes(result) == {"xml_row_not_printed"} and len(result.rows) == 3


def test_printed_row_that_the_xml_lacks_is_named() -> None:
    more = (*ROWS, row("Beratung vor Ort", "1", "999.00", "999.00"))
    _, result = judged(replace(XML, lines=LINES), rows=more)
    assert codes(result) == {"row_not_in_xml"} and len(result.rows) == 2


def test_value_of_another_term_is_no_deviation() -> None:
    text = page_of("R-17 Muster Handel GmbH 03.02.2025", "Bezahlt 27,37", "Gesamt 1.027,37")
    _, result = judged(read=(*READ[:3], candidate("total", "27.37")), text=text)
    total = next(field for field in result.fields if field.field == "total")
    assert not codes(result) and total.chosen and total.chosen.evidence == {"agrees": 1.0}
    _, result = judged(read=(*READ[:3], candidate("total", "27.38")), text=text)
    assert codes(result) == {"xml_deviates"}


def one_row(stated_line: Line, printed: CandidateRow, text: PageText) -> set[str]:
    _, result = judged(replace(XML, lines=(stated_line,)), rows=(printed,), text=text)
    return codes(result)


def test_price_with_fewer_decimals_on_the_page_agrees() -> None:
    text = page_of("Muster Handel GmbH R-17 03.02.2025 1.027,37", "Rasen 3 3,33 10,00")
    stated_line = line("Rasen", "3", "3.3333", "10.00")
    assert one_row(stated_line, row("Rasen", "3", "3.33", "10.00"), text) == set()
    assert one_row(stated_line, row("Rasen", "3", "3.34", "10.00"), text) == {"in_row", "xml_deviates"}
    assert one_row(stated_line, row("Rasen", "3", "3.3", "10.00"), text) == {"in_row", "xml_deviates"}


def test_price_before_its_discount_on_the_page_is_no_deviation() -> None:
    text = page_of("Muster Handel GmbH R-17 03.02.2025 1.027,37", "Rasen 3 4,00 12,00", "abzgl. Rabatt -2,00")
    net = line("Rasen", "3", "3.3333", "10.00")
    gross = replace(net, price=replace(net.price, gross=stated(Decimal("4.00"), "BT-148")))
    printed = row("Rasen", "3", "4.00", "12.00")
    assert one_row(gross, printed, text) == set()
    assert one_row(net, printed, text) == {"in_row", "xml_deviates"}


def test_discount_in_per_cent_explains_the_price_of_its_row() -> None:
    heading = "Muster Handel GmbH R-17 03.02.2025 1.027,37"
    stated_line, printed = line("Nougat", "20", "4.10", "81.90"), row("Nougat", "20", "4.55", "81.90")
    assert one_row(stated_line, printed, page_of(heading, "Positionen", "Nougat 20 4,55 10% 81,90")) == set()
    assert one_row(stated_line, printed, page_of(heading, "Positionen", "Nougat 20 4,55 12% 81,90")) == {
        "in_row",
        "xml_deviates",
    }


def test_note_between_lines_is_no_row() -> None:
    note = Line(note=stated("Lieferung Nr. 7", "BT-127"))
    _, result = judged(replace(XML, lines=(note, *LINES)), rows=ROWS)
    assert not codes(result) and len(result.rows) == 2


def test_position_that_would_be_a_giant_number_is_none() -> None:
    spec = TableSpec("items", "Items", (FieldSpec("position", FieldType.NUMBER, "No.", from_e_invoice="BT-126"),))
    lines = tuple(replace(LINES[0], id=stated(text, "BT-126")) for text in ("1E9999999", "NaN", "7"))
    assert [row.get("position") and row["position"].value for row in rows_of(replace(XML, lines=lines), spec)] == [
        None,
        None,
        "7",
    ]


def test_credit_note_is_below_zero_and_of_its_kind() -> None:
    schema = library_type("credit_note").spec("de")
    xml = replace(XML, header=replace(XML.header, type_code=stated("381", "BT-3")))
    context, result = judged(xml, (), schema=schema)
    total = next(field for field in result.fields if field.field == "total_amount")
    assert total.chosen and total.chosen.value == "-1027.37"
    assert [kind.code for kind in context.kinds] == [DocumentKind.CREDIT_NOTE]


def test_title_that_the_type_code_does_not_mean_is_told() -> None:
    title = (KindEvidence(DocumentKind.REMINDER, "Mahnung", 1),)
    _, result = judged(kinds=title)
    assert "kind_not_in_xml" in codes(result)


def test_document_that_is_the_xml_is_alone() -> None:
    context, result = judged(read=(), is_whole_file=True)
    assert stratum_of_e_invoice(context, result.fields, result.rows) is Stratum.E_INVOICE_ALONE
    assert result.route is Route.AUTO


def test_allowances_and_charges_count_in_sums() -> None:
    schema = library_type("invoice").spec("de")
    allowance = model.Adjustment(False, amount=stated(Decimal("2.00"), "BT-92"), reason=stated("Rabatt", "BT-97"))
    totals = Totals(
        net=stated(Decimal("21.00"), "BT-109"),
        vat=stated(Decimal("3.99"), "BT-110"),
        gross=stated(Decimal("24.99"), "BT-112"),
    )
    xml = replace(XML, lines=LINES, adjustments=(allowance,), totals=totals)
    context, result = judged(xml, (), schema=schema, is_whole_file=True)
    sums = {check.check: check.outcome.value for check in context.checks}
    assert sums["column_sum_equals"] == "passed"
    table = [row for row in result.rows if row.table == "allowances"]
    assert [[cell.chosen.value for cell in row.cells if cell.chosen] for row in table] == [["2.00", "Rabatt"]]


def test_without_leading_invoice_only_fields_are_not_there() -> None:
    page = summary(1, candidates=READ)
    context = with_checks(SubDocumentContext(1, 1, BILL, (page,), 1.0, 1.0, type_rule=HELD_OPEN))
    assert [field.field for field in context.fields] == ["number", "day", "seller", "total"]


def test_type_follows_the_kind_of_the_xml() -> None:
    schemas = [library_type(key).spec("de") for key in ("receipt", "invoice", "credit_note")]
    assert type_of_e_invoice(DocumentKind.INVOICE, schemas, "receipt") == "invoice"
    assert type_of_e_invoice(DocumentKind.CREDIT_NOTE, schemas, "invoice") == "credit_note"
    assert type_of_e_invoice(DocumentKind.CORRECTION, schemas, None) == "invoice"
    assert type_of_e_invoice(DocumentKind.INVOICE, schemas[:1], "receipt") is None
