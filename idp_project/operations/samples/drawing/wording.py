"""The words printed around values: several wordings for each label, as different firms use them, by language."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idp_project.operations.samples.world.locales import SampleLocale

_RECEIPT: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "title": ("SALES RECEIPT", "RECEIPT", "TAX RECEIPT", ""),
        "number": ("Receipt No.", "Receipt #", "Bill No.", "Trans No."),
        "date": ("Date", "Date"),
        "till": ("Till", "Register", "POS"),
        "cashier": ("Cashier", "Served by", "Operator"),
        "phone": ("Tel", "Phone", "T"),
        "qty": ("QTY", "Qty"),
        "item": ("ITEM", "Description", "Item"),
        "price": ("PRICE", "Price", "Each"),
        "amount": ("AMOUNT", "Amount", "Total"),
        "subtotal": ("SUBTOTAL", "Subtotal", "Sub Total", "Net Total"),
        "total": ("TOTAL", "Total", "TOTAL DUE", "Grand Total"),
        "cash": ("CASH", "Cash"),
        "change": ("CHANGE", "Change"),
        "card": ("CARD", "DEBIT CARD", "Card payment"),
        "items_sold": ("Items sold", "No. of items"),
        "footer": (
            "Thank you for your custom|Please come again",
            "THANK YOU FOR SHOPPING WITH US|Exchange within 14 days with receipt",
            "Goods remain our property until paid|Have a nice day!",
        ),
    },
    "de": {
        "title": ("KASSENBON", "Rechnung / Quittung", ""),
        "number": ("Bon-Nr.", "Beleg-Nr."),
        "date": ("Datum",),
        "till": ("Kasse",),
        "cashier": ("Bediener", "Es bediente Sie"),
        "phone": ("Tel.", "Telefon"),
        "qty": ("Menge", "Anz."),
        "item": ("Artikel", "Bezeichnung"),
        "price": ("Preis", "E-Preis"),
        "amount": ("Betrag", "Summe"),
        "subtotal": ("Zwischensumme", "Netto", "Nettobetrag"),
        "total": ("GESAMT", "Gesamtbetrag", "Zu zahlen"),
        "cash": ("Bar", "Gegeben BAR"),
        "change": ("Rückgeld",),
        "card": ("Kartenzahlung", "EC-Karte"),
        "items_sold": ("Anzahl Artikel",),
        "footer": (
            "Vielen Dank für Ihren Einkauf!|Umtausch nur mit Beleg",
            "Preise netto zzgl. MwSt.|Auf Wiedersehen!",
        ),
    },
}

_INVOICE: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "title": ("INVOICE", "Invoice", "TAX INVOICE"),
        "bill_to": ("Bill to", "Invoice to", "Sold to", "Customer"),
        "number": ("Invoice No.", "Invoice Number", "Invoice #", "Invoice no."),
        "order": ("Order No.", "Your Order", "PO Number", "Purchase Order"),
        "customer": ("Customer No.", "Account No."),
        "date": ("Invoice Date", "Date of issue", "Invoice date", "Date"),
        "due": ("Due Date", "Payment due", "Please pay by", "Due date"),
        "contact": ("Contact", "Your contact"),
        "position": ("Pos.", "#", "Item"),
        "description": ("Description", "Description of goods", "Product"),
        "quantity": ("Qty", "Quantity"),
        "unit": ("Unit",),
        "unit_price": ("Unit Price", "Unit price", "Price"),
        "amount": ("Amount", "Line Total", "Total"),
        "net": ("Net total", "Subtotal", "Total net", "Net amount"),
        "total": ("Total", "Amount due", "Invoice total", "Total amount"),
        "carried": ("Carried forward", "Subtotal carried forward"),
        "brought": ("Brought forward",),
        "page": ("Page {} of {}", "Page {} / {}"),
        "vat_id": ("VAT Reg. No.", "VAT No.", "VAT number"),
        "ein": ("Federal Tax ID",),
        "bank": ("Bank details", "Payment details", "Please pay to"),
        "register": ("Company No.", "Registered no."),
        "greeting": (
            "Thank you for your order. We invoice the following goods and services:",
            "We have delivered to you:",
            "",
        ),
        "terms": (
            "Payment within {days} days of the invoice date without deduction. Goods remain our property until paid in "
            "full. Please quote the invoice number with your payment.",
            "Terms: net {days} days. Interest is charged on late payment at the statutory rate.",
        ),
    },
    "de": {
        "title": ("RECHNUNG", "Rechnung"),
        "bill_to": ("Rechnungsempfänger", "Rechnung an"),
        "number": ("Rechnungsnummer", "Rechnungs-Nr.", "Rechnung Nr."),
        "order": ("Bestellnummer", "Ihre Bestellung", "Auftragsnummer"),
        "customer": ("Kundennummer", "Kunden-Nr."),
        "date": ("Rechnungsdatum", "Datum"),
        "due": ("Fällig am", "Zahlbar bis", "Fälligkeitsdatum"),
        "contact": ("Ansprechpartner", "Ihr Kontakt"),
        "position": ("Pos.", "Nr."),
        "description": ("Bezeichnung", "Beschreibung", "Artikel"),
        "quantity": ("Menge", "Anzahl"),
        "unit": ("Einheit", "ME"),
        "unit_price": ("Einzelpreis", "E-Preis"),
        "amount": ("Gesamtpreis", "Betrag", "Gesamt"),
        "net": ("Nettobetrag", "Summe netto", "Zwischensumme"),
        "total": ("Gesamtbetrag", "Rechnungsbetrag", "Endbetrag"),
        "carried": ("Übertrag",),
        "brought": ("Übertrag",),
        "page": ("Seite {} von {}", "Seite {}/{}"),
        "vat_id": ("USt-IdNr.", "USt-ID"),
        "ein": ("Steuernummer",),
        "bank": ("Bankverbindung",),
        "register": ("Registergericht Hollertal",),
        "greeting": ("Für unsere Lieferungen und Leistungen berechnen wir Ihnen:", ""),
        "terms": (
            "Zahlbar innerhalb von {days} Tagen ab Rechnungsdatum ohne Abzug. Die Ware bleibt bis zur vollständigen "
            "Bezahlung unser Eigentum.",
        ),
    },
}


_ORDER: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "title": ("PURCHASE ORDER", "Purchase Order"),
        "number": ("PO Number", "Purchase Order No.", "PO No.", "Order No."),
        "date": ("Order Date", "PO Date", "Date"),
        "delivery": ("Delivery Date", "Required by", "Deliver by"),
        "supplier_number": ("Supplier No.", "Vendor No."),
        "contact": ("Ordered by", "Buyer contact"),
        "supplier": ("Supplier", "Vendor", "Order to"),
        "deliver_to": ("Deliver to", "Ship to"),
        "warehouse": ("Goods inwards, gate 2", "Central stores", "Warehouse 4"),
        "terms": (
            "Please confirm this order and quote its number on delivery note and invoice. Our conditions of purchase apply.",
            "Deliveries are accepted on working days from 7 to 15 h. Part deliveries need our consent.",
        ),
        "signed": ("Authorised signature", "Approved by"),
    },
    "de": {
        "title": ("BESTELLUNG", "Bestellung"),
        "number": ("Bestellnummer", "Bestell-Nr."),
        "date": ("Bestelldatum", "Datum"),
        "delivery": ("Liefertermin", "Lieferdatum"),
        "supplier_number": ("Lieferantennummer", "Lieferanten-Nr."),
        "contact": ("Einkäufer", "Ansprechpartner"),
        "supplier": ("Lieferant",),
        "deliver_to": ("Lieferadresse", "Lieferung an"),
        "warehouse": ("Wareneingang Tor 2", "Zentrallager"),
        "terms": (
            "Bitte bestätigen Sie die Bestellung und nennen Sie ihre Nummer auf Lieferschein und Rechnung. Es gelten "
            "unsere Einkaufsbedingungen.",
        ),
        "signed": ("Unterschrift",),
    },
}

_STATEMENT: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "title": ("STATEMENT OF ACCOUNT", "Account Statement", "Bank Statement"),
        "number": ("Statement No.", "Statement Number", "Sheet No."),
        "account": ("Account No.", "Account Number"),
        "branch": ("Sort Code", "Branch Code"),
        "iban": ("IBAN:", "IBAN", "Your IBAN:"),
        "holder": ("Account Holder", "Account Name"),
        "from": ("From", "Period from", "Statement from"),
        "to": ("To", "Period to", "Statement to"),
        "opening": ("Opening Balance", "Balance at start", "Previous Balance"),
        "closing": ("Closing Balance", "Balance at end", "New Balance"),
        "total_in": ("Money In", "Total paid in", "Total Credits"),
        "total_out": ("Money Out", "Total paid out", "Total Debits"),
        "summary": ("Summary of your account", "Account summary"),
        "day": ("Date",),
        "description": ("Description", "Details", "Transaction"),
        "balance": ("Balance",),
        "carried": ("Balance carried forward",),
        "brought": ("Balance brought forward",),
        "page": ("Page {} of {}", "Page {} / {}"),
        "vat_id": ("VAT No.",),
        "ein": ("Federal Tax ID",),
        "register": ("Registered no.",),
        "advice": (
            "Please check the entries and tell us of any error within 60 days.",
            "Interest and fees are explained in our list of charges.",
        ),
        "currency_note": ("All amounts in", "Account currency:"),
    },
    "de": {
        "title": ("KONTOAUSZUG", "Kontoauszug"),
        "number": ("Auszugsnummer", "Auszug Nr.", "Kontoauszug Nr."),
        "account": ("Kontonummer", "Konto-Nr."),
        "branch": ("Bankleitzahl", "BLZ"),
        "iban": ("IBAN:", "IBAN", "Ihre IBAN:"),
        "holder": ("Kontoinhaber",),
        "from": ("Zeitraum von", "Von"),
        "to": ("Zeitraum bis", "Bis"),
        "opening": ("Anfangssaldo", "Alter Saldo", "Alter Kontostand"),
        "closing": ("Endsaldo", "Neuer Saldo", "Neuer Kontostand"),
        "total_in": ("Summe Gutschriften", "Summe Eingänge"),
        "total_out": ("Summe Belastungen", "Summe Ausgänge"),
        "summary": ("Kontoübersicht",),
        "day": ("Datum", "Buchungstag"),
        "description": ("Verwendungszweck", "Vorgang"),
        "balance": ("Saldo", "Kontostand"),
        "carried": ("Saldoübertrag",),
        "brought": ("Saldoübertrag",),
        "page": ("Seite {} von {}", "Seite {}/{}"),
        "vat_id": ("USt-IdNr.",),
        "ein": ("Steuernummer",),
        "register": ("Registergericht Hollertal",),
        "advice": ("Bitte prüfen Sie die Buchungen und teilen Sie uns Fehler innerhalb von 60 Tagen mit.",),
        "currency_note": ("Alle Beträge in", "Kontowährung:"),
    },
}
_STATEMENT_COLUMNS: dict[str, tuple[tuple[str, str], ...]] = {  # heads of payments out and in
    "GB": (("Paid out", "Paid in"), ("Withdrawals", "Payments in"), ("Debit", "Credit")),
    "IE": (("Money out", "Money in"), ("Debit", "Credit")),
    "US": (("Withdrawals", "Deposits"), ("Debits", "Credits")),
    "DE": (("Belastung", "Gutschrift"), ("Ausgang", "Eingang"), ("Soll", "Haben")),
}


def choose_words(rng: random.Random, words: dict[str, tuple[str, ...]]) -> dict[str, str]:
    """One of the wordings of each label."""
    return {key: rng.choice(variants) for key, variants in words.items()}


def receipt_words(rng: random.Random, language: str) -> dict[str, str]:
    """One wording a label, as one shop's till prints them."""
    return choose_words(rng, _RECEIPT[language])


def invoice_words(rng: random.Random, language: str) -> dict[str, str]:
    """One wording a label, as one firm's stationery has them."""
    return choose_words(rng, _INVOICE[language])


def order_words(rng: random.Random, language: str) -> dict[str, str]:
    """One wording a label, as one firm's orders have them; the table's and the footer's words are those of invoices."""
    words = choose_words(rng, _INVOICE[language])
    return {
        **words,
        **choose_words(rng, _ORDER[language]),
        "total": "Gesamtbetrag" if language == "de" else "Order total",
    }


def statement_words(rng: random.Random, locale: SampleLocale) -> dict[str, str]:
    """One wording a label, as one bank prints them."""
    money_out, money_in = rng.choice(_STATEMENT_COLUMNS[locale.country])
    return {**choose_words(rng, _STATEMENT[locale.language]), "out": money_out, "in": money_in}
