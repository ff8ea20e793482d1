"""An invoice of EN 16931 (and the order of Order-X) as frozen values, each with its place in the XML. No parsing, no rules.

How the parts go together, for who builds on them:
1. `Sandbox.read_e_invoice(path)` gives `ReceivedXml`: the XML byte for byte, its tree of plain values, its attachments.
2. `e_invoice.reading.invoice_of(tree)` gives the `EInvoice` below.
3. `e_invoice.terms` names each value: `leaves(invoice)` yields every one with its BT number and its German and English name.
4. `e_invoice.compare.compared(invoice, printed)` gives agreements and deviations.
5. `e_invoice.letter` drafts what to write to the supplier; rules are judged by `RuleServer.validate`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Generic, TypeVar

T = TypeVar("T")


class Syntax(StrEnum):
    """How the XML is written. The codes are stored and never change."""

    CII = "cii"  # UN/CEFACT Cross Industry Invoice D16B: ZUGFeRD 2, Factur-X, XRechnung
    UBL = "ubl"  # OASIS UBL 2.1 Invoice or CreditNote
    ZUGFERD_1 = "zugferd1"  # CrossIndustryDocument of 2014
    ORDER_X = "order-x"  # UN/CEFACT SCRDM Cross Industry Order


class InvoiceKind(StrEnum):
    """Kind of invoice, by its type code (BT-3, UNTDID 1001). The first four are kinds of `DocumentKind` too."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    CORRECTION = "correction"
    SELF_BILLED = "self_billed"
    ORDER = "order"
    INFORMATION = "information"  # 751: for booking only, not an invoice of German VAT law


@dataclass(frozen=True)
class Sourced(Generic[T]):
    """A value, the text it was read from, and its place: an XPath with prefixes of the syntax and 1-based positions."""

    value: T
    raw: str
    path: str

    def __str__(self) -> str:
        return str(self.value)


Text = Sourced[str]
Number = Sourced[Decimal]
Day = Sourced[date]


@dataclass(frozen=True)
class Identifier(Sourced[str]):
    """`scheme`: the code of the list that it is from (ISO 6523, EAS, UNTDID), "" where the XML names none."""

    scheme: str = ""


@dataclass(frozen=True)
class Unreadable:
    """A value that the XML has and that is no number or no date. `term`: as in `terms`."""

    term: str
    raw: str
    path: str


@dataclass(frozen=True)
class Address:
    """A postal address. `country`: two letters."""

    line1: Text | None = None
    line2: Text | None = None
    line3: Text | None = None
    postcode: Text | None = None
    city: Text | None = None
    region: Text | None = None
    country: Text | None = None


@dataclass(frozen=True)
class Contact:
    """A person or a department to turn to."""

    name: Text | None = None
    phone: Text | None = None
    email: Text | None = None


@dataclass(frozen=True)
class Party:
    """A seller, buyer, payee or tax representative; which of the values apply depends on the role."""

    name: Text | None = None
    trading_name: Text | None = None
    identifiers: tuple[Identifier, ...] = ()
    legal_id: Identifier | None = None
    vat_id: Text | None = None
    tax_number: Text | None = None
    legal_information: Text | None = None
    electronic_address: Identifier | None = None
    address: Address = Address()
    contact: Contact = Contact()


@dataclass(frozen=True)
class Period:
    """From `start` to `end`, both included."""

    start: Day | None = None
    end: Day | None = None


@dataclass(frozen=True)
class Delivery:
    """Where and when goods or services came (in an order: are wanted)."""

    name: Text | None = None
    location: Identifier | None = None
    date: Day | None = None
    period: Period = Period()
    address: Address = Address()


@dataclass(frozen=True)
class PaymentMeans:
    """One way to pay; an invoice may offer several. `code`: UNTDID 4461 (30, 58 transfer; 59 direct debit; 48 card …)."""

    code: Text | None = None
    text: Text | None = None
    iban: Text | None = None  # or another account number, as written
    account_name: Text | None = None
    bic: Text | None = None
    card_number: Text | None = None
    card_holder: Text | None = None
    debited_iban: Text | None = None


