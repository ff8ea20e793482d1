"""The words printed on credit notes, order confirmations and delivery notes: several wordings for each label, by language.

The table's and the footer's words are those of invoices.
"""

from __future__ import annotations

import random

from idp_project.operations.samples.drawing.wording import choose_words, invoice_words

_TRADE: dict[str, dict[str, dict[str, tuple[str, ...]]]] = {
    "credit_note": {
        "en": {
            "title": ("CREDIT NOTE", "Credit Note", "Credit Memo"),
            "recipient": ("Credit to", "Bill to", "Customer"),
            "number": ("Credit Note No.", "Credit Note Number", "Credit No."),
            "date": ("Credit Note Date", "Date of issue", "Date"),
            "invoice": ("Original Invoice", "Invoice No.", "Invoice credited"),
            "reason": ("Reason", "Reason for credit"),
            "total": ("Credit total", "Total credit", "Total amount"),
            "greeting": ("We credit your account with the following:", ""),
            "terms": ("The amount is set off against your next payment, or paid back on request.",),
        },
        "de": {
            "title": ("GUTSCHRIFT", "Gutschrift", "Rechnungsgutschrift"),
            "recipient": ("Gutschrift an", "Empfänger"),
            "number": ("Gutschriftsnummer", "Gutschrift-Nr.", "Gutschrift Nr."),
            "date": ("Gutschriftsdatum", "Datum"),
            "invoice": ("Zu Rechnung Nr.", "Ursprungsrechnung", "Rechnungsnummer"),
            "reason": ("Grund", "Grund der Gutschrift"),
            "total": ("Gutschriftsbetrag", "Gesamtbetrag"),
            "greeting": ("Wir schreiben Ihnen gut:", ""),
            "terms": ("Der Betrag wird mit Ihrer nächsten Zahlung verrechnet oder auf Wunsch ausgezahlt.",),
        },
    },
    "order_confirmation": {
        "en": {
            "title": ("ORDER CONFIRMATION", "Order Confirmation", "Order Acknowledgement"),
            "recipient": ("Sold to", "Customer", "Bill to"),
            "number": ("Confirmation No.", "Order Confirmation No.", "Sales Order No."),
            "date": ("Confirmation Date", "Date of issue", "Date"),
            "order": ("Your Order No.", "Your Order", "PO Number"),
            "delivery": ("Delivery Date", "Confirmed delivery", "Expected delivery"),
            "total": ("Order total", "Total amount", "Order value"),
            "greeting": ("Thank you for your order, which we confirm as follows:", "We confirm your order as follows:"),
            "terms": ("Our conditions of sale apply. Please check this confirmation and tell us of any difference.",),
        },
        "de": {
            "title": ("AUFTRAGSBESTÄTIGUNG", "Auftragsbestätigung", "Bestellbestätigung"),
            "recipient": ("Auftraggeber", "Besteller", "Kunde"),
            "number": ("Auftragsnummer", "Auftrags-Nr.", "AB-Nr."),
            "date": ("Auftragsdatum", "Datum"),
            "order": ("Ihre Bestellnummer", "Ihre Bestellung", "Ihre Bestell-Nr."),
            "delivery": ("Liefertermin", "Bestätigter Liefertermin"),
            "total": ("Auftragswert", "Gesamtbetrag"),
            "greeting": ("Wir bestätigen Ihren Auftrag wie folgt:", "Vielen Dank für Ihre Bestellung. Wir liefern:"),
            "terms": ("Es gelten unsere Verkaufsbedingungen. Bitte prüfen Sie diese Bestätigung.",),
        },
    },
    "delivery_note": {
        "en": {
            "title": ("DELIVERY NOTE", "Delivery Note", "Despatch Note"),
            "recipient": ("Deliver to", "Ship to", "Delivered to"),
            "number": ("Delivery Note No.", "Delivery Note Number", "Delivery No."),
            "date": ("Delivery Date", "Date of delivery", "Date"),
            "order": ("Your Order No.", "Order No.", "PO Number"),
            "packages": ("Packages", "No. of packages"),
            "greeting": ("The following goods are delivered with this note:", ""),
            "terms": ("Goods received in good condition:",),
            "signed": ("Signature of recipient", "Received by"),
        },
        "de": {
            "title": ("LIEFERSCHEIN", "Lieferschein", "Warenbegleitschein"),
            "recipient": ("Lieferung an", "Lieferadresse", "Warenempfänger"),
            "number": ("Lieferscheinnummer", "Lieferschein-Nr.", "Lieferschein Nr."),
            "date": ("Lieferdatum", "Datum"),
            "order": ("Ihre Bestellung", "Bestellnummer", "Ihre Bestellnummer"),
            "packages": ("Packstücke", "Anzahl Packstücke"),
            "greeting": ("Wir liefern Ihnen heute:", ""),
            "terms": ("Ware ordnungsgemäß erhalten:",),
            "signed": ("Unterschrift des Empfängers",),
        },
    },
}


def trade_words(rng: random.Random, kind: str, language: str) -> dict[str, str]:
    """One wording a label, as one firm's stationery has them."""
    return {**invoice_words(rng, language), **choose_words(rng, _TRADE[kind][language])}
