"""Electronic invoices of our own making, in both syntaxes, correct unless asked otherwise; and XML built to do harm."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

EN_16931 = "urn:cen.eu:en16931:2017"
XRECHNUNG = f"{EN_16931}#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0"
XXE = (
    b'<?xml version="1.0"?><!DOCTYPE Invoice [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    b'<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2">&x;</Invoice>'
)
BILLION_LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
    b'<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2">&c;</Invoice>'
)
WITH_DTD = b"<!DOCTYPE Invoice [<!ELEMENT Invoice ANY>]><Invoice xmlns='urn:oasis:names:specification:ubl:schema:xsd:Invoice-2'/>"
_VALUES: dict[str, Any] = {
    "guideline": EN_16931,
    "number": "R-2026-17",
    "type_code": "380",
    "seller": "Muster & Söhne GmbH",
    "seller_vat_id": "DE123456788",
    "buyer": "Kundin AG",
    "currency": "EUR",
    "iban": "DE02120300000000202051",
    "quantity": "10",
    "base_quantity": "1",
    "price": "10.00",
    "line_net": "",  # by quantity and price
    "lines_total": "",
    "vat": "",
    "gross": "",
    "due": "",
    "terms": "Zahlbar in 14 Tagen",
    "lines": 1,
    "attachment": "",  # base64
}


def written(syntax: str, **changes: Any) -> bytes:
    """As UTF-8. Amounts that are not given follow from the lines; an empty text leaves its element out."""
    values = _VALUES | changes
    net = Decimal(values["quantity"]) * Decimal(values["price"]) / Decimal(values["base_quantity"])
    values["line_net"] = values["line_net"] or f"{net:.2f}"
    total = Decimal(values["line_net"]) * values["lines"]
    values["lines_total"] = values["lines_total"] or f"{total:.2f}"
    values["net"] = f"{total:.2f}"
    values["vat"] = values["vat"] or f"{total * 19 / 100:.2f}"
    values["gross"] = values["gross"] or f"{total + Decimal(values['vat']):.2f}"
    values["due"] = values["due"] or values["gross"]
    safe = {name: escape(str(value)) for name, value in values.items()}
    write = _cii if syntax == "cii" else _ubl
    return ('<?xml version="1.0" encoding="UTF-8"?>' + write(safe, values["lines"])).encode()


def _tag(name: str, value: str, attributes: str = "") -> str:
    return f"<{name}{attributes}>{value}</{name}>" if value else ""


def _cii(v: dict[str, str], lines: int) -> str:
    line = (
        "<ram:IncludedSupplyChainTradeLineItem><ram:AssociatedDocumentLineDocument><ram:LineID>{n}</ram:LineID>"
        "</ram:AssociatedDocumentLineDocument><ram:SpecifiedTradeProduct><ram:Name>Papier</ram:Name>"
        "</ram:SpecifiedTradeProduct><ram:SpecifiedLineTradeAgreement><ram:NetPriceProductTradePrice>"
        f"<ram:ChargeAmount>{v['price']}</ram:ChargeAmount>"
        f'<ram:BasisQuantity unitCode="H87">{v["base_quantity"]}</ram:BasisQuantity>'
        "</ram:NetPriceProductTradePrice></ram:SpecifiedLineTradeAgreement><ram:SpecifiedLineTradeDelivery>"
        f'<ram:BilledQuantity unitCode="H87">{v["quantity"]}</ram:BilledQuantity></ram:SpecifiedLineTradeDelivery>'
        "<ram:SpecifiedLineTradeSettlement><ram:ApplicableTradeTax><ram:TypeCode>VAT</ram:TypeCode>"
        "<ram:CategoryCode>S</ram:CategoryCode><ram:RateApplicablePercent>19</ram:RateApplicablePercent>"
        "</ram:ApplicableTradeTax><ram:SpecifiedTradeSettlementLineMonetarySummation>"
        f"<ram:LineTotalAmount>{v['line_net']}</ram:LineTotalAmount>"
        "</ram:SpecifiedTradeSettlementLineMonetarySummation></ram:SpecifiedLineTradeSettlement>"
        "</ram:IncludedSupplyChainTradeLineItem>"
    )
    vat_id = f'<ram:SpecifiedTaxRegistration><ram:ID schemeID="VA">{v["seller_vat_id"]}</ram:ID></ram:SpecifiedTaxRegistration>'
    address = (
        "<ram:PostalTradeAddress><ram:PostcodeCode>10115</ram:PostcodeCode><ram:LineOne>Hauptstr. 1</ram:LineOne>"
        "<ram:CityName>Berlin</ram:CityName><ram:CountryID>DE</ram:CountryID></ram:PostalTradeAddress>"
    )
    attached = (
        "<ram:AdditionalReferencedDocument><ram:IssuerAssignedID>A1</ram:IssuerAssignedID><ram:TypeCode>916</ram:TypeCode>"
        f'<ram:AttachmentBinaryObject mimeCode="application/pdf" filename="../etc/Beleg &lt;1&gt;.pdf">{v["attachment"]}'
        "</ram:AttachmentBinaryObject></ram:AdditionalReferencedDocument>"
    )
    return (
        '<rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100" '
        'xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100" '
        'xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100"><rsm:ExchangedDocumentContext>'
        f"<ram:GuidelineSpecifiedDocumentContextParameter><ram:ID>{v['guideline']}</ram:ID>"
        "</ram:GuidelineSpecifiedDocumentContextParameter></rsm:ExchangedDocumentContext><rsm:ExchangedDocument>"
        f"{_tag('ram:ID', v['number'])}<ram:TypeCode>{v['type_code']}</ram:TypeCode>"
        '<ram:IssueDateTime><udt:DateTimeString format="102">20261103</udt:DateTimeString></ram:IssueDateTime>'
        "</rsm:ExchangedDocument><rsm:SupplyChainTradeTransaction>"
        f"{''.join(line.replace('{n}', str(number)) for number in range(1, lines + 1))}"
        f"<ram:ApplicableHeaderTradeAgreement><ram:SellerTradeParty>{_tag('ram:Name', v['seller'])}{address}"
        f"{vat_id if v['seller_vat_id'] else ''}</ram:SellerTradeParty><ram:BuyerTradeParty>{_tag('ram:Name', v['buyer'])}"
        f"{address}</ram:BuyerTradeParty>{attached if v['attachment'] else ''}</ram:ApplicableHeaderTradeAgreement>"
        "<ram:ApplicableHeaderTradeDelivery/><ram:ApplicableHeaderTradeSettlement>"
        f"<ram:InvoiceCurrencyCode>{v['currency']}</ram:InvoiceCurrencyCode>"
        "<ram:SpecifiedTradeSettlementPaymentMeans><ram:TypeCode>58</ram:TypeCode><ram:PayeePartyCreditorFinancialAccount>"
        f"<ram:IBANID>{v['iban']}</ram:IBANID></ram:PayeePartyCreditorFinancialAccount>"
        "</ram:SpecifiedTradeSettlementPaymentMeans><ram:ApplicableTradeTax>"
        f"<ram:CalculatedAmount>{v['vat']}</ram:CalculatedAmount><ram:TypeCode>VAT</ram:TypeCode>"
        f"<ram:BasisAmount>{v['net']}</ram:BasisAmount><ram:CategoryCode>S</ram:CategoryCode>"
        "<ram:RateApplicablePercent>19</ram:RateApplicablePercent></ram:ApplicableTradeTax>"
        f"<ram:SpecifiedTradePaymentTerms><ram:Description>{v['terms']}</ram:Description></ram:SpecifiedTradePaymentTerms>"
        f"<ram:SpecifiedTradeSettlementHeaderMonetarySummation><ram:LineTotalAmount>{v['lines_total']}</ram:LineTotalAmount>"
        f"<ram:TaxBasisTotalAmount>{v['net']}</ram:TaxBasisTotalAmount>"
        f'<ram:TaxTotalAmount currencyID="{v["currency"]}">{v["vat"]}</ram:TaxTotalAmount>'
        f"<ram:GrandTotalAmount>{v['gross']}</ram:GrandTotalAmount><ram:DuePayableAmount>{v['due']}</ram:DuePayableAmount>"
        "</ram:SpecifiedTradeSettlementHeaderMonetarySummation></ram:ApplicableHeaderTradeSettlement>"
        "</rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>"
    )


def _ubl(v: dict[str, str], lines: int) -> str:
    unit = f' currencyID="{v["currency"]}"'
    tax = "<cac:{}><cbc:ID>S</cbc:ID><cbc:Percent>19</cbc:Percent><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:{}>"
    line = (
        f'<cac:InvoiceLine><cbc:ID>{{n}}</cbc:ID><cbc:InvoicedQuantity unitCode="H87">{v["quantity"]}</cbc:InvoicedQuantity>'
        f"<cbc:LineExtensionAmount{unit}>{v['line_net']}</cbc:LineExtensionAmount><cac:Item><cbc:Name>Papier</cbc:Name>"
        f"{tax.format(*['ClassifiedTaxCategory'] * 2)}</cac:Item><cac:Price><cbc:PriceAmount{unit}>{v['price']}"
        f'</cbc:PriceAmount><cbc:BaseQuantity unitCode="H87">{v["base_quantity"]}</cbc:BaseQuantity></cac:Price>'
        "</cac:InvoiceLine>"
    )
    address = (
        "<cac:PostalAddress><cbc:StreetName>Hauptstr. 1</cbc:StreetName><cbc:CityName>Berlin</cbc:CityName><cbc:PostalZone>10115"
        "</cbc:PostalZone><cac:Country><cbc:IdentificationCode>DE</cbc:IdentificationCode></cac:Country></cac:PostalAddress>"
    )
    vat_id = (
        f"<cac:PartyTaxScheme><cbc:CompanyID>{v['seller_vat_id']}</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID>"
        "</cac:TaxScheme></cac:PartyTaxScheme>"
    )
    attached = (
        "<cac:AdditionalDocumentReference><cbc:ID>A1</cbc:ID><cac:Attachment><cbc:EmbeddedDocumentBinaryObject "
        f'mimeCode="application/pdf" filename="../etc/Beleg &lt;1&gt;.pdf">{v["attachment"]}'
        "</cbc:EmbeddedDocumentBinaryObject></cac:Attachment></cac:AdditionalDocumentReference>"
    )

    def party(name: str, more: str = "") -> str:
        legal = f"<cac:PartyLegalEntity>{_tag('cbc:RegistrationName', name)}</cac:PartyLegalEntity>"
        return f"<cac:Party>{address}{more}{legal}</cac:Party>"

    return (
        '<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" '
        'xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" '
        'xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">'
        f"<cbc:CustomizationID>{v['guideline']}</cbc:CustomizationID>{_tag('cbc:ID', v['number'])}"
        f"<cbc:IssueDate>2026-11-03</cbc:IssueDate><cbc:InvoiceTypeCode>{v['type_code']}</cbc:InvoiceTypeCode>"
        f"<cbc:DocumentCurrencyCode>{v['currency']}</cbc:DocumentCurrencyCode>{attached if v['attachment'] else ''}"
        f"<cac:AccountingSupplierParty>{party(v['seller'], vat_id if v['seller_vat_id'] else '')}</cac:AccountingSupplierParty>"
        f"<cac:AccountingCustomerParty>{party(v['buyer'])}</cac:AccountingCustomerParty><cac:PaymentMeans>"
        f"<cbc:PaymentMeansCode>58</cbc:PaymentMeansCode><cac:PayeeFinancialAccount><cbc:ID>{v['iban']}</cbc:ID>"
        f"</cac:PayeeFinancialAccount></cac:PaymentMeans><cac:PaymentTerms><cbc:Note>{v['terms']}</cbc:Note></cac:PaymentTerms>"
        f"<cac:TaxTotal><cbc:TaxAmount{unit}>{v['vat']}</cbc:TaxAmount><cac:TaxSubtotal><cbc:TaxableAmount{unit}>{v['net']}"
        f"</cbc:TaxableAmount><cbc:TaxAmount{unit}>{v['vat']}</cbc:TaxAmount>{tax.format(*['TaxCategory'] * 2)}"
        f"</cac:TaxSubtotal></cac:TaxTotal><cac:LegalMonetaryTotal><cbc:LineExtensionAmount{unit}>{v['lines_total']}"
        f"</cbc:LineExtensionAmount><cbc:TaxExclusiveAmount{unit}>{v['net']}</cbc:TaxExclusiveAmount>"
        f"<cbc:TaxInclusiveAmount{unit}>{v['gross']}</cbc:TaxInclusiveAmount><cbc:PayableAmount{unit}>{v['due']}"
        "</cbc:PayableAmount></cac:LegalMonetaryTotal>"
        f"{''.join(line.replace('{n}', str(number)) for number in range(1, lines + 1))}</Invoice>"
    )