@dataclass(frozen=True)
class CashDiscount:
    """A line `#SKONTO#TAGE=14#PROZENT=2.00#BASISBETRAG=…#` of the payment terms (XRechnung, BR-DE-18), or the same by elements
    of ZUGFeRD. `is_interest`: #VERZUG#, a surcharge after `days` instead. `base` None: the amount due."""

    days: int
    percent: Decimal
    raw: str
    path: str
    base: Decimal | None = None
    is_interest: bool = False


@dataclass(frozen=True)
class Terms:
    """How and until when to pay."""

    due_date: Day | None = None
    text: Text | None = None
    discounts: tuple[CashDiscount, ...] = ()
    remittance: Text | None = None
    mandate: Text | None = None
    creditor_id: Text | None = None


@dataclass(frozen=True)
class Vat:
    """`category`: S, Z, E, AE, K, G, O, L or M (UNCL 5305). `rate` in percent."""

    category: Text | None = None
    rate: Number | None = None


@dataclass(frozen=True)
class Adjustment:
    """An allowance (taken off) or a charge (added), of the whole or of one line. `amount` as in the XML, without VAT."""

    is_charge: bool
    amount: Number | None = None
    base: Number | None = None
    percent: Number | None = None
    reason: Text | None = None
    reason_code: Text | None = None
    vat: Vat = Vat()


@dataclass(frozen=True)
class VatBreakdown:
    """One category and rate of the whole."""

    basis: Number | None = None
    amount: Number | None = None
    vat: Vat = Vat()
    exemption_reason: Text | None = None
    exemption_code: Text | None = None


@dataclass(frozen=True)
class Totals:
    """Sums of the whole, in the invoice's currency but `vat_in_tax_currency`."""

    lines: Number | None = None
    allowances: Number | None = None
    charges: Number | None = None
    net: Number | None = None
    vat: Number | None = None
    vat_in_tax_currency: Number | None = None
    gross: Number | None = None
    prepaid: Number | None = None
    rounding: Number | None = None
    due: Number | None = None


@dataclass(frozen=True)
class Note:
    """`subject`: UNTDID 4451."""

    text: Text
    subject: Text | None = None


@dataclass(frozen=True)
class PrecedingInvoice:
    """What a credit note or correction, or a final invoice, refers to."""

    number: Text | None = None
    issue_date: Day | None = None


@dataclass(frozen=True)
class References:
    """What else the invoice belongs to. `buyer_reference`: the Leitweg-ID, where the buyer is a German authority."""

    buyer_reference: Text | None = None
    project: Text | None = None
    contract: Text | None = None
    purchase_order: Text | None = None
    sales_order: Text | None = None
    receiving_advice: Text | None = None
    despatch_advice: Text | None = None
    tender: Text | None = None
    invoiced_object: Identifier | None = None
    accounting: Text | None = None
    preceding_invoices: tuple[PrecedingInvoice, ...] = ()


@dataclass(frozen=True)
class SupportingDocument:
    """BG-24. `attachment`: the 0-based place of its bytes among `ReceivedXml.attachments`, None where it has none there."""

    reference: Identifier | None = None
    description: Text | None = None
    url: Text | None = None
    file_name: Text | None = None
    attachment: int | None = None


@dataclass(frozen=True)
class Price:
    """`net` is for `base_quantity` units: 12.00 a hundred is 0.12 each (`unit_price`)."""

    net: Number | None = None
    gross: Number | None = None
    discount: Number | None = None
    base_quantity: Number | None = None
    base_unit: Text | None = None

    @property
    def unit_price(self) -> Decimal | None:
        """Net, of one unit. None without a price; a base quantity of zero is not applied."""
        if self.net is None:
            return None
        return self.net.value / self._base

    @property
    def gross_unit_price(self) -> Decimal | None:
        """Of one unit, before the discount on the price. None where it is not stated."""
        return self.gross.value / self._base if self.gross else None

    @property
    def _base(self) -> Decimal:
        return (self.base_quantity.value if self.base_quantity else None) or Decimal(1)


