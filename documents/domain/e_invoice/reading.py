"""From the tree of an XML (`core.readers.bounded_xml`) to an `EInvoice`: CII and ZUGFeRD 1 here, UBL in `reading_ubl`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from documents.domain.e_invoice.discounts import discounts_in
from documents.domain.e_invoice.model import (
    Address,
    Adjustment,
    CashDiscount,
    Contact,
    Delivery,
    EInvoice,
    Header,
    Item,
    ItemAttribute,
    Line,
    Note,
    Party,
    PaymentMeans,
    Period,
    PrecedingInvoice,
    Price,
    References,
    SupportingDocument,
    Syntax,
    Terms,
    Text,
    Totals,
    Vat,
    VatBreakdown,
)
from documents.domain.e_invoice.reading_ubl import ubl_invoice
from documents.domain.e_invoice.xml_nodes import XmlNode, node_of

_RULES = (
    "ExchangedDocument|HeaderExchangedDocument",
    "SupplyChainTradeTransaction|SpecifiedSupplyChainTradeTransaction",
)
_SETTLEMENT_SUMS = "SpecifiedTradeSettlementHeaderMonetarySummation|SpecifiedTradeSettlementMonetarySummation"


def invoice_of(tree: Mapping[str, Any]) -> EInvoice:
    """What the XML states. Values that cannot be read as number or day are in `unreadable`; nothing raises."""
    root = node_of(tree)
    syntax = Syntax(tree["syntax"])
    found = ubl_invoice(root) if syntax is Syntax.UBL else _cii(root, syntax)
    return replace(found, unreadable=tuple(root.unreadable))


def _cii(root: XmlNode, syntax: Syntax) -> EInvoice:
    document, trade = (root.first(name) or root.empty for name in _RULES)
    agreement = trade.child("ApplicableHeaderTradeAgreement|ApplicableSupplyChainTradeAgreement")
    delivery = trade.child("ApplicableHeaderTradeDelivery|ApplicableSupplyChainTradeDelivery")
    settlement = trade.child("ApplicableHeaderTradeSettlement|ApplicableSupplyChainTradeSettlement")
    context = root.child("ExchangedDocumentContext|SpecifiedExchangedDocumentContext")
    return EInvoice(
        syntax,
        header=_header(context, document, settlement),
        references=_references(agreement, delivery, settlement),
        seller=_party(agreement.child("SellerTradeParty")),
        buyer=_party(agreement.child("BuyerTradeParty")),
        payee=_party(settlement.child("PayeeTradeParty")),
        tax_representative=_party(agreement.child("SellerTaxRepresentativeTradeParty")),
        delivery=_delivery(delivery),
        payment_means=_payment_means(settlement),
        terms=_terms(settlement),
        adjustments=tuple(_adjustments(settlement)),
        vat_breakdown=tuple(_breakdown(each) for each in settlement.all("ApplicableTradeTax")),
        totals=_totals(settlement),
        documents=tuple(_documents(agreement)),
        lines=tuple(_line(each) for each in trade.all("IncludedSupplyChainTradeLineItem")),
        period=_period(settlement.child("BillingSpecifiedPeriod")),
    )


def _header(context: XmlNode, document: XmlNode, settlement: XmlNode) -> Header:
    notes = (
        Note(text, each.text("SubjectCode"))
        for each in document.all("IncludedNote")
        if (text := each.text("Content")) is not None
    )
    return Header(
        number=document.text("ID"),
        issue_date=document.day("IssueDateTime/DateTimeString", "BT-2"),
        type_code=document.text("TypeCode"),
        currency=settlement.text("InvoiceCurrencyCode") or settlement.text("OrderCurrencyCode"),
        tax_currency=settlement.text("TaxCurrencyCode"),
        tax_point_date=settlement.day("ApplicableTradeTax/TaxPointDate/DateString", "BT-7"),
        tax_point_code=settlement.text("ApplicableTradeTax/DueDateTypeCode"),
        process=context.text("BusinessProcessSpecifiedDocumentContextParameter/ID"),
        guideline=context.text("GuidelineSpecifiedDocumentContextParameter/ID"),
        notes=tuple(notes),
    )


def _references(agreement: XmlNode, delivery: XmlNode, settlement: XmlNode) -> References:
    def referenced(node: XmlNode, name: str) -> Text | None:
        return node.text(f"{name}/IssuerAssignedID|ID")

    others = {each.value_of("TypeCode"): each for each in agreement.all("AdditionalReferencedDocument")}
    tender, object_id = others.get("50"), others.get("130")
    preceding = (
        PrecedingInvoice(each.text("IssuerAssignedID"), each.day("FormattedIssueDateTime/DateTimeString", "BT-26"))
        for each in settlement.all("InvoiceReferencedDocument")
    )
    return References(
        buyer_reference=agreement.text("BuyerReference"),
        project=agreement.text("SpecifiedProcuringProject/ID"),
        contract=referenced(agreement, "ContractReferencedDocument"),
        purchase_order=referenced(agreement, "BuyerOrderReferencedDocument"),
        sales_order=referenced(agreement, "SellerOrderReferencedDocument"),
        receiving_advice=referenced(delivery, "ReceivingAdviceReferencedDocument"),
        despatch_advice=referenced(delivery, "DespatchAdviceReferencedDocument"),
        tender=tender.text("IssuerAssignedID") if tender else None,
        invoiced_object=object_id.identifier("IssuerAssignedID") if object_id else None,
        accounting=settlement.text("ReceivableSpecifiedTradeAccountingAccount/ID"),
        preceding_invoices=tuple(preceding),
    )


def _party(node: XmlNode) -> Party:
    taxes = {each.child("ID").attribute("schemeID"): each.text("ID") for each in node.all("SpecifiedTaxRegistration")}
    legal, contact = node.child("SpecifiedLegalOrganization"), node.child("DefinedTradeContact")
    return Party(
        name=node.text("Name"),
        trading_name=legal.text("TradingBusinessName"),
        identifiers=(*node.identifiers("GlobalID"), *node.identifiers("ID")),
        legal_id=legal.identifier("ID"),
        vat_id=taxes.get("VA"),
        tax_number=taxes.get("FC"),
        legal_information=node.text("Description"),
        electronic_address=node.identifier("URIUniversalCommunication/URIID"),
        address=_address(node.child("PostalTradeAddress")),
        contact=Contact(
            contact.text("PersonName") or contact.text("DepartmentName"),
            contact.text("TelephoneUniversalCommunication/CompleteNumber"),
            contact.text("EmailURIUniversalCommunication/URIID"),
        ),
    )


def _address(node: XmlNode) -> Address:
    names = ("LineOne", "LineTwo", "LineThree", "PostcodeCode", "CityName", "CountrySubDivisionName", "CountryID")
    return Address(*(node.text(name) for name in names))


def _delivery(node: XmlNode) -> Delivery:
    place = node.child("ShipToTradeParty")
    return Delivery(
        name=place.text("Name"),
        location=next(iter((*place.identifiers("GlobalID"), *place.identifiers("ID"))), None),
        date=node.day("ActualDeliverySupplyChainEvent/OccurrenceDateTime/DateTimeString", "BT-72"),
        address=_address(place.child("PostalTradeAddress")),
    )


def _period(node: XmlNode) -> Period:
    return Period(node.day("StartDateTime/DateTimeString", "BT-73"), node.day("EndDateTime/DateTimeString", "BT-74"))


def _payment_means(settlement: XmlNode) -> tuple[PaymentMeans, ...]:
    return tuple(
        PaymentMeans(
            code=each.text("TypeCode"),
            text=each.text("Information"),
            iban=each.text("PayeePartyCreditorFinancialAccount/IBANID")
            or each.text("PayeePartyCreditorFinancialAccount/ProprietaryID"),
            account_name=each.text("PayeePartyCreditorFinancialAccount/AccountName"),
            bic=each.text("PayeeSpecifiedCreditorFinancialInstitution/BICID"),
            card_number=each.text("ApplicableTradeSettlementFinancialCard/ID"),
            card_holder=each.text("ApplicableTradeSettlementFinancialCard/CardholderName"),
            debited_iban=each.text("PayerPartyDebtorFinancialAccount/IBANID"),
        )
        for each in settlement.all("SpecifiedTradeSettlementPaymentMeans")
    )


def _terms(settlement: XmlNode) -> Terms:
    terms = settlement.all("SpecifiedTradePaymentTerms")
    first = terms[0] if terms else settlement.empty
    due = next((day for each in terms if (day := each.day("DueDateDateTime/DateTimeString", "BT-9"))), None)
    text = next((found for each in terms if (found := each.text("Description"))), None)
    stated = [discount for each in terms if (discount := _stated_discount(each))]
    return Terms(
        due_date=due,
        text=text,
        discounts=(*(discounts_in(text) if text else ()), *stated),
        remittance=settlement.text("PaymentReference"),
        mandate=first.text("DirectDebitMandateID"),
        creditor_id=settlement.text("CreditorReferenceID"),
    )


def _stated_discount(terms: XmlNode) -> CashDiscount | None:
    """By the elements of ZUGFeRD EXTENDED."""
    node = terms.child("ApplicableTradePaymentDiscountTerms")
    days, percent, base = (
        node.number(name, "BT-20") for name in ("BasisPeriodMeasure", "CalculationPercent", "BasisAmount")
    )
    if days is None or percent is None:
        return None
    return CashDiscount(int(days.value), percent.value, percent.raw, node.path, base.value if base else None)


def _adjustments(node: XmlNode) -> Iterator[Adjustment]:
    for each in node.all("SpecifiedTradeAllowanceCharge"):
        is_charge = each.value_of("ChargeIndicator/Indicator").lower() == "true"
        tax = each.child("CategoryTradeTax")
        yield Adjustment(
            is_charge,
            each.number("ActualAmount", "BT-99" if is_charge else "BT-92"),
            each.number("BasisAmount", "BT-93"),
            each.number("CalculationPercent", "BT-94"),
            each.text("Reason"),
            each.text("ReasonCode"),
            _vat(tax),
        )


def _vat(tax: XmlNode) -> Vat:
    return Vat(tax.text("CategoryCode"), tax.number("RateApplicablePercent|ApplicablePercent", "BT-152"))


def _breakdown(tax: XmlNode) -> VatBreakdown:
    return VatBreakdown(
        tax.number("BasisAmount", "BT-116"),
        tax.number("CalculatedAmount", "BT-117"),
        _vat(tax),
        tax.text("ExemptionReason"),
        tax.text("ExemptionReasonCode"),
    )


def _totals(settlement: XmlNode) -> Totals:
    sums = settlement.child(_SETTLEMENT_SUMS)
    currency = settlement.value_of("InvoiceCurrencyCode")
    taxes = sums.all("TaxTotalAmount")
    own = next(
        (each for each in taxes if each.attribute("currencyID") in ("", currency)), taxes[0] if taxes else sums.empty
    )
    other = next((each for each in taxes if each is not own), sums.empty)
    return Totals(
        lines=sums.number("LineTotalAmount", "BT-106"),
        allowances=sums.number("AllowanceTotalAmount", "BT-107"),
        charges=sums.number("ChargeTotalAmount", "BT-108"),
        net=sums.number("TaxBasisTotalAmount", "BT-109"),
        vat=own.as_number("BT-110"),
        vat_in_tax_currency=other.as_number("BT-111"),
        gross=sums.number("GrandTotalAmount", "BT-112"),
        prepaid=sums.number("TotalPrepaidAmount", "BT-113"),
        rounding=sums.number("RoundingAmount", "BT-114"),
        due=sums.number("DuePayableAmount", "BT-115"),
    )


def _documents(agreement: XmlNode) -> Iterator[SupportingDocument]:
    for each in agreement.all("AdditionalReferencedDocument"):
        if each.value_of("TypeCode") in ("50", "130"):
            continue
        binary = each.child("AttachmentBinaryObject")
        yield SupportingDocument(
            each.identifier("IssuerAssignedID"),
            each.text("Name"),
            each.text("URIID"),
            binary.attribute_as_text("filename"),
            binary.attribute_as_count("attachment"),
        )


def _line(node: XmlNode) -> Line:
    document = node.child("AssociatedDocumentLineDocument")
    product = node.child("SpecifiedTradeProduct")
    agreement = node.child("SpecifiedLineTradeAgreement|SpecifiedSupplyChainTradeAgreement")
    delivery = node.child("SpecifiedLineTradeDelivery|SpecifiedSupplyChainTradeDelivery")
    settlement = node.child("SpecifiedLineTradeSettlement|SpecifiedSupplyChainTradeSettlement")
    quantity = delivery.first("BilledQuantity") or delivery.child("RequestedQuantity")
    return Line(
        id=document.text("LineID"),
        subtype=document.text("LineStatusReasonCode"),
        parent_id=document.text("ParentLineID"),
        note=document.text("IncludedNote/Content"),
        invoiced_object=settlement.identifier("AdditionalReferencedDocument/IssuerAssignedID"),
        quantity=quantity.as_number("BT-129"),
        unit=quantity.attribute_as_text("unitCode"),
        net_amount=settlement.number(
            "SpecifiedTradeSettlementLineMonetarySummation|SpecifiedTradeSettlementMonetarySummation/LineTotalAmount",
            "BT-131",
        ),
        order_line=agreement.text("BuyerOrderReferencedDocument/LineID"),
        accounting=settlement.text("ReceivableSpecifiedTradeAccountingAccount/ID"),
        period=_period(settlement.child("BillingSpecifiedPeriod")),
        adjustments=tuple(_adjustments(settlement)),
        price=_price(agreement),
        vat=_vat(settlement.child("ApplicableTradeTax")),
        item=_item(product),
    )


def _price(agreement: XmlNode) -> Price:
    net, gross = agreement.child("NetPriceProductTradePrice"), agreement.child("GrossPriceProductTradePrice")
    base = net.first("BasisQuantity") or gross.child("BasisQuantity")
    return Price(
        net.number("ChargeAmount", "BT-146"),
        gross.number("ChargeAmount", "BT-148"),
        gross.number("AppliedTradeAllowanceCharge/ActualAmount", "BT-147"),
        base.as_number("BT-149"),
        base.attribute_as_text("unitCode"),
    )


def _item(product: XmlNode) -> Item:
    return Item(
        name=product.text("Name"),
        description=product.text("Description"),
        seller_id=product.text("SellerAssignedID"),
        buyer_id=product.text("BuyerAssignedID"),
        standard_id=product.identifier("GlobalID"),
        classifications=product.identifiers("DesignatedProductClassification/ClassCode"),
        origin=product.text("OriginTradeCountry/ID"),
        attributes=tuple(
            ItemAttribute(each.text("Description"), each.text("Value"))
            for each in product.all("ApplicableProductCharacteristic")
        ),
    )
