"""Electronic invoices: the XML of a made-up invoice (CII, EN 16931), alone or inside the PDF that prints it.

A deviation is printed: the XML states the invoice as it is, the page prints one that somebody changed.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from xml.sax.saxutils import escape

import pikepdf

from idp_project.operations.samples.drawing.goods_table import GoodsLine
from idp_project.operations.samples.drawing.invoice_paper import draw_invoice
from idp_project.operations.samples.generator import Sample
from idp_project.operations.samples.kinds.base import Size, Wish, misprinted, number_label
from idp_project.operations.samples.kinds.invoice import Invoice, label_invoice, make_invoice
from idp_project.operations.samples.world.companies import Company, make_company
from idp_project.operations.samples.world.identifiers import make_iban
from idp_project.operations.samples.world.locales import LOCALES

E_INVOICE = "e_invoice"
XML_NAME = "factur-x.xml"
_GUIDELINE = "urn:cen.eu:en16931:2017"
_SPACES = {
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
}
_HOURS = frozenset({"h", "Std"})


class Deviation(StrEnum):
    """What the page prints otherwise than the XML states."""

    NONE = ""
    AMOUNT = "amount"
    IBAN = "iban"
    DATE = "date"
    SELLER = "seller"
    ROW = "row"


@dataclass(frozen=True)
class EInvoiceRecipe:
    """All of the sample follows from it. `is_xml_only`: the XML without a page."""

    seed: int
    locale: str = "de_DE"
    deviation: Deviation = Deviation.NONE
    size: Size = Size.SHORT
    is_xml_only: bool = False


def make_e_invoice(recipe: EInvoiceRecipe) -> Sample:
    """The same recipe gives the same sample. Its labels are those of an invoice: what the XML states."""
    invoice = make_invoice(random.Random(f"{E_INVOICE}:{recipe.seed}:data"), Wish(LOCALES[recipe.locale], recipe.size))
    xml = xml_of(invoice)
    if recipe.is_xml_only:
        content, pages, extension = xml, 1, "xml"
    else:
        changed = _CHANGES[recipe.deviation](invoice, random.Random(f"{E_INVOICE}:{recipe.seed}:change"))
        drawing = draw_invoice(changed, random.Random(f"{E_INVOICE}:{recipe.seed}:drawing"))
        content, pages, extension = with_xml(drawing.content, xml), drawing.page_count, "pdf"
    truth = label_invoice(invoice)
    entry = {"type": "invoice", "first_page": 1, "last_page": pages, "fields": truth.fields, "tables": truth.tables}
    labels = {
        "kind": E_INVOICE,
        "seed": recipe.seed,
        "simulate": "digital",
        "locale": recipe.locale,
        "flaw": recipe.deviation.value,
        "needs_review": bool(recipe.deviation),
        "sub_documents": [entry],
    }
    parts = ("e-invoice", f"{recipe.seed:04d}", recipe.deviation.value)
    return Sample(f"{'-'.join(part for part in parts if part)}.{extension}", content, labels)


def with_xml(pdf: bytes, xml: bytes, name: str = XML_NAME) -> bytes:
    """The PDF with the XML embedded as Factur-X has it; the same bytes for the same input."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        file = opened.make_stream(xml, Type=pikepdf.Name.EmbeddedFile, Subtype=pikepdf.Name("/text/xml"))
        file.Params = pikepdf.Dictionary(Size=len(xml))
        specification = pikepdf.Dictionary(
            Type=pikepdf.Name.Filespec, F=name, UF=name, AFRelationship=pikepdf.Name.Alternative,
            EF=pikepdf.Dictionary(F=file, UF=file), Desc="Factur-X",
        )  # fmt: skip
        entry = opened.make_indirect(specification)
        opened.Root.Names = pikepdf.Dictionary(EmbeddedFiles=pikepdf.Dictionary(Names=pikepdf.Array([name, entry])))
        opened.Root.AF = pikepdf.Array([entry])
        target = io.BytesIO()
        opened.save(target, deterministic_id=True)
    return target.getvalue()


