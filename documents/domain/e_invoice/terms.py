"""The terms of EN 16931: every value of an invoice by its BT number, with its German and English name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from documents.domain.e_invoice.model import Address, Adjustment, EInvoice, Line, Party, Sourced

_Named = Iterator[tuple[str, Sourced[Any] | None]]


@dataclass(frozen=True)
class Names:
    """What a term is called."""

    en: str
    de: str


@dataclass(frozen=True)
class Leaf:
    """One value. `value`: ISO 8601 day, number with a decimal point, or text. `row` counts the rows of a group from 0, None for
    a value of the whole."""

    bt: str
    value: str
    raw: str
    path: str
    row: int | None = None


def leaves(invoice: EInvoice) -> Iterator[Leaf]:
    """Every value that the XML states, in the order of EN 16931."""
    yield from _found(_head(invoice))
    for number, note in enumerate(invoice.header.notes):
        yield from _found([("BT-21", note.subject), ("BT-22", note.text)], number)
    for number, before in enumerate(invoice.references.preceding_invoices):
        yield from _found([("BT-25", before.number), ("BT-26", before.issue_date)], number)
    yield from _found(_party(invoice.seller, _SELLER, _SELLER_ADDRESS))
    yield from _found(_party(invoice.buyer, _BUYER, _BUYER_ADDRESS))
    yield from _found(_party(invoice.payee, _PAYEE, ()))
    yield from _found(_party(invoice.tax_representative, _REPRESENTATIVE, _REPRESENTATIVE_ADDRESS))
    yield from _found(_delivery(invoice))
    yield from _payment(invoice)
    for number, one in enumerate(invoice.allowances):
        yield from _found(_adjustment(one, 92), number)
    for number, one in enumerate(invoice.charges):
        yield from _found(_adjustment(one, 99), number)
    yield from _found(_totals(invoice))
    for number, entry in enumerate(invoice.vat_breakdown):
        named = (
            entry.basis,
            entry.amount,
            entry.vat.category,
            entry.vat.rate,
            entry.exemption_reason,
            entry.exemption_code,
        )
        yield from _found(((f"BT-{116 + place}", value) for place, value in enumerate(named)), number)
    for number, document in enumerate(invoice.documents):
        named_document = (document.reference, document.description, document.url, document.file_name)
        yield from _found(((f"BT-{122 + place}", value) for place, value in enumerate(named_document)), number)
    for number, line in enumerate(invoice.lines):
        yield from _found(_line(line), number)


def _found(named: Iterator[tuple[str, Any]] | list[tuple[str, Any]], row: int | None = None) -> Iterator[Leaf]:
    for term, one in named:
        if one is not None:
            value = one.value
            text = value.isoformat() if isinstance(value, date) else str(value)
            yield Leaf(term, text, one.raw or text, one.path, row)


def _head(invoice: EInvoice) -> _Named:
    head, more = invoice.header, invoice.references
    yield from (("BT-1", head.number), ("BT-2", head.issue_date), ("BT-3", head.type_code), ("BT-5", head.currency))
    yield from (("BT-6", head.tax_currency), ("BT-7", head.tax_point_date), ("BT-8", head.tax_point_code))
    yield from (("BT-9", invoice.terms.due_date), ("BT-10", more.buyer_reference), ("BT-11", more.project))
    yield from (("BT-12", more.contract), ("BT-13", more.purchase_order), ("BT-14", more.sales_order))
    yield from (("BT-15", more.receiving_advice), ("BT-16", more.despatch_advice), ("BT-17", more.tender))
    yield from (("BT-18", more.invoiced_object), ("BT-19", more.accounting), ("BT-20", invoice.terms.text))
    yield from (("BT-23", head.process), ("BT-24", head.guideline))


_SELLER = {"name": "27", "trading_name": "28", "identifiers": "29", "legal_id": "30", "vat_id": "31", "tax_number": "32"} | {
    "legal_information": "33", "electronic_address": "34", "contact": ("41", "42", "43"),
}  # fmt: skip
_SELLER_ADDRESS = ("35", "36", "162", "38", "37", "39", "40")
_BUYER = {"name": "44", "trading_name": "45", "identifiers": "46", "legal_id": "47", "vat_id": "48"} | {
    "electronic_address": "49", "contact": ("56", "57", "58"),
}  # fmt: skip
_BUYER_ADDRESS = ("50", "51", "163", "53", "52", "54", "55")
_PAYEE = {"name": "59", "identifiers": "60", "legal_id": "61"}
_REPRESENTATIVE = {"name": "62", "vat_id": "63"}
_REPRESENTATIVE_ADDRESS = ("64", "65", "164", "67", "66", "68", "69")
_DELIVERY_ADDRESS = ("75", "76", "165", "78", "77", "79", "80")


def _party(party: Party, numbers: Mapping[str, Any], places: tuple[str, ...]) -> _Named:
    for name, number in numbers.items():
        if name == "identifiers":
            yield from ((f"BT-{number}", each) for each in party.identifiers)
        elif name == "contact":
            contact = party.contact
            yield from zip((f"BT-{each}" for each in number), (contact.name, contact.phone, contact.email), strict=True)
        else:
            yield f"BT-{number}", getattr(party, name)
    yield from _address(party.address, places)


def _address(address: Address, numbers: tuple[str, ...]) -> _Named:
    names = ("line1", "line2", "line3", "postcode", "city", "region", "country")
    yield from ((f"BT-{number}", getattr(address, name)) for number, name in zip(numbers, names, strict=False))


def _delivery(invoice: EInvoice) -> _Named:
    delivery = invoice.delivery
    yield from (("BT-70", delivery.name), ("BT-71", delivery.location), ("BT-72", delivery.date))
    yield from (("BT-73", invoice.period.start), ("BT-74", invoice.period.end))
    yield from _address(delivery.address, _DELIVERY_ADDRESS)


def _payment(invoice: EInvoice) -> Iterator[Leaf]:
    terms = invoice.terms
    for number, means in enumerate(invoice.payment_means):
        named = [("BT-81", means.code), ("BT-82", means.text), ("BT-84", means.iban), ("BT-85", means.account_name)]
        named += [("BT-86", means.bic), ("BT-87", means.card_number), ("BT-88", means.card_holder)]
        yield from _found([*named, ("BT-91", means.debited_iban)], number)
    yield from _found([("BT-83", terms.remittance), ("BT-89", terms.mandate), ("BT-90", terms.creditor_id)])


def _adjustment(one: Adjustment, first: int) -> _Named:
    named = (one.amount, one.base, one.percent, one.vat.category, one.vat.rate, one.reason, one.reason_code)
    yield from ((f"BT-{first + place}", value) for place, value in enumerate(named))


def _totals(invoice: EInvoice) -> _Named:
    sums = invoice.totals
    named = (sums.lines, sums.allowances, sums.charges, sums.net, sums.vat, sums.vat_in_tax_currency, sums.gross)
    yield from ((f"BT-{106 + place}", value) for place, value in enumerate(named))
    yield from (("BT-113", sums.prepaid), ("BT-114", sums.rounding), ("BT-115", sums.due))


def _line(line: Line) -> _Named:
    yield from (("BT-126", line.id), ("BT-127", line.note), ("BT-128", line.invoiced_object))
    yield from (("BT-129", line.quantity), ("BT-130", line.unit), ("BT-131", line.net_amount))
    yield from (("BT-132", line.order_line), ("BT-133", line.accounting))
    yield from (("BT-134", line.period.start), ("BT-135", line.period.end))
    for one in line.adjustments:
        numbers = (141, 142, 143, 144, 145) if one.is_charge else (136, 137, 138, 139, 140)
        named = (one.amount, one.base, one.percent, one.reason, one.reason_code)
        yield from ((f"BT-{number}", value) for number, value in zip(numbers, named, strict=True))
    price, item = line.price, line.item
    yield from (("BT-146", price.net), ("BT-147", price.discount), ("BT-148", price.gross))
    yield from (("BT-149", price.base_quantity), ("BT-150", price.base_unit))
    yield from (("BT-151", line.vat.category), ("BT-152", line.vat.rate), ("BT-153", item.name))
    yield from (("BT-154", item.description), ("BT-155", item.seller_id), ("BT-156", item.buyer_id))
    yield "BT-157", item.standard_id
    yield from (("BT-158", each) for each in item.classifications)
    yield "BT-159", item.origin
    for attribute in item.attributes:
        yield from (("BT-160", attribute.name), ("BT-161", attribute.value))


_TEXTS = """
1|Invoice number|Rechnungsnummer
2|Invoice issue date|Rechnungsdatum
3|Invoice type code|Rechnungsart (Code)
5|Currency|Währung
6|VAT accounting currency|Währung der Umsatzsteuer
7|Tax point date|Datum der Steuerfälligkeit
8|Tax point date code|Code der Steuerfälligkeit
9|Payment due date|Fälligkeitsdatum
10|Buyer reference (Leitweg-ID)|Käuferreferenz (Leitweg-ID)
11|Project reference|Projektnummer
12|Contract reference|Vertragsnummer
13|Purchase order reference|Bestellnummer
14|Sales order reference|Auftragsnummer
15|Receiving advice reference|Wareneingangsmeldung
16|Despatch advice reference|Versandanzeige
17|Tender reference|Vergabe- oder Losnummer
18|Invoiced object|Objekt der Rechnung
19|Buyer accounting reference|Buchungsreferenz des Käufers
20|Payment terms|Zahlungsbedingungen
21|Subject of the note|Betreff der Anmerkung
22|Note|Anmerkung
23|Business process|Geschäftsprozess
24|Specification (profile)|Spezifikation (Profil)
25|Preceding invoice number|Nummer der früheren Rechnung
26|Preceding invoice date|Datum der früheren Rechnung
27|Seller name|Name des Verkäufers
28|Seller trading name|Handelsname des Verkäufers
29|Seller identifier|Kennung des Verkäufers
30|Seller legal registration|Registernummer des Verkäufers
31|Seller VAT number|USt-IdNr. des Verkäufers
32|Seller tax number|Steuernummer des Verkäufers
33|Seller legal information|Rechtliche Angaben des Verkäufers
34|Seller electronic address|Elektronische Adresse des Verkäufers
35|Seller address line 1|Straße des Verkäufers
36|Seller address line 2|Adresszusatz des Verkäufers
37|Seller city|Ort des Verkäufers
38|Seller post code|Postleitzahl des Verkäufers
39|Seller region|Region des Verkäufers
40|Seller country|Land des Verkäufers
41|Seller contact|Ansprechpartner des Verkäufers
42|Seller telephone|Telefon des Verkäufers
43|Seller e-mail|E-Mail des Verkäufers
44|Buyer name|Name des Käufers
45|Buyer trading name|Handelsname des Käufers
46|Buyer identifier|Kennung des Käufers
47|Buyer legal registration|Registernummer des Käufers
48|Buyer VAT number|USt-IdNr. des Käufers
49|Buyer electronic address|Elektronische Adresse des Käufers
50|Buyer address line 1|Straße des Käufers
51|Buyer address line 2|Adresszusatz des Käufers
52|Buyer city|Ort des Käufers
53|Buyer post code|Postleitzahl des Käufers
54|Buyer region|Region des Käufers
55|Buyer country|Land des Käufers
56|Buyer contact|Ansprechpartner des Käufers
57|Buyer telephone|Telefon des Käufers
58|Buyer e-mail|E-Mail des Käufers
59|Payee name|Name des Zahlungsempfängers
60|Payee identifier|Kennung des Zahlungsempfängers
61|Payee legal registration|Registernummer des Zahlungsempfängers
62|Tax representative name|Name des Steuervertreters
63|Tax representative VAT number|USt-IdNr. des Steuervertreters
64|Tax representative address line 1|Straße des Steuervertreters
65|Tax representative address line 2|Adresszusatz des Steuervertreters
66|Tax representative city|Ort des Steuervertreters
67|Tax representative post code|Postleitzahl des Steuervertreters
68|Tax representative region|Region des Steuervertreters
69|Tax representative country|Land des Steuervertreters
70|Deliver to|Name des Warenempfängers
71|Deliver to location|Kennung des Lieferorts
72|Delivery date|Lieferdatum
73|Period from|Leistungszeitraum von
74|Period to|Leistungszeitraum bis
75|Delivery address line 1|Straße des Lieferorts
76|Delivery address line 2|Adresszusatz des Lieferorts
77|Delivery city|Ort der Lieferung
78|Delivery post code|Postleitzahl des Lieferorts
79|Delivery region|Region des Lieferorts
80|Delivery country|Land des Lieferorts
81|Payment means code|Zahlungsart (Code)
82|Payment means|Zahlungsart
83|Remittance information|Verwendungszweck
84|Account (IBAN)|Konto (IBAN)
85|Account holder|Kontoinhaber
86|BIC|BIC
87|Card number|Kartennummer
88|Card holder|Karteninhaber
89|Mandate reference|Mandatsreferenz
90|Creditor identifier|Gläubiger-ID
91|Debited account|Belastetes Konto
92|Allowance|Nachlass
93|Allowance base|Grundbetrag des Nachlasses
94|Allowance per cent|Prozentsatz des Nachlasses
95|Allowance VAT category|Steuerkategorie des Nachlasses
96|Allowance VAT rate|Steuersatz des Nachlasses
97|Allowance reason|Grund des Nachlasses
98|Allowance reason code|Code für den Grund des Nachlasses
99|Charge|Zuschlag
100|Charge base|Grundbetrag des Zuschlags
101|Charge per cent|Prozentsatz des Zuschlags
102|Charge VAT category|Steuerkategorie des Zuschlags
103|Charge VAT rate|Steuersatz des Zuschlags
104|Charge reason|Grund des Zuschlags
105|Charge reason code|Code für den Grund des Zuschlags
106|Sum of the lines|Summe der Positionen
107|Sum of allowances|Summe der Nachlässe
108|Sum of charges|Summe der Zuschläge
109|Total without VAT|Gesamtbetrag ohne Umsatzsteuer
110|Total VAT|Umsatzsteuer gesamt
111|Total VAT in accounting currency|Umsatzsteuer in Buchungswährung
112|Total with VAT|Gesamtbetrag mit Umsatzsteuer
113|Paid before|Bereits gezahlt
114|Rounding|Rundungsbetrag
115|Amount due|Fälliger Betrag
116|VAT base|Steuerbasis
117|VAT of the category|Steuerbetrag
118|VAT category|Steuerkategorie
119|VAT rate|Steuersatz
120|Exemption reason|Befreiungsgrund
121|Exemption reason code|Code des Befreiungsgrunds
122|Supporting document|Rechnungsbegründende Unterlage
123|Description of the document|Beschreibung der Unterlage
124|External location|Verweis auf die Unterlage
125|Attached document|Angehängte Unterlage
126|Line number|Positionsnummer
127|Line note|Anmerkung zur Position
128|Line object|Objekt der Position
129|Quantity|Menge
130|Unit (code)|Einheit (Code)
131|Line net amount|Nettobetrag der Position
132|Order line|Bestellposition
133|Line accounting reference|Buchungsreferenz der Position
134|Line period from|Zeitraum der Position von
135|Line period to|Zeitraum der Position bis
136|Line allowance|Nachlass der Position
137|Line allowance base|Grundbetrag des Nachlasses
138|Line allowance per cent|Prozentsatz des Nachlasses
139|Line allowance reason|Grund des Nachlasses
140|Line allowance reason code|Code für den Grund des Nachlasses
141|Line charge|Zuschlag der Position
142|Line charge base|Grundbetrag des Zuschlags
143|Line charge per cent|Prozentsatz des Zuschlags
144|Line charge reason|Grund des Zuschlags
145|Line charge reason code|Code für den Grund des Zuschlags
146|Net price|Nettopreis
147|Price discount|Nachlass auf den Preis
148|Gross price|Bruttopreis
149|Price base quantity|Preis gilt für Menge
150|Price base unit|Einheit der Preismenge
151|Line VAT category|Steuerkategorie der Position
152|Line VAT rate|Steuersatz der Position
153|Item name|Artikelname
154|Item description|Artikelbeschreibung
155|Seller's item number|Artikelnummer des Verkäufers
156|Buyer's item number|Artikelnummer des Käufers
157|Standard item number|Standard-Artikelnummer (GTIN)
158|Item classification|Artikelklassifizierung
159|Country of origin|Ursprungsland
160|Item attribute|Artikeleigenschaft
161|Item attribute value|Wert der Eigenschaft
162|Seller address line 3|Adresszusatz 2 des Verkäufers
163|Buyer address line 3|Adresszusatz 2 des Käufers
164|Tax representative address line 3|Adresszusatz 2 des Steuervertreters
165|Delivery address line 3|Adresszusatz 2 des Lieferorts
"""
TERM_NAMES: Mapping[str, Names] = {
    f"BT-{number}": Names(english, german)
    for number, english, german in (line.split("|") for line in _TEXTS.strip().splitlines())
} | {
    "BT-20/days": Names("Cash discount within days", "Skonto binnen Tagen"),
    "BT-20/percent": Names("Cash discount per cent", "Skonto in Prozent"),
    "BT-20/base": Names("Cash discount base", "Grundbetrag des Skontos"),
}
