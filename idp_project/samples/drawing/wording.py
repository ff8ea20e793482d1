"""The words printed around values: several wordings for each label, as different firms use them, by language."""

from __future__ import annotations

import random

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


def _choose(rng: random.Random, words: dict[str, tuple[str, ...]]) -> dict[str, str]:
    return {key: rng.choice(variants) for key, variants in words.items()}


def receipt_words(rng: random.Random, language: str) -> dict[str, str]:
    """One wording a label, as one shop's till prints them."""
    return _choose(rng, _RECEIPT[language])


def invoice_words(rng: random.Random, language: str) -> dict[str, str]:
    """One wording a label, as one firm's stationery has them."""
    return _choose(rng, _INVOICE[language])