def _other_total(invoice: Invoice, rng: random.Random) -> Invoice:
    return replace(invoice, total=misprinted(invoice.total))


def _other_account(invoice: Invoice, rng: random.Random) -> Invoice:
    return replace(invoice, seller=replace(invoice.seller, iban=make_iban(rng, invoice.seller.country)))


def _other_day(invoice: Invoice, rng: random.Random) -> Invoice:
    return replace(invoice, invoice_date=invoice.invoice_date - timedelta(days=rng.randint(2, 9)))


def _other_seller(invoice: Invoice, rng: random.Random) -> Invoice:
    """Another firm's name above the same address and account."""
    while True:
        name = make_company(rng, invoice.locale).name
        if name.split()[0] not in {invoice.seller.name.split()[0], invoice.buyer.name.split()[0]}:
            return replace(invoice, seller=replace(invoice.seller, name=name))


def _other_row(invoice: Invoice, rng: random.Random) -> Invoice:
    """One more of one good, with its amount; the sums stay."""
    place = rng.randrange(len(invoice.lines))
    line = invoice.lines[place]
    more = replace(line, quantity=line.quantity + 1, amount=line.amount + line.unit_price)
    return replace(invoice, lines=(*invoice.lines[:place], more, *invoice.lines[place + 1 :]))


_CHANGES: Mapping[Deviation, Callable[[Invoice, random.Random], Invoice]] = {
    Deviation.NONE: lambda invoice, rng: invoice,
    Deviation.AMOUNT: _other_total,
    Deviation.IBAN: _other_account,
    Deviation.DATE: _other_day,
    Deviation.SELLER: _other_seller,
    Deviation.ROW: _other_row,
}


def xml_of(invoice: Invoice) -> bytes:
    """Cross Industry Invoice D16B of the profile EN 16931."""
    spaces = " ".join(f'xmlns:{prefix}="{space}"' for prefix, space in _SPACES.items())
    body = "".join((*_head(invoice), *_trade(invoice)))
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<rsm:CrossIndustryInvoice {spaces}>{body}</rsm:CrossIndustryInvoice>\n'
    return text.encode()


def _head(invoice: Invoice) -> Iterator[str]:
    guideline = _of("ram:GuidelineSpecifiedDocumentContextParameter", _of("ram:ID", _GUIDELINE, is_text=True))
    yield _of("rsm:ExchangedDocumentContext", guideline)
    number, code = _of("ram:ID", invoice.number, is_text=True), _of("ram:TypeCode", "380")
    yield _of("rsm:ExchangedDocument", number + code + _of("ram:IssueDateTime", _day(invoice.invoice_date)))


def _trade(invoice: Invoice) -> Iterator[str]:
    lines = "".join(_line(invoice, line) for line in invoice.lines)
    agreement = (
        _of("ram:BuyerReference", invoice.customer_number, is_text=True)
        + _of("ram:SellerTradeParty", _party(invoice.seller, has_vat=True))
        + _of("ram:BuyerTradeParty", _party(invoice.buyer))
        + _of("ram:BuyerOrderReferencedDocument", _of("ram:IssuerAssignedID", invoice.order_number, is_text=True))
    )
    delivery = _of("ram:ActualDeliverySupplyChainEvent", _of("ram:OccurrenceDateTime", _day(invoice.invoice_date)))
    yield _of(
        "rsm:SupplyChainTradeTransaction",
        lines
        + _of("ram:ApplicableHeaderTradeAgreement", agreement)
        + _of("ram:ApplicableHeaderTradeDelivery", delivery)
        + _of("ram:ApplicableHeaderTradeSettlement", _settlement(invoice)),
    )