@dataclass(frozen=True)
class ItemAttribute:
    """A property of an item: `Color`, `Black`."""

    name: Text | None = None
    value: Text | None = None


@dataclass(frozen=True)
class Item:
    """What is sold."""

    name: Text | None = None
    description: Text | None = None
    seller_id: Text | None = None
    buyer_id: Text | None = None
    standard_id: Identifier | None = None
    classifications: tuple[Identifier, ...] = ()
    origin: Text | None = None
    attributes: tuple[ItemAttribute, ...] = ()


@dataclass(frozen=True)
class Line:
    """One item line. `subtype` is of the profile EXTENDED: GROUP and INFORMATION lines do not count in the sums."""

    id: Text | None = None
    subtype: Text | None = None
    parent_id: Text | None = None
    note: Text | None = None
    invoiced_object: Identifier | None = None
    quantity: Number | None = None
    unit: Text | None = None
    net_amount: Number | None = None
    order_line: Text | None = None
    accounting: Text | None = None
    period: Period = Period()
    adjustments: tuple[Adjustment, ...] = ()
    price: Price = Price()
    vat: Vat = Vat()
    item: Item = Item()

    @property
    def counts(self) -> bool:
        """Whether its amount is part of the sum of lines. A line without amount, quantity and name is a note between lines."""
        is_note = self.net_amount is None and self.quantity is None and self.item.name is None
        return not is_note and (self.subtype is None or self.subtype.value.upper() not in {"GROUP", "INFORMATION"})


@dataclass(frozen=True)
class Header:
    """What the document is. `type_code`: UNTDID 1001. `guideline`: the profile, as its URN."""

    number: Text | None = None
    issue_date: Day | None = None
    type_code: Text | None = None
    currency: Text | None = None
    tax_currency: Text | None = None
    tax_point_date: Day | None = None
    tax_point_code: Text | None = None
    process: Text | None = None
    guideline: Text | None = None
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class EInvoice:
    """The whole document. Values that the XML does not have are None; empty elements count as not there."""

    syntax: Syntax
    header: Header = Header()
    references: References = References()
    seller: Party = Party()
    buyer: Party = Party()
    payee: Party = Party()
    tax_representative: Party = Party()
    delivery: Delivery = Delivery()
    payment_means: tuple[PaymentMeans, ...] = ()
    terms: Terms = Terms()
    adjustments: tuple[Adjustment, ...] = ()
    vat_breakdown: tuple[VatBreakdown, ...] = ()
    totals: Totals = Totals()
    documents: tuple[SupportingDocument, ...] = ()
    lines: tuple[Line, ...] = ()
    period: Period = Period()
    unreadable: tuple[Unreadable, ...] = ()
    is_credit_note_root: bool = field(default=False)  # UBL CreditNote, whatever its code says

    @property
    def kind(self) -> InvoiceKind:
        """By the type code; a UBL CreditNote is one in any case."""
        if self.syntax is Syntax.ORDER_X:
            return InvoiceKind.ORDER
        code = self.header.type_code.value if self.header.type_code else ""
        if self.is_credit_note_root or code in CREDIT_NOTE_CODES:
            return InvoiceKind.CREDIT_NOTE
        return _KINDS.get(code, InvoiceKind.INVOICE)

    @property
    def allowances(self) -> Iterator[Adjustment]:
        return (adjustment for adjustment in self.adjustments if not adjustment.is_charge)

    @property
    def charges(self) -> Iterator[Adjustment]:
        return (adjustment for adjustment in self.adjustments if adjustment.is_charge)


# UNTDID 1001: the codes that EN 16931 counts as credit notes; their amounts are positive and are given back.
CREDIT_NOTE_CODES = frozenset({"81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "532"})
_KINDS = {"384": InvoiceKind.CORRECTION, "389": InvoiceKind.SELF_BILLED, "751": InvoiceKind.INFORMATION}
