"""The words of letters and contracts, by language: several wordings for each phrase."""

from __future__ import annotations

import random

from idp_project.operations.samples.drawing.wording import choose_words

_FOOT: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "page": ("Page {} of {}", "Page {} / {}"),
        "vat_id": ("VAT Reg. No.", "VAT No."),
        "ein": ("Federal Tax ID",),
        "register": ("Company No.", "Registered no."),
    },
    "de": {
        "page": ("Seite {} von {}", "Seite {}/{}"),
        "vat_id": ("USt-IdNr.", "USt-ID"),
        "ein": ("Steuernummer",),
        "register": ("Registergericht Hollertal",),
    },
}
_LETTER: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "title": ("Letter",),
        "number": ("Our reference", "Our ref."),
        "your_reference": ("Your reference", "Your ref."),
        "date": ("Date",),
        "subject": ("Subject", "Re"),
        "salutation": ("Dear Sir or Madam,", "Dear Ms {name},", "Dear Mr {name},"),
        "closing": ("Yours faithfully", "Yours sincerely", "Kind regards"),
        "enclosure": ("Enclosure", ""),
    },
    "de": {
        "title": ("Brief",),
        "number": ("Unser Zeichen",),
        "your_reference": ("Ihr Zeichen",),
        "date": ("Datum",),
        "subject": ("Betreff", "Betr."),
        "salutation": ("Sehr geehrte Damen und Herren,", "Sehr geehrte Frau {name},", "Sehr geehrter Herr {name},"),
        "closing": ("Mit freundlichen Grüßen", "Freundliche Grüße"),
        "enclosure": ("Anlage", ""),
    },
}
_CONTRACT: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "title": ("SERVICE AGREEMENT", "Supply Agreement", "Maintenance Agreement"),
        "number": ("Contract No.", "Agreement No."),
        "opening": (
            'This Agreement is made and entered into as of {day} (the "Effective Date") by and between {first}, '
            '{first_address} (the "Client"), and {second}, {second_address} (the "Contractor").',
            'This Agreement is entered into by and between {first}, {first_address} (hereinafter the "Buyer"), and {second}, '
            '{second_address} (hereinafter the "Supplier"), effective as of {day}.',
        ),
        "heads": ("Subject|Term|Termination|Confidentiality|Governing Law|Jurisdiction|General",),
        "subject": (
            "The services described in Annex A are provided with due care and at the prices agreed there.",
            "The goods and services are those of Annex A. Changes of the annex need the written consent of both parties.",
        ),
        "term": (
            "This Agreement shall remain in effect for a period of {term} from the Effective Date.",
            "The term of this Agreement is {term}. It expires at the end of that time without notice.",
        ),
        "notice": (
            "Either party may terminate this Agreement for convenience; the notice period is {notice}.",
            "This Agreement may be terminated by either party with a notice period of {notice}.",
        ),
        "secrecy": (
            "Each party keeps confidential what it learns of the other party's business, and uses it for this Agreement only.",
        ),
        "law": (
            "This Agreement shall be governed by and construed in accordance with the laws of {law}.",
            "This Agreement is governed by the laws of {law}, without regard to its conflict of law provisions.",
        ),
        "court": ("The parties submit to the exclusive jurisdiction of the courts of {court}.",),
        "general": (
            "This document contains the entire agreement of the parties. If a clause is void, the others remain valid.",
        ),
        "signed": ("Place, date, signature",),
    },
    "de": {
        "title": ("DIENSTLEISTUNGSVERTRAG", "Rahmenvertrag", "Wartungsvertrag"),
        "number": ("Vertragsnummer", "Vertrags-Nr."),
        "opening": (
            "Zwischen der {first}, {first_address} (nachfolgend „Auftraggeber“), und der {second}, {second_address} "
            "(nachfolgend „Auftragnehmer“), wird folgender Vertrag geschlossen:",
        ),
        "heads": (
            "Vertragsgegenstand|Vertragsbeginn und Laufzeit|Kündigung|Vertraulichkeit|Anwendbares Recht|Gerichtsstand|"
            "Schlussbestimmungen",
        ),
        "subject": (
            "Der Auftragnehmer erbringt die in Anlage A beschriebenen Leistungen zu den dort vereinbarten Preisen.",
            "Gegenstand des Vertrags sind die Leistungen der Anlage A. Änderungen bedürfen der Schriftform.",
        ),
        "term": (
            "Dieser Vertrag beginnt am {day} und wird für die Dauer von {term} fest geschlossen.",
            "Dieser Vertrag tritt am {day} in Kraft und endet nach Ablauf von {term}.",
        ),
        "notice": (
            "Dieser Vertrag kann mit einer Frist von {notice} zum Quartalsende schriftlich gekündigt werden.",
            "Der Vertrag kann mit einer Kündigungsfrist von {notice} schriftlich gekündigt werden.",
        ),
        "secrecy": ("Die Vertragsparteien behandeln alle Kenntnisse über die andere Partei vertraulich.",),
        "law": (
            "Dieser Vertrag unterliegt dem Recht der Bundesrepublik {law}.",
            "Es gilt das Recht der Bundesrepublik {law} unter Ausschluss des UN-Kaufrechts.",
        ),
        "court": ("Gerichtsstand ist {court}.", "Ausschließlicher Gerichtsstand ist {court}."),
        "general": (
            "Nebenabreden bestehen nicht. Ist eine Bestimmung unwirksam, bleibt der Vertrag im Übrigen wirksam.",
        ),
        "signed": ("Ort, Datum, Unterschrift",),
    },
}


def letter_words(rng: random.Random, language: str) -> dict[str, str]:
    """One wording a phrase, as one office writes."""
    return {**choose_words(rng, _FOOT[language]), **choose_words(rng, _LETTER[language])}


def contract_words(rng: random.Random, language: str) -> dict[str, str]:
    """One wording a clause."""
    return {**choose_words(rng, _FOOT[language]), **choose_words(rng, _CONTRACT[language])}