def _line(invoice: Invoice, line: GoodsLine) -> str:
    code = "HUR" if line.unit in _HOURS else "C62"
    return _of(
        "ram:IncludedSupplyChainTradeLineItem",
        _of("ram:AssociatedDocumentLineDocument", _of("ram:LineID", str(line.position)))
        + _of("ram:SpecifiedTradeProduct", _of("ram:Name", line.description, is_text=True))
        + _of(
            "ram:SpecifiedLineTradeAgreement",
            _of("ram:NetPriceProductTradePrice", _of("ram:ChargeAmount", f"{line.unit_price:.2f}")),
        )
        + _of(
            "ram:SpecifiedLineTradeDelivery",
            _of("ram:BilledQuantity", number_label(line.quantity), f'unitCode="{code}"'),
        )
        + _of(
            "ram:SpecifiedLineTradeSettlement",
            _of("ram:ApplicableTradeTax", _tax(invoice))
            + _of(
                "ram:SpecifiedTradeSettlementLineMonetarySummation",
                _of("ram:LineTotalAmount", f"{line.amount:.2f}"),
            ),
        ),
    )


def _tax(invoice: Invoice, amounts: tuple[str, str] = ("", "")) -> str:
    """XML of a line's tax; with `amounts` (VAT, basis), of the whole invoice's."""
    amount, basis = amounts
    category = "S" if invoice.tax_rate else "Z"
    return (
        (_of("ram:CalculatedAmount", amount) if amount else "")
        + _of("ram:TypeCode", "VAT")
        + (_of("ram:BasisAmount", basis) if basis else "")
        + _of("ram:CategoryCode", category)
        + _of("ram:RateApplicablePercent", number_label(invoice.tax_rate) if invoice.tax_rate else "0")
    )


def _party(company: Company, *, has_vat: bool = False) -> str:
    street, town = company.address
    address = (
        _of("ram:LineOne", street, is_text=True)
        + _of("ram:CityName", town, is_text=True)
        + _of("ram:CountryID", company.country)
    )
    vat = _of("ram:SpecifiedTaxRegistration", _of("ram:ID", company.vat_number, 'schemeID="VA"'))
    return (
        _of("ram:Name", company.name, is_text=True)
        + _of("ram:PostalTradeAddress", address)
        + (vat if has_vat and company.vat_number else "")
    )


def _settlement(invoice: Invoice) -> str:
    currency = invoice.locale.currency
    account = _of("ram:PayeePartyCreditorFinancialAccount", _of("ram:IBANID", invoice.seller.iban))
    means = _of(
        "ram:SpecifiedTradeSettlementPaymentMeans",
        _of("ram:TypeCode", "58" if invoice.seller.iban else "ZZZ") + (account if invoice.seller.iban else ""),
    )
    sums = {
        "LineTotalAmount": invoice.net,
        "TaxBasisTotalAmount": invoice.net,
        "TaxTotalAmount": invoice.tax,
        "GrandTotalAmount": invoice.net + invoice.tax,
        "DuePayableAmount": invoice.net + invoice.tax,
    }
    summed = "".join(
        _of(f"ram:{name}", f"{amount:.2f}", f'currencyID="{currency}"' if name == "TaxTotalAmount" else "")
        for name, amount in sums.items()
    )
    tax = _tax(invoice, (f"{invoice.tax:.2f}", f"{invoice.net:.2f}"))
    return (
        _of("ram:InvoiceCurrencyCode", currency)
        + means
        + _of("ram:ApplicableTradeTax", tax)
        + _of("ram:SpecifiedTradePaymentTerms", _of("ram:DueDateDateTime", _day(invoice.due_date)))
        + _of("ram:SpecifiedTradeSettlementHeaderMonetarySummation", summed)
    )


def _day(day: date) -> str:
    return _of("udt:DateTimeString", day.strftime("%Y%m%d"), 'format="102"')


def _of(name: str, content: str, attributes: str = "", *, is_text: bool = False) -> str:
    inner = escape(content) if is_text else content
    return f"<{name}{' ' + attributes if attributes else ''}>{inner}</{name}>"
