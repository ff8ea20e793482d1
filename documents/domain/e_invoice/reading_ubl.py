"""UBL 2.1 Invoice and CreditNote as an `EInvoice`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from documents.domain.e_invoice.discounts import discounts_in
from documents.domain.e_invoice.model import (
    Address,
    Adjustment,
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
from documents.domain.e_invoice.xml_nodes import XmlNode

_SUBJECT = re.compile(r"#([A-Z]{3})#")


def ubl_invoice(root: XmlNode) -> EInvoice:
    """What the XML states."""
    payment = root.all("PaymentMeans")
    return EInvoice(
        Syntax.UBL,
        header=_header(root),
        references=_references(root),
        seller=_party(root.child("AccountingSupplierParty/Party")),
        buyer=_party(root.child("AccountingCustomerParty/Party")),
        payee=_party(root.child("PayeeParty")),
        tax_representative=_party(root.child("TaxRepresentativeParty")),
        delivery=_delivery(root.child("Delivery")),
        payment_means=tuple(_payment_means(each) for each in payment),
        terms=_terms(root, payment[0] if payment else root.empty),
        adjustments=tuple(_adjustment(each) for each in root.all("AllowanceCharge")),
        vat_breakdown=tuple(_breakdown(each) for each in root.all("TaxTotal/TaxSubtotal")),
        totals=_totals(root),
        documents=tuple(_documents(root)),
        lines=tuple(_line(each) for each in root.all("InvoiceLine|CreditNoteLine")),
        period=_period(root.child("InvoicePeriod")),
        is_credit_note_root=root.local == "CreditNote",
    )


def _header(root: XmlNode) -> Header:
    return Header(
        number=root.text("ID"),
        issue_date=root.day("IssueDate", "BT-2"),
        type_code=root.text("InvoiceTypeCode|CreditNoteTypeCode"),
        currency=root.text("DocumentCurrencyCode"),
        tax_currency=root.text("TaxCurrencyCode"),
        tax_point_date=root.day("TaxPointDate", "BT-7"),
        tax_point_code=root.text("InvoicePeriod/DescriptionCode"),
        process=root.text("ProfileID"),
        guideline=root.text("CustomizationID"),
        notes=tuple(_note(each) for each in root.all("Note") if each.content),
    )


def _note(node: XmlNode) -> Note:
    match = _SUBJECT.match(node.content)
    subject = Text(match[1], match[1], node.path) if match else None
    text = node.content[match.end() :] if match else node.content
    return Note(Text(text, node.content, node.path), subject)


def _references(root: XmlNode) -> References:
    preceding = (
        PrecedingInvoice(each.text("ID"), each.day("IssueDate", "BT-26"))
        for each in root.all("BillingReference/InvoiceDocumentReference")
    )
    coded = {each.value_of("DocumentTypeCode"): each for each in root.all("AdditionalDocumentReference")}
    invoiced = coded.get("130")
    return References(
        buyer_reference=root.text("BuyerReference"),
        project=root.text("ProjectReference/ID"),
        contract=root.text("ContractDocumentReference/ID"),
        purchase_order=root.text("OrderReference/ID"),
        sales_order=root.text("OrderReference/SalesOrderID"),
        receiving_advice=root.text("ReceiptDocumentReference/ID"),
        despatch_advice=root.text("DespatchDocumentReference/ID"),
        tender=root.text("OriginatorDocumentReference/ID"),
        invoiced_object=invoiced.identifier("ID") if invoiced else None,
        accounting=root.text("AccountingCost"),
        preceding_invoices=tuple(preceding),
    )


def _party(node: XmlNode) -> Party:
    legal, trading, contact = node.child("PartyLegalEntity"), node.text("PartyName/Name"), node.child("Contact")
    taxes = {each.value_of("TaxScheme/ID").upper(): each.text("CompanyID") for each in node.all("PartyTaxScheme")}
    others = [number for scheme, number in taxes.items() if scheme != "VAT"]
    name = legal.text("RegistrationName")
    return Party(
        name=name or trading,
        trading_name=trading if name else None,
        identifiers=node.identifiers("PartyIdentification/ID"),
        legal_id=legal.identifier("CompanyID"),
        vat_id=taxes.get("VAT"),
        tax_number=next(iter(others), None),
        legal_information=legal.text("CompanyLegalForm"),
        electronic_address=node.identifier("EndpointID"),
        address=_address(node.child("PostalAddress")),
        contact=Contact(contact.text("Name"), contact.text("Telephone"), contact.text("ElectronicMail")),
    )


def _address(node: XmlNode) -> Address:
    names = ("StreetName", "AdditionalStreetName", "AddressLine/Line", "PostalZone", "CityName", "CountrySubentity")
    return Address(*(node.text(name) for name in (*names, "Country/IdentificationCode")))


def _delivery(node: XmlNode) -> Delivery:
    place = node.child("DeliveryLocation")
    return Delivery(
        name=node.text("DeliveryParty/PartyName/Name"),
        location=place.identifier("ID"),
        date=node.day("ActualDeliveryDate", "BT-72"),
        address=_address(place.child("Address")),
    )


def _period(node: XmlNode) -> Period:
    return Period(node.day("StartDate", "BT-73"), node.day("EndDate", "BT-74"))


def _payment_means(node: XmlNode) -> PaymentMeans:
    account = node.child("PayeeFinancialAccount")
    code = node.child("PaymentMeansCode")
    return PaymentMeans(
        code=node.text("PaymentMeansCode"),
        text=code.attribute_as_text("name"),
        iban=account.text("ID"),
        account_name=account.text("Name"),
        bic=account.text("FinancialInstitutionBranch/ID"),
        card_number=node.text("CardAccount/PrimaryAccountNumberID"),
        card_holder=node.text("CardAccount/HolderName"),
        debited_iban=node.text("PaymentMandate/PayerFinancialAccount/ID"),
    )


def _terms(root: XmlNode, means: XmlNode) -> Terms:
    text = root.text("PaymentTerms/Note")
    creditors = [
        *root.all("AccountingSupplierParty/Party/PartyIdentification/ID"),
        *root.all("PayeeParty/PartyIdentification/ID"),
    ]
    sepa = next((each for each in creditors if each.attribute("schemeID") == "SEPA"), None)
    return Terms(
        due_date=root.day("DueDate", "BT-9") or means.day("PaymentDueDate", "BT-9"),
        text=text,
        discounts=tuple(discounts_in(text)) if text else (),
        remittance=means.text("PaymentID"),
        mandate=root.text("PaymentMeans/PaymentMandate/ID"),
        creditor_id=Text(sepa.content, sepa.content, sepa.path) if sepa else None,
    )


def _adjustment(node: XmlNode) -> Adjustment:
    is_charge = node.value_of("ChargeIndicator").lower() == "true"
    return Adjustment(
        is_charge,
        node.number("Amount", "BT-99" if is_charge else "BT-92"),
        node.number("BaseAmount", "BT-93"),
        node.number("MultiplierFactorNumeric", "BT-94"),
        node.text("AllowanceChargeReason"),
        node.text("AllowanceChargeReasonCode"),
        _vat(node.child("TaxCategory")),
    )


def _vat(node: XmlNode) -> Vat:
    return Vat(node.text("ID"), node.number("Percent", "BT-152"))


def _breakdown(node: XmlNode) -> VatBreakdown:
    category = node.child("TaxCategory")
    return VatBreakdown(
        node.number("TaxableAmount", "BT-116"),
        node.number("TaxAmount", "BT-117"),
        _vat(category),
        category.text("TaxExemptionReason"),
        category.text("TaxExemptionReasonCode"),
    )


def _totals(root: XmlNode) -> Totals:
    sums, currency = root.child("LegalMonetaryTotal"), root.value_of("DocumentCurrencyCode")
    taxes = root.all("TaxTotal/TaxAmount")
    own = next((each for each in taxes if each.attribute("currencyID") == currency), taxes[0] if taxes else root.empty)
    other = next((each for each in taxes if each is not own), root.empty)
    return Totals(
        lines=sums.number("LineExtensionAmount", "BT-106"),
        allowances=sums.number("AllowanceTotalAmount", "BT-107"),
        charges=sums.number("ChargeTotalAmount", "BT-108"),
        net=sums.number("TaxExclusiveAmount", "BT-109"),
        vat=own.as_number("BT-110"),
        vat_in_tax_currency=other.as_number("BT-111"),
        gross=sums.number("TaxInclusiveAmount", "BT-112"),
        prepaid=sums.number("PrepaidAmount", "BT-113"),
        rounding=sums.number("PayableRoundingAmount", "BT-114"),
        due=sums.number("PayableAmount", "BT-115"),
    )


def _documents(root: XmlNode) -> Iterator[SupportingDocument]:
    for each in root.all("AdditionalDocumentReference"):
        if each.value_of("DocumentTypeCode") == "130":
            continue
        binary = each.child("Attachment/EmbeddedDocumentBinaryObject")
        yield SupportingDocument(
            each.identifier("ID"),
            each.text("DocumentDescription"),
            each.text("Attachment/ExternalReference/URI"),
            binary.attribute_as_text("filename"),
            binary.attribute_as_count("attachment"),
        )


def _line(node: XmlNode) -> Line:
    quantity = node.child("InvoicedQuantity|CreditedQuantity")
    item = node.child("Item")
    return Line(
        id=node.text("ID"),
        note=node.text("Note"),
        invoiced_object=node.identifier("DocumentReference/ID"),
        quantity=quantity.as_number("BT-129"),
        unit=quantity.attribute_as_text("unitCode"),
        net_amount=node.number("LineExtensionAmount", "BT-131"),
        order_line=node.text("OrderLineReference/LineID"),
        accounting=node.text("AccountingCost"),
        period=_period(node.child("InvoicePeriod")),
        adjustments=tuple(_adjustment(each) for each in node.all("AllowanceCharge")),
        price=_price(node.child("Price")),
        vat=_vat(item.child("ClassifiedTaxCategory")),
        item=_item(item),
    )


def _price(node: XmlNode) -> Price:
    base = node.child("BaseQuantity")
    return Price(
        node.number("PriceAmount", "BT-146"),
        node.number("AllowanceCharge/BaseAmount", "BT-148"),
        node.number("AllowanceCharge/Amount", "BT-147"),
        base.as_number("BT-149"),
        base.attribute_as_text("unitCode"),
    )


def _item(node: XmlNode) -> Item:
    return Item(
        name=node.text("Name"),
        description=node.text("Description"),
        seller_id=node.text("SellersItemIdentification/ID"),
        buyer_id=node.text("BuyersItemIdentification/ID"),
        standard_id=node.identifier("StandardItemIdentification/ID"),
        classifications=node.identifiers("CommodityClassification/ItemClassificationCode"),
        origin=node.text("OriginCountry/IdentificationCode"),
        attributes=tuple(
            ItemAttribute(each.text("Name"), each.text("Value")) for each in node.all("AdditionalItemProperty")
        ),
    )
