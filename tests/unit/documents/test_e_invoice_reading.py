"""Electronic invoices of our own, correct and odd ones, as the model reads them; the parser is the sandbox's."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from lxml import etree

from documents.domain.e_invoice.model import EInvoice, InvoiceKind, Syntax
from documents.domain.e_invoice.reading import invoice_of
from documents.domain.e_invoice.stored import from_dict, to_dict
from documents.domain.e_invoice.terms import TERM_NAMES, leaves
from idp_project.core.readers.bounded_xml import parse_xml
from idp_project.core.readers.e_invoice_file import read_file
from idp_project.core.readers.e_invoice_schema import check_schema, to_element
from tests.factories.e_invoices import written

both = pytest.mark.parametrize("syntax", ["cii", "ubl"])
_CREDIT_NOTE = (
    (b"schema:xsd:Invoice-2", b"schema:xsd:CreditNote-2"),
    (b"<Invoice ", b"<CreditNote "),
    (b"</Invoice>", b"</CreditNote>"),
    (b"InvoiceTypeCode", b"CreditNoteTypeCode"),
    (b"InvoiceLine", b"CreditNoteLine"),
    (b"InvoicedQuantity", b"CreditedQuantity"),
)
_ORDER = (
    (b"data:standard:CrossIndustryInvoice:100", b"data:SCRDMCCBDACIOMessageStructure:100"),
    (b"rsm:CrossIndustryInvoice", b"rsm:SCRDMCCBDACIOMessageStructure"),
    (b"BusinessInformationEntity:100", b"BusinessInformationEntity:128"),
    (b"UnqualifiedDataType:100", b"UnqualifiedDataType:128"),
    (b"BilledQuantity", b"RequestedQuantity"),
    (b"InvoiceCurrencyCode", b"OrderCurrencyCode"),
)


def read(content: bytes) -> EInvoice:
    """What is read, after a way through JSON."""
    invoice = invoice_of(read_file(content, 100, 10**8).tree)
    assert from_dict(to_dict(invoice)) == invoice
    assert {leaf.bt for leaf in leaves(invoice)} <= set(TERM_NAMES)
    return invoice


def replaced(content: bytes, *pairs: tuple[bytes, bytes]) -> bytes:
    for old, new in pairs:
        content = content.replace(old, new)
    return content


@both
def test_own_invoices_are_of_the_form_of_their_standard(syntax):
    found = read_file(written(syntax), 100, 10**8)
    assert check_schema(found.tree)["messages"] == []


@both
def test_header_totals_and_lines_are_read_with_their_places(syntax):
    invoice = read(written(syntax, lines=3))
    stated = {leaf.bt: leaf.value for leaf in leaves(invoice) if leaf.row is None}
    assert (stated["BT-1"], stated["BT-2"], stated["BT-27"]) == ("R-2026-17", "2026-11-03", "Muster & Söhne GmbH")
    assert (stated["BT-109"], stated["BT-110"], stated["BT-115"]) == ("300.00", "57.00", "357.00")
    assert [line.id.value for line in invoice.lines] == ["1", "2", "3"]
    second = invoice.lines[1].net_amount.path
    assert "InvoiceLine[2]/cbc:LineExtensionAmount[1]" in second or "IncludedSupplyChainTradeLineItem[2]/" in second
    assert all(leaf.path.startswith("/") for leaf in leaves(invoice))


@both
def test_prefixes_of_the_file_make_no_difference(syntax):
    plain = written(syntax)
    odd = replaced(
        plain, (b"ram:", b"x.y-z:"), (b"xmlns:ram", b"xmlns:x.y-z"), (b"cbc:", b"q:"), (b"xmlns:cbc", b"xmlns:q")
    )
    assert odd != plain
    assert list(leaves(read(odd))) == list(leaves(read(plain)))


@both
def test_elements_of_foreign_namespaces_say_nothing(syntax):
    fake = b'<e:ID xmlns:e="urn:evil">FAKE</e:ID>'
    content = replaced(
        written(syntax), (b"<cbc:ID>R-2026", fake + b"<cbc:ID>R-2026"), (b"<ram:ID>R-2026", fake + b"<ram:ID>R-2026")
    )
    assert fake in content
    assert read(content).header.number.value == "R-2026-17"


@both
def test_comments_and_cdata_belong_to_no_value(syntax):
    content = written(syntax).replace(b"R-2026-17", b"<!-- x --> R-2026<![CDATA[-17]]> \n <?pi x?>")
    assert read(content).header.number.value == "R-2026-17"


@both
def test_empty_elements_are_not_there(syntax):
    invoice = read(written(syntax).replace(b"R-2026-17", b" \n "))
    assert invoice.header.number is None and "BT-1" not in {leaf.bt for leaf in leaves(invoice)}


@both
@pytest.mark.parametrize("raw", ["1e3", "1,000.00", "NaN", "INF", "1" * 60, "--1"])
def test_what_is_no_number_is_kept_as_unreadable(syntax, raw):
    invoice = read(written(syntax, due=raw))
    assert invoice.totals.due is None
    assert [(one.term, one.raw) for one in invoice.unreadable] == [("BT-115", raw)]


@both
@pytest.mark.parametrize("raw", ["20261332", "2026-02-30", "20260229", "03.11.2026"])
def test_what_is_no_day_is_kept_as_unreadable(syntax, raw):
    content = replaced(written(syntax), (b">20261103<", f">{raw}<".encode()), (b">2026-11-03<", f">{raw}<".encode()))
    invoice = read(content)
    assert invoice.header.issue_date is None and [one.raw for one in invoice.unreadable] == [raw]


@both
def test_days_are_read_in_the_form_of_their_syntax(syntax):
    assert read(written(syntax)).header.issue_date.value == date(2026, 11, 3)


@both
@pytest.mark.parametrize(
    ("base", "price", "unit_price"), [("100", "12.00", "0.12"), ("0.5", "10.00", "20"), ("1", "7.5", "7.5")]
)
def test_a_price_is_for_its_base_quantity(syntax, base, price, unit_price):
    (line,) = read(written(syntax, base_quantity=base, price=price, quantity="250")).lines
    assert line.price.unit_price == Decimal(unit_price)
    assert line.net_amount.value == Decimal(unit_price) * 250


@both
@pytest.mark.parametrize(
    ("terms", "discounts"),
    [
        ("#SKONTO#TAGE=14#PROZENT=2.00#\nRest netto", [(14, "2.00", None)]),
        (
            "#SKONTO#TAGE=14#PROZENT=2.00#\n#SKONTO#TAGE=7#PROZENT=3.00#BASISBETRAG=100.00#",
            [(14, "2.00", None), (7, "3.00", "100.00")],
        ),
        ("#VERZUG#TAGE=30#PROZENT=9.00#", [(30, "9.00", None)]),
        ("#SKONTO#TAGE=14#PROZENT=2,00#", []),
        ("2 % Skonto binnen 14 Tagen", []),
    ],
)
def test_cash_discounts_are_read_from_the_terms(syntax, terms, discounts):
    found = read(written(syntax, terms=terms)).terms.discounts
    assert [(one.days, str(one.percent), one.base and str(one.base)) for one in found] == discounts
    assert [one.is_interest for one in found] == ["VERZUG" in terms] * len(found)


@both
@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("380", InvoiceKind.INVOICE),
        ("381", InvoiceKind.CREDIT_NOTE),
        ("384", InvoiceKind.CORRECTION),
        ("389", InvoiceKind.SELF_BILLED),
        ("261", InvoiceKind.CREDIT_NOTE),
        ("751", InvoiceKind.INFORMATION),
        ("326", InvoiceKind.INVOICE),
    ],
)
def test_the_type_code_says_the_kind(syntax, code, kind):
    assert read(written(syntax, type_code=code)).kind is kind


def test_a_credit_note_of_ubl_is_one_whatever_its_code():
    invoice = read(replaced(written("ubl", type_code="380"), *_CREDIT_NOTE))
    assert invoice.kind is InvoiceKind.CREDIT_NOTE
    assert [line.quantity.value for line in invoice.lines] == [Decimal(10)]
    assert invoice.lines[0].net_amount.path.startswith("/cn:CreditNote/cac:CreditNoteLine[1]/")


def test_an_order_is_read_like_an_invoice():
    invoice = read(replaced(written("cii"), *_ORDER))
    assert (invoice.syntax, invoice.kind) == (Syntax.ORDER_X, InvoiceKind.ORDER)
    assert invoice.lines[0].quantity.value == Decimal(10) and invoice.header.currency.value == "EUR"
    assert invoice.seller.name.value == "Muster & Söhne GmbH"


@both
def test_negative_amounts_keep_their_sign(syntax):
    invoice = read(written(syntax, quantity="-10", type_code="381"))
    assert invoice.lines[0].quantity.value == Decimal(-10)
    assert (invoice.totals.net.value, invoice.totals.gross.value) == (Decimal("-100.00"), Decimal("-119.00"))


def test_several_ways_to_pay_are_all_read():
    means = (
        b"<cac:PaymentMeans><cbc:PaymentMeansCode>30</cbc:PaymentMeansCode><cac:PayeeFinancialAccount>"
        b"<cbc:ID>AT611904300234573201</cbc:ID></cac:PayeeFinancialAccount></cac:PaymentMeans>"
    )
    invoice = read(written("ubl").replace(b"<cac:PaymentTerms>", means + b"<cac:PaymentTerms>"))
    assert [one.iban.value for one in invoice.payment_means] == ["DE02120300000000202051", "AT611904300234573201"]
    rows = [leaf.row for leaf in leaves(invoice) if leaf.bt == "BT-84"]
    assert rows == [0, 1]


def test_a_second_tax_total_is_that_of_the_other_currency():
    other = b'<ram:TaxTotalAmount currencyID="CHF">20.00</ram:TaxTotalAmount>'
    content = written("cii").replace(b"<ram:TaxTotalAmount ", other + b"<ram:TaxTotalAmount ")
    totals = read(content).totals
    assert (totals.vat.value, totals.vat_in_tax_currency.value) == (Decimal("19.00"), Decimal("20.00"))


@both
def test_an_attachment_is_named_by_its_place(syntax):
    (document,) = read(written(syntax, attachment="QUJD")).documents
    assert document.attachment == 0 and document.file_name.value == "../etc/Beleg <1>.pdf"


@both
def test_rules_never_see_what_attachments_hold(syntax: str) -> None:
    content = etree.tostring(to_element(parse_xml(written(syntax, attachment="JVBERi0xLjc="))))
    assert b"JVBERi0xLjc" not in content and b">QQ==<" in content
